/** Where the dots of sizes and gaps stand, over the same time. */
import { scaleLinear, scaleLog } from 'd3-scale';
import { formatNumber } from '#protocol/amounts';
import type { WireName } from '#protocol/wires';
import type { Bar } from '../reading/survey.ts';
import { type OverTime, ticksOf, timesOf } from './time-axis.ts';

export const PLOT_HEIGHT = 200;
const MARGIN = { left: 60, right: 12, top: 28, bottom: 8 } as const;
const AXIS_HEIGHT = 24;
/** Milliseconds: what arrived together is drawn at this gap. */
const SHORTEST_GAP = 0.1;

export interface Dot {
  readonly bar: Bar;
  readonly x: number;
  readonly y: number;
}

export interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface Plot {
  readonly title: string;
  readonly top: number;
  readonly marks: readonly Tick[];
  readonly dots: readonly { readonly wire: WireName; readonly dots: readonly Dot[] }[];
}

export interface Timing {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly plots: readonly Plot[];
  readonly ticks: readonly Tick[];
}

export function layTiming({ wires, width, span }: OverTime): Timing {
  const [first, last] = timesOf(
    wires.flatMap(({ bars }) => bars),
    span,
  );
  const x = scaleLinear([first, Math.max(last, first + 1)], [MARGIN.left + 4, width - MARGIN.right]);
  const plot = (
    top: number,
    title: string,
    measured: Measured[],
    format: (value: number) => string,
  ): Plot => {
    const values = measured.flatMap(({ points }) => points.map(({ value }) => value));
    const y = scaleLog(
      [Math.min(...values, Infinity) || 1, Math.max(...values, 1)],
      [top + PLOT_HEIGHT - MARGIN.bottom, top + MARGIN.top],
    ).nice();
    const usable = values.length > 0;
    return {
      title,
      top,
      marks: usable ? decades(y.domain()).map((value) => ({ at: y(value), text: format(value) })) : [],
      dots: measured.map(({ wire, points }) => ({
        wire,
        dots: points.map(({ bar, value }) => ({ bar, x: x(bar.time), y: y(value) })),
      })),
    };
  };
  const shown = wires.map(({ wire, bars }) => ({ wire, bars: bars.filter(({ time }) => time >= first) }));
  return {
    width,
    height: 2 * PLOT_HEIGHT + AXIS_HEIGHT,
    left: MARGIN.left,
    plots: [
      plot(0, 'Bytes of each record', shown.map(sizes), (bytes) => `${formatNumber(bytes)} B`),
      plot(PLOT_HEIGHT, 'Time since the record before on the same wire', shown.map(gaps), gapText),
    ],
    ticks: ticksOf(first, last, width).map(({ time, text }) => ({ at: x(time), text })),
  };
}

interface Measured {
  readonly wire: WireName;
  readonly points: readonly { readonly bar: Bar; readonly value: number }[];
}

interface Lane {
  readonly wire: WireName;
  readonly bars: readonly Bar[];
}

function sizes({ wire, bars }: Lane): Measured {
  return { wire, points: bars.map((bar) => ({ bar, value: Math.max(1, bar.length) })) };
}

function gaps({ wire, bars }: Lane): Measured {
  const points = bars.slice(1).map((bar, at) => {
    const gap = bar.time - (bars[at] as Bar).time;
    return { bar, value: Math.max(SHORTEST_GAP, gap) };
  });
  return { wire, points };
}

function decades([low = 1, high = 1]: readonly number[]): number[] {
  const powers: number[] = [];
  for (let power = Math.ceil(Math.log10(low) - 1e-9); power <= Math.log10(high) + 1e-9; power++)
    powers.push(10 ** power);
  return powers;
}

function gapText(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toLocaleString('en')} s`;
}
