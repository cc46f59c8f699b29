/**
 * Where the values of a key schedule stand: what is given on the left, and each value to the right of everything that goes
 * into it.
 */
import { link, curveBumpX } from 'd3-shape';
import type { Derivation } from '#dissect/key-schedule/derivation';

export const NODE = { width: 240, height: 42 } as const;
const GAP = { x: 64, y: 12 } as const;
const MARGIN = 4;

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

export function layGraph(schedule: readonly Derivation[]): Graph {
  const nodes = nodesOf(schedule);
  const columns = columnsOf(nodes);
  const most = Math.max(0, ...columns.map(({ length }) => length));
  const height = most * (NODE.height + GAP.y) + 2 * MARGIN;
  const places = new Map<string, PlacedNode>();
  columns.forEach((column, across) => {
    const top = (height - column.length * (NODE.height + GAP.y) + GAP.y) / 2;
    column.forEach(({ id, name, value }, down) =>
      places.set(id, {
        ...{ id, name, value },
        x: MARGIN + across * (NODE.width + GAP.x),
        y: top + down * (NODE.height + GAP.y),
      }),
    );
  });
  return {
    width: Math.max(1, columns.length) * (NODE.width + GAP.x) - GAP.x + 2 * MARGIN,
    height,
    nodes: nodes.flatMap(({ id }) => places.get(id) ?? []),
    edges: nodes.flatMap(({ id, givers }) => givers.map((from) => edge(places.get(from), places.get(id)))),
  };
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

/** In each column, values stand about as high as what goes into them, so that few edges cross. */
function columnsOf(nodes: readonly Node[]): Node[][] {
  const columns: Node[][] = [];
  for (const node of nodes) (columns[node.column] ??= []).push(node);
  const heights = new Map<string, number>();
  // A schedule without secrets or wire bytes has no first column.
  for (const column of columns.map((some) => some ?? [])) {
    const wanted = new Map(column.map((node, at) => [node, meanHeight(node, heights) ?? at]));
    column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
    column.forEach(({ id }, at) => heights.set(id, at - column.length / 2));
  }
  return columns.filter((some) => some !== undefined);
}

function meanHeight({ givers }: Node, heights: ReadonlyMap<string, number>): number | undefined {
  const known = givers.flatMap((id) => heights.get(id) ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, height) => sum + height, 0) / known.length;
}

const curve = link<unknown, { readonly source: Point; readonly target: Point }, Point>(curveBumpX)
  .x(([x]) => x)
  .y(([, y]) => y);
type Point = readonly [x: number, y: number];

function edge(from: PlacedNode | undefined, to: PlacedNode | undefined): Graph['edges'][number] {
  if (!from || !to) throw new Error('an edge joins two nodes that have a place');
  const source: Point = [from.x + NODE.width, from.y + NODE.height / 2];
  const target: Point = [to.x, to.y + NODE.height / 2];
  return { from: from.id, to: to.id, path: curve({ source, target }) ?? '' };
}
