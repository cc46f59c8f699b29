/**
 * Where the values of a key schedule stand: what is given on the left, and each value to the right of everything that goes
 * into it. A line that leads past a column has a lane of its own there, between the boxes.
 */
import { link, curveBumpX } from 'd3-shape';
import type { Derivation } from '#dissect/key-schedule/derivation';

export const NODE = { width: 240, height: 42 } as const;
const GAP = { x: 64, y: 12 } as const;
const MARGIN = 4;
/** Pixels of a column that a line past it takes. */
const LANE = 4;

export interface PlacedNode {
  readonly id: string;
  readonly name: string;
  /** Absent for what is given: secrets, and what crossed the wire. */
  readonly value: Derivation | undefined;
  readonly x: number;
  readonly y: number;
}

export interface Graph {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly path: string }[];
}

interface Node {
  readonly id: string;
  readonly name: string;
  readonly value: Derivation | undefined;
  readonly givers: readonly string[];
  readonly column: number;
}

/** A box in its column, or the lane of a line that leads past the column. */
interface Stop {
  readonly id: string;
  readonly height: number;
  /** The stops in the column before from which lines come, one for each giver of a node. */
  readonly from: readonly string[];
  readonly column: number;
}

export function layGraph(schedule: readonly Derivation[]): Graph {
  const nodes = nodesOf(schedule);
  const stops = stopsOf(nodes);
  const columns = columnsOf([...stops.values()]);
  const height = Math.max(0, ...columns.map(heightOf)) + 2 * MARGIN;
  const places = new Map<string, Place>();
  columns.forEach((column, across) => {
    const x = MARGIN + across * (NODE.width + GAP.x);
    let y = (height - heightOf(column)) / 2;
    for (const stop of column) {
      places.set(stop.id, { x, y, middle: y + stop.height / 2 });
      y += stop.height + GAP.y;
    }
  });
  return {
    width: Math.max(1, columns.length) * (NODE.width + GAP.x) - GAP.x + 2 * MARGIN,
    height,
    nodes: nodes.map(({ id, name, value }) => {
      const { x, y } = placeIn(places, id);
      return { id, name, value, x, y };
    }),
    edges: nodes.flatMap(({ id, givers }) =>
      givers.map((from, at) => ({ from, to: id, path: pathTo(id, at, stops, places) })),
    ),
  };
}

function heightOf(column: readonly Stop[]): number {
  return column.reduce((sum, { height }) => sum + height + GAP.y, -GAP.y);
}

/** Every node, and a lane in each column between a node and what goes into it. Lines from the same node share their lanes. */
function stopsOf(nodes: readonly Node[]): ReadonlyMap<string, Stop> {
  const stops = new Map<string, Stop>();
  for (const { id, givers, column } of nodes) {
    const from = givers.map((giver) => {
      let last = giver;
      for (let across = (stops.get(giver)?.column ?? 0) + 1; across < column; across++) {
        const lane = `${giver} past ${across}`;
        if (!stops.has(lane)) stops.set(lane, { id: lane, height: LANE, from: [last], column: across });
        last = lane;
      }
      return last;
    });
    stops.set(id, { id, height: NODE.height, from, column });
  }
  return stops;
}

/** What is given has a node of its own for each secret, and one for all that crossed the wire. */
function nodesOf(schedule: readonly Derivation[]): Node[] {
  const nodes = new Map<string, Node>();
  const known = new Set(schedule.map(({ id }) => id));
  for (const value of schedule) {
    const givers = new Set<string>();
    for (const { name, from } of value.inputs) {
      if (from === undefined) continue;
      const id = known.has(from) || from === 'wire' ? from : `${from}: ${name}`;
      if (!known.has(from))
        nodes.set(id, {
          id,
          name: from === 'wire' ? 'crossed the wire' : name,
          value: undefined,
          givers: [],
          column: 0,
        });
      givers.add(id);
    }
    const column = 1 + Math.max(0, ...[...givers].map((id) => nodes.get(id)?.column ?? 0));
    nodes.set(value.id, { id: value.id, name: value.name, value, givers: [...givers], column });
  }
  return [...nodes.values()];
}

/** In each column, values stand about as high as what goes into them, so that few lines cross. */
function columnsOf(stops: readonly Stop[]): Stop[][] {
  const columns: Stop[][] = [];
  for (const stop of stops) (columns[stop.column] ??= []).push(stop);
  const heights = new Map<string, number>();
  // A schedule without secrets or wire bytes has no first column.
  for (const column of columns.map((some) => some ?? [])) {
    const wanted = new Map(column.map((stop, at) => [stop, meanHeight(stop, heights) ?? at]));
    column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
    const middle = heightOf(column) / 2;
    let top = 0;
    for (const { id, height } of column) {
      heights.set(id, top + height / 2 - middle);
      top += height + GAP.y;
    }
  }
  return columns.filter((some) => some !== undefined);
}

function meanHeight({ from }: Stop, heights: ReadonlyMap<string, number>): number | undefined {
  const known = from.flatMap((id) => heights.get(id) ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, height) => sum + height, 0) / known.length;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly middle: number;
}

function placeIn(places: ReadonlyMap<string, Place>, id: string): Place {
  const place = places.get(id);
  if (!place) throw new Error(`${id} has no place`);
  return place;
}

type Point = readonly [x: number, y: number];
const curve = link<unknown, { readonly source: Point; readonly target: Point }, Point>(curveBumpX)
  .x(([x]) => x)
  .y(([, y]) => y);

/** The line to a node from its giver with this number: curves between the columns, and straight lines along the lanes. */
function pathTo(
  id: string,
  giver: number,
  stops: ReadonlyMap<string, Stop>,
  places: ReadonlyMap<string, Place>,
): string {
  const parts: string[] = [];
  let target = id;
  for (let from = stops.get(id)?.from[giver]; from !== undefined; from = laneBefore(from, stops)) {
    const [here, there] = [placeIn(places, from), placeIn(places, target)];
    const end: Point = [here.x + NODE.width, here.middle];
    parts.unshift(curve({ source: end, target: [there.x, there.middle] }) ?? '');
    if (isLane(from, stops)) parts.unshift(`M${here.x},${here.middle}H${end[0]}`);
    target = from;
  }
  return parts.join('');
}

function isLane(id: string, stops: ReadonlyMap<string, Stop>): boolean {
  return stops.get(id)?.height === LANE;
}

function laneBefore(id: string, stops: ReadonlyMap<string, Stop>): string | undefined {
  return isLane(id, stops) ? stops.get(id)?.from[0] : undefined;
}
