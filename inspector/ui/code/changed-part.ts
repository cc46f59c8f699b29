/** What differs between two versions of a text: one part, between what both begin with and what both end with. */

export interface ChangedPart {
  /** Where the part is in the first version. */
  readonly from: number;
  readonly to: number;
  /** What is there in the second. */
  readonly insert: string;
}

export function changedPart(before: string, after: string): ChangedPart {
  const shortest = Math.min(before.length, after.length);
  let from = 0;
  while (from < shortest && before[from] === after[from]) from++;
  let same = 0;
  while (same < shortest - from && before.at(-1 - same) === after.at(-1 - same)) same++;
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}
