/** What the browser keeps of a lab: the learner's text, and how far they have come. Nothing of it is ever run by itself. */
import * as v from 'valibot';
import { LIMITS } from '#protocol/limits';

const KEPT = v.object({
  version: v.literal(1),
  text: v.pipe(v.string(), v.maxLength(LIMITS.pageLabText)),
  /** Hints that were shown. */
  hints: v.pipe(v.number(), v.integer(), v.minValue(0)),
  passed: v.boolean(),
});

export type Kept = Omit<v.InferOutput<typeof KEPT>, 'version'>;

/** As much of `localStorage` as is needed. Each method may throw: a browser may refuse to keep anything. */
export type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Why it was not kept, for the learner. */
export type NotKept = 'too long' | 'refused';

export function keyOf(lab: string): string {
  return `wireglass-lab-${lab}`;
}

/** `undefined` when there is nothing, or nothing that can be read. */
export function readKept(storage: () => Storage, lab: string): Kept | undefined {
  try {
    const text = storage().getItem(keyOf(lab)) ?? '';
    const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), KEPT), text);
    return success ? { text: output.text, hints: output.hints, passed: output.passed } : undefined;
  } catch {
    return undefined;
  }
}

/** `undefined` when it was kept. */
export function keep(storage: () => Storage, lab: string, kept: Kept): NotKept | undefined {
  if (kept.text.length > LIMITS.pageLabText) return 'too long';
  try {
    storage().setItem(keyOf(lab), JSON.stringify({ version: 1, ...kept }));
    return undefined;
  } catch {
    return 'refused';
  }
}

export function forget(storage: () => Storage, lab: string): void {
  try {
    storage().removeItem(keyOf(lab));
  } catch {
    // Nothing is kept where nothing can be removed.
  }
}
