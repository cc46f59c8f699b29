/** The few rows of bytes that a card has room for. */
import type { Range } from '#dissect/fields/locate';
import { hexOffset, printable } from './format.ts';

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

/** Bytes of a row, one after the other, that are lit or not. */
export interface HexRun {
  readonly isLit: boolean;
  /** `0a 1b 2c` */
  readonly hex: string;
  readonly chars: string;
}

/** One row of the window. A run takes one element of the page, where each byte would take two. */
export function runsOf(row: Uint8Array, start: number, lit: readonly Range[]): readonly HexRun[] {
  const runs: { isLit: boolean; bytes: number[] }[] = [];
  for (const [column, byte] of row.entries()) {
    const at = start + column;
    const isLit = lit.some((range) => range.start <= at && at < range.end);
    const last = runs.at(-1);
    if (last?.isLit === isLit) last.bytes.push(byte);
    else runs.push({ isLit, bytes: [byte] });
  }
  return runs.map(({ isLit, bytes }) => ({
    isLit,
    hex: bytes.map((byte) => hexOffset(byte, 2)).join(' '),
    chars: bytes.map(printable).join(''),
  }));
}
