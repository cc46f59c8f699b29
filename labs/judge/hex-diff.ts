/** Where two byte strings begin to differ, for people: the first offset, the field it belongs to, both sides in hex. */
import { toHex } from '#protocol/bytes';

/** A named range of the expected bytes. */
export interface FieldRange {
  readonly name: string;
  readonly start: number;
  /** The first byte after it. */
  readonly end: number;
}

export interface HexDiff {
  /** The first byte that differs, or the length of the shorter one. */
  readonly offset: number;
  /** The innermost field that the byte belongs to. */
  readonly field?: string;
  /** Lengths in bytes. */
  readonly expectedLength: number;
  readonly gotLength: number;
  /** Up to 16 bytes from `from` on, in hex. */
  readonly from: number;
  readonly expected: string;
  readonly got: string;
}

const ROW = 16;

/** `undefined` when they are the same. */
export function hexDiff(
  expected: Uint8Array,
  got: Uint8Array,
  fields: readonly FieldRange[] = [],
): HexDiff | undefined {
  const offset = firstDifference(expected, got);
  if (offset === undefined) return undefined;
  const from = offset - (offset % ROW);
  const field = fields.findLast(({ start, end }) => start <= offset && offset < end)?.name;
  return {
    offset,
    ...(field !== undefined && { field }),
    expectedLength: expected.length,
    gotLength: got.length,
    from,
    expected: toHex(expected.subarray(from, from + ROW)),
    got: toHex(got.subarray(from, from + ROW)),
  };
}

function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return i;
  return a.length === b.length ? undefined : shorter;
}
