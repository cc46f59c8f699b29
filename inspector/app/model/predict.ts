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
  readonly bytes: number;
  /** Readable and marked. */
  readonly hits: number;
  /** Readable and not marked. */
  readonly misses: number;
  /** Marked and not readable. */
  readonly falseMarks: number;
  /** Bytes that were judged right, marked or not. */
  readonly right: number;
}

export function scoreOf(readable: Marks, marked: Marks): Score {
  const score = { bytes: readable.length, hits: 0, misses: 0, falseMarks: 0 };
  readable.forEach((isReadable, at) => {
    if (isReadable && marked[at]) score.hits++;
    else if (isReadable) score.misses++;
    else if (marked[at]) score.falseMarks++;
  });
  return { ...score, right: score.bytes - score.misses - score.falseMarks };
}

/** For the grid, one letter for each byte: `m` marked; once revealed `h` hit, `x` miss, `f` false; `.` for none. */
export function letters(marked: Marks, readable?: Marks): string {
  return Array.from(marked, (isMarked, at) => {
    if (!readable) return isMarked ? 'm' : '.';
    if (readable[at]) return isMarked ? 'h' : 'x';
    return isMarked ? 'f' : '.';
  }).join('');
}

/** The score of all records so far. */
export interface Tally {
  readonly records: number;
  readonly right: number;
  readonly bytes: number;
}

export const NO_TALLY: Tally = { records: 0, right: 0, bytes: 0 };

export function counted(tally: Tally, { right, bytes }: Score): Tally {
  return { records: tally.records + 1, right: tally.right + right, bytes: tally.bytes + bytes };
}

/** `48 of 52 bytes right (92 %): 12 found, 3 missed, 1 marked in vain`. */
export function scoreWords({ right, bytes, hits, misses, falseMarks }: Score): string {
  const parts = [`${hits} found`, `${misses} missed`, `${falseMarks} marked in vain`];
  return `${right} of ${bytes} bytes right (${percent(right, bytes)} %): ${parts.join(', ')}`;
}

export function percent(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.floor((100 * part) / whole);
}
