/** The axis of time that pictures share: from the beginning of a span to the newest record. */
import { scaleLinear } from 'd3-scale';
import type { WireName } from '#protocol/wires';
import type { Bar } from '../reading/survey.ts';

/** What is drawn over time. */
export interface OverTime {
  readonly wires: readonly { readonly wire: WireName; readonly bars: readonly Bar[] }[];
  readonly width: number;
  /** Milliseconds before the newest record; undefined for all of them. */
  readonly span: number | undefined;
}

/** Milliseconds of each unit, and from which span on it is the one to count in. */
const UNITS = [
  { name: 'min', size: 60_000, from: 120_000 },
  { name: 's', size: 1000, from: 1000 },
  { name: 'ms', size: 1, from: 0 },
] as const;

/** Round numbers of one unit before the newest record. */
export function ticksOf(
  first: number,
  last: number,
  width: number,
): readonly { readonly time: number; readonly text: string }[] {
  const span = Math.max(last - first, 1);
  const { name, size } = UNITS.find(({ from }) => span >= from) ?? UNITS[2];
  const ago = scaleLinear([-span / size, 0], [0, 1]).ticks(width < 500 ? 3 : 6);
  return ago.map((count) => ({
    time: last + count * size,
    text: count === 0 ? '0' : `−${Math.abs(count)} ${name}`,
  }));
}

/** From the beginning of the span to the newest record. */
export function timesOf(bars: readonly Bar[], span: number | undefined): [first: number, last: number] {
  const times = bars.map(({ time }) => time);
  const last = times.length > 0 ? Math.max(...times) : 0;
  const oldest = times.length > 0 ? Math.min(...times) : 0;
  return [span === undefined ? oldest : last - span, last];
}
