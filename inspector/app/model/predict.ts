/** A game: which bytes of a record can Eve read? The dissection is the judge. Nothing here knows the page. */
import { type RecordView, type TreeNode, WIRE_SPACE } from './record-view.ts';

/** One entry for each byte on the wire, 1 or 0. */
export type Marks = Uint8Array;

/** Bytes to which a dissection without secrets gives a meaning: neither ciphertext nor a value that only a key can check. */
export function readableByEve(view: RecordView): Marks {
  const readable = new Uint8Array(view.spaces[WIRE_SPACE]?.bytes.length ?? 0);
  paint(view.root, readable);
  return readable;
}

function paint(node: TreeNode, readable: Marks): void {
  if (node.space === WIRE_SPACE && node.kind) readable.fill(isOpaque(node) ? 0 : 1, node.start, node.end);
  // What the keys of this page find inside it, Eve does not.
  if (node.kind === 'ciphertext') return;
  for (const child of node.children) paint(child, readable);
}

/** A signature is made with a key too, and anyone can check it. */
function isOpaque({ kind, path }: TreeNode): boolean {
  return kind === 'ciphertext' || (kind === 'tag' && !path.endsWith('signature'));
}

/** The marks with all bytes between two places, in either order, set or taken away. */
export function withRange(marks: Marks, from: number, to: number, isSet: boolean): Marks {
  const [first, last] = from <= to ? [from, to] : [to, from];
  return marks.slice().fill(isSet ? 1 : 0, Math.max(0, first), last + 1);
}

export interface Score {
  /** Readable and marked. */
  readonly hits: number;
  /** Readable and not marked. */
  readonly misses: number;
  /** Marked and not readable. */
  readonly falseMarks: number;
  /**
   * From 0 to 100: the share of the readable bytes that are marked, less the share of the others that are. Of a long sealed
   * record nearly all bytes are unreadable, so counting those that were judged right would reward an empty guess.
   */
  readonly points: number;
}

export function scoreOf(readable: Marks, marked: Marks): Score {
  const score = { hits: 0, misses: 0, falseMarks: 0 };
  let sealed = 0;
  readable.forEach((isReadable, at) => {
    if (isReadable && marked[at]) score.hits++;
    else if (isReadable) score.misses++;
    else {
      sealed++;
      if (marked[at]) score.falseMarks++;
    }
  });
  const [found, inVain] = [
    share(score.hits, readable.length - sealed, 1),
    share(score.falseMarks, sealed, 0),
  ];
  return { ...score, points: Math.floor(100 * Math.max(0, found - inVain)) };
}

function share(part: number, whole: number, ofNone: number): number {
  return whole === 0 ? ofNone : part / whole;
}

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
