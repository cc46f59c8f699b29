/** Refusals of the server that concern the page as a whole, wherever in the page they arrive. The shell acts on them. */
import { shallowRef } from 'vue';

/** In a class: nobody has joined with this page, or the instructor has removed the person. */
export type ClassRefusal = 'join_required' | 'removed_from_class';

const CODES: readonly string[] = ['join_required', 'removed_from_class'] satisfies readonly ClassRefusal[];

/** The last one: another object each time. */
const last = shallowRef<{ readonly code: ClassRefusal }>();

export const lastClassRefusal = last as Readonly<typeof last>;

/** Takes the code of any refusal. */
export function noteRefusal(code: unknown): void {
  if (typeof code === 'string' && CODES.includes(code)) last.value = { code: code as ClassRefusal };
}
