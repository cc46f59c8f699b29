/** Where the bytes of a unit inside a record are on the wire, so that a decrypted field can highlight them. */
import type { ByteMap, Inner, WireRecord } from '../model.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A unit inside a record with the way to it: the outermost unit first, the unit itself last. */
export interface UnitWithPath {
  readonly unit: Inner;
  readonly path: readonly Inner[];
}

/** All units inside a record, depth first, in the order of their bytes. */
export function unitsIn(
  record: { readonly inner: readonly Inner[] },
  path: readonly Inner[] = [],
): UnitWithPath[] {
  return record.inner.flatMap((unit) => {
    const here = [...path, unit];
    return [{ unit, path: here }, ...unitsIn(unit, here)];
  });
}

/**
 * The ranges of `record.raw` that carry the bytes `start` to `end` of the last unit of `path` (as `unitsIn`
 * gives it; an empty path means the record itself). Bytes that crossed in earlier records are left out. The
 * list is empty where no byte of this record carries them one to one.
 */
export function wireRanges(record: WireRecord, path: readonly Inner[], start: number, end: number): Range[] {
  let ranges: Range[] = [{ start, end }];
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const around = depth === 0 ? record : (path[depth - 1] as Inner);
    ranges = ranges
      .map((range) => rangeAround(around, path[depth] as Inner, range))
      .flatMap((range) => contentToBytes(around, range));
  }
  return ranges;
}

type Around = Pick<WireRecord, 'plain' | 'plainMap' | 'contentStart'>;

/**
 * A range of a unit's bytes as a range of the content around it: of the outer unit's plain bytes, or of its own
 * bytes where it has no plain ones.
 */
export function rangeAround(around: Around, unit: Pick<Inner, 'start'>, range: Range): Range {
  // A unit that began earlier ends at the beginning of the content, which follows the header.
  const shift = unit.start < 0 ? unit.start + (around.contentStart ?? 0) : unit.start;
  return { start: range.start + shift, end: range.end + shift };
}

/** The bytes that carry a range of the content one to one; none of those that crossed in earlier records. */
export function contentToBytes(around: Around, range: Range): Range[] {
  const clipped = { start: Math.max(around.contentStart ?? 0, range.start), end: range.end };
  if (!around.plain) return clipped.end > clipped.start ? [clipped] : [];
  return carrying(around.plainMap ?? [], clipped);
}

/** Where a range of the plain bytes is in the bytes that carry it. */
export function carrying(maps: readonly ByteMap[], plain: Range): Range[] {
  return maps.flatMap(({ plainStart, rawStart, length }) =>
    shifted(overlap(plain, { start: plainStart, end: plainStart + length }), rawStart - plainStart),
  );
}

/** Where the plain bytes are that a range of the carrying bytes carries. */
export function carriedBy(maps: readonly ByteMap[], raw: Range): Range[] {
  return maps.flatMap(({ plainStart, rawStart, length }) =>
    shifted(overlap(raw, { start: rawStart, end: rawStart + length }), plainStart - rawStart),
  );
}

function overlap(a: Range, b: Range): Range {
  return { start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) };
}

/** None if the range is empty. */
function shifted({ start, end }: Range, by: number): Range[] {
  return end > start ? [{ start: start + by, end: end + by }] : [];
}
