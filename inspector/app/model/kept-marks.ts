/** The marks of captures, kept in the browser under what their files hold, so that they are there when a file is opened again. */
import * as v from 'valibot';
import { MARKS, type Mark } from './marks.ts';

const KEPT = v.array(v.object({ identity: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), marks: MARKS }));

/** The captures whose marks are kept, the newest last. */
export type KeptMarks = Readonly<v.InferOutput<typeof KEPT>>;

/** How many captures, and how long the text of all of them. The oldest go first. */
export const KEPT_LIMITS = { captures: 20, text: 1_000_000 } as const;

/** Reads what was stored as text; empty if it is not in the format of this page. */
export function readKept(text: string | null): KeptMarks {
  try {
    return v.parse(KEPT, JSON.parse(text ?? '[]')).slice(-KEPT_LIMITS.captures);
  } catch {
    return [];
  }
}

export function keptOf(kept: KeptMarks, identity: string): readonly Mark[] | undefined {
  return kept.find((one) => one.identity === identity)?.marks;
}

/** With the marks of this capture, or without them. */
export function withKept(kept: KeptMarks, identity: string, marks: readonly Mark[] | undefined): KeptMarks {
  const others = kept.filter((one) => one.identity !== identity);
  if (!marks) return others;
  const all = [...others, { identity, marks: [...marks] }].slice(-KEPT_LIMITS.captures);
  while (all.length > 1 && JSON.stringify(all).length > KEPT_LIMITS.text) all.shift();
  return all;
}
