/** The few rows of bytes that a card has room for. */
import type { Range } from '#dissect/fields/locate';

export const PER_ROW = 8;

export interface HexWindow {
  /** Rows of eight bytes before the first one shown. */
  readonly first: number;
  readonly count: number;
  /** Which bytes these are, in words; empty when all are shown. */
  readonly label: string;
}

/** The rows that contain the lit bytes, after two rows of what precedes them. */
export function windowOn(length: number, lit: readonly Range[], rows: number): HexWindow {
  const all = Math.ceil(length / PER_ROW);
  const count = Math.min(rows, all);
  const wanted = Math.floor((lit[0]?.start ?? 0) / PER_ROW) - rows + 3;
  const first = Math.max(0, Math.min(wanted, all - rows));
  const from = first * PER_ROW;
  const to = Math.min(length, from + count * PER_ROW);
  return { first, count, label: count === all ? '' : `bytes ${from} to ${to - 1}` };
}
