/** Where the bars of the lanes stand: one lane for each wire, one bar for each record, all on the same axis of time. */
import { scaleLinear, scaleLog } from 'd3-scale';
import type { WireName } from '#protocol/wires';
import type { Bar } from '../reading/survey.ts';
import { type OverTime, ticksOf, timesOf } from './time-axis.ts';

export const LANE_HEIGHT = 150;
export const AXIS_HEIGHT = 24;
const MARGIN = 12;
const LABEL_HEIGHT = 22;
/** A bar that lasts no time is still this wide, and this far from the next. */
const BAR_WIDTH = 4;
const STEP = 5;
/** Pixels of the shortest and of the longest bar. */
const HEIGHTS = [5, (LANE_HEIGHT - LABEL_HEIGHT) / 2 - 4] as const;

export interface PlacedBar {
  readonly bar: Bar;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedLane {
  readonly wire: WireName;
  readonly top: number;
  /** Between what goes to the server, above, and what comes back, below. */
  readonly middle: number;
  readonly bars: readonly PlacedBar[];
}

export interface Lanes {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly PlacedLane[];
  readonly ticks: readonly { readonly x: number; readonly text: string }[];
}

export function layLanes({ wires, width, span }: OverTime): Lanes {
  const [first, last] = timesOf(
    wires.flatMap(({ bars }) => bars),
    span,
  );
  const limit = Math.max(MARGIN + 1, width - MARGIN - BAR_WIDTH);
  const x = scaleLinear([first, Math.max(last, first + 1)], [MARGIN, limit]);
  const longest = Math.max(64, ...wires.flatMap(({ bars }) => bars.map(({ length }) => length)));
  const high = scaleLog([16, longest], [...HEIGHTS]).clamp(true);
  const lanes = wires.map(({ wire, bars }, at): PlacedLane => {
    const top = at * LANE_HEIGHT;
    const middle = top + LABEL_HEIGHT + (LANE_HEIGHT - LABEL_HEIGHT) / 2;
    const shown = bars.filter(({ time }) => time >= first);
    const step = Math.min(STEP, (limit - MARGIN) / Math.max(1, shown.length - 1));
    const places = spread(
      shown.map(({ time }) => x(time)),
      limit,
      step,
    );
    return {
      wire,
      top,
      middle,
      bars: shown.map((bar, place) => {
        const height = high(Math.max(16, bar.length));
        const y = bar.dir === 'c2s' ? middle - height - 1 : middle + 1;
        return { bar, x: places[place] as number, y, width: Math.min(BAR_WIDTH, step * 0.8), height };
      }),
    };
  });
  const ticks = ticksOf(first, last, width).map(({ time, text }) => ({ x: x(time), text }));
  return { width, height: wires.length * LANE_HEIGHT + AXIS_HEIGHT, lanes, ticks };
}

/** Moves apart what would cover each other, to the right, and where there is no room, back to the left. */
function spread(wanted: readonly number[], limit: number, step: number): number[] {
  const places: number[] = [];
  for (const x of wanted) places.push(Math.max(x, (places.at(-1) ?? -Infinity) + step));
  let most = limit;
  for (let at = places.length - 1; at >= 0; at--) {
    places[at] = Math.min(places[at] as number, most);
    most = (places[at] as number) - step;
  }
  return places;
}
