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

/** Round numbers of seconds before the newest record. */
export function ticksOf(
  first: number,
  last: number,
  width: number,
): readonly { readonly time: number; readonly text: string }[] {
  const ago = scaleLinear([Math.min(first - last, -1), 0], [0, 1]).ticks(width < 500 ? 3 : 6);
  return ago.map((milliseconds) => ({ time: last + milliseconds, text: before(milliseconds) }));
}

/** From the beginning of the span to the newest record. */
export function timesOf(bars: readonly Bar[], span: number | undefined): [first: number, last: number] {
  const times = bars.map(({ time }) => time);
  const last = times.length > 0 ? Math.max(...times) : 0;
  const oldest = times.length > 0 ? Math.min(...times) : 0;
  return [span === undefined ? oldest : last - span, last];
}

/** `−1.5 s`: before the newest record. */
export function before(milliseconds: number): string {
  if (Math.abs(milliseconds) < 0.5) return '0';
  const seconds = milliseconds / 1000;
  const text =
    Math.abs(milliseconds) < 1000
      ? `${Math.abs(milliseconds).toFixed(0)} ms`
      : Math.abs(seconds) < 120
        ? `${Number(Math.abs(seconds).toFixed(1))} s`
        : `${Number(Math.abs(seconds / 60).toFixed(1))} min`;
  return seconds < 0 ? `−${text}` : text;
}
