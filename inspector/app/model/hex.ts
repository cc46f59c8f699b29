/** Rows of a hex view. */
import type { Range } from '#dissect/fields/locate';

/**
 * Which of `count` bytes from `from` on are lit, one character each: `.` dark, `-` lit, `[` first and `]` last of a
 * range in this row, `#` both. It is a string, so that a row that did not change is not drawn again.
 */
export function litIn(ranges: readonly Range[], from: number, count: number): string {
  if (ranges.every(({ start, end }) => end <= from || start >= from + count)) return '';
  return Array.from({ length: count }, (_, column) =>
    sign(ranges, from + column, column === 0, column === count - 1),
  ).join('');
}

function sign(ranges: readonly Range[], at: number, isFirst: boolean, isLast: boolean): string {
  const range = ranges.find(({ start, end }) => start <= at && at < end);
  if (!range) return '.';
  const opens = isFirst || range.start === at;
  const closes = isLast || range.end === at + 1;
  if (opens) return closes ? '#' : '[';
  return closes ? ']' : '-';
}
