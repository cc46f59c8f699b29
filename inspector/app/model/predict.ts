/** What the page shows and says of a guess which bytes Eve can read. */
import type { Marks, Score } from '#dissect/prediction';

/** For the grid, one letter for each byte: `m` marked; once revealed `h` hit, `x` miss, `f` false; `.` for none. */
export function letters(marked: Marks, readable?: Marks): string {
  return Array.from(marked, (isMarked, at) => {
    if (!readable) return isMarked ? 'm' : '.';
    if (readable[at]) return isMarked ? 'h' : 'x';
    return isMarked ? 'f' : '.';
  }).join('');
}

/** The points of all records so far. */
export interface Tally {
  readonly records: number;
  readonly points: number;
}

export const NO_TALLY: Tally = { records: 0, points: 0 };

export function counted(tally: Tally, { points }: Score): Tally {
  return { records: tally.records + 1, points: tally.points + points };
}

/** What the mean record has earned. */
export function meanPoints({ records, points }: Tally): number {
  return records === 0 ? 0 : Math.round(points / records);
}

/** `80 of 100 points: 12 found, 3 missed, 1 marked in vain`. */
export function scoreWords({ points, hits, misses, falseMarks }: Score): string {
  return `${points} of 100 points: ${hits} found, ${misses} missed, ${falseMarks} marked in vain`;
}

export const HOW_SCORED =
  'Points are the percentage of readable bytes that you marked, less the percentage of unreadable bytes that you marked, so that marking all or none of a sealed record earns nothing.';
