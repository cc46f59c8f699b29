/** A game: which bytes of a record can Eve read? The dissection is the judge, of a person’s guess and of a class’s. */
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

/** Marks as ranges of bytes, each with its start and its end, which is not in it. */
export type ByteRanges = readonly (readonly [start: number, end: number])[];

export function rangesOf(marks: Marks): ByteRanges {
  const ranges: [number, number][] = [];
  marks.forEach((isMarked, at) => {
    const last = ranges.at(-1);
    if (!isMarked) return;
    if (last?.[1] === at) last[1] = at + 1;
    else ranges.push([at, at + 1]);
  });
  return ranges;
}

/** The marks of so many bytes; undefined if a range is empty, or beyond them. */
export function marksOf(ranges: ByteRanges, length: number): Marks | undefined {
  if (ranges.some(([start, end]) => start < 0 || start >= end || end > length)) return undefined;
  const marks = new Uint8Array(length);
  for (const [start, end] of ranges) marks.fill(1, start, end);
  return marks;
}
