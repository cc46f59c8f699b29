import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pskConversation } from '../../../test/support/flows/psk-conversation.ts';
import { readCapture } from '#dissect/capture/read';
import { Dissection } from '#dissect/index';
import type { Handshake, Rung } from '../reading/handshakes.ts';
import type { Bar } from '../reading/survey.ts';
import { entropy, entropyOfRandom, stripOf } from './byte-figures.ts';
import { wrap } from './export-svg.ts';
import { NODE, layGraph } from './graph-layout.ts';
import { arrowHead, layLadders } from './ladder-layout.ts';
import { type PlacedBar, layLanes } from './lanes-layout.ts';
import { formatPicturesRoute, parsePicturesRoute } from './pictures-route.ts';
import { ticksOf } from './time-axis.ts';
import { type Dot, layTiming } from './timing-layout.ts';

const bar = (time: number, given: Partial<Bar> = {}): Bar => ({
  ...{ flow: 1, index: time, dir: 'c2s', time, length: 100, title: 'say', state: 'clear', isSetup: false },
  ...given,
});

describe('lanes', () => {
  it('stand on one axis of time, to the server above the line and back below it', () => {
    const { lanes } = layLanes({
      wires: [
        { wire: 'plain', bars: [bar(0), bar(1000)] },
        { wire: 'psk', bars: [bar(500, { dir: 's2c', length: 5000 })] },
      ],
      width: 800,
      span: undefined,
    });
    const [first, last, back] = lanes.flatMap(({ bars }) => bars) as [PlacedBar, PlacedBar, PlacedBar];
    const [above, below] = lanes.map(({ middle }) => middle) as [number, number];
    expect(back.x).toBeCloseTo((first.x + last.x) / 2);
    expect(first.y + first.height).toBeLessThan(above);
    expect(back.y).toBeGreaterThan(below);
    expect(back.height).toBeGreaterThan(first.height);
  });

  it('have what crossed at the same time side by side, in their order and within the picture', () => {
    for (const count of [5, 300]) {
      const bars = Array.from({ length: count }, (_, index) => bar(1000, { index }));
      const { lanes } = layLanes({
        wires: [{ wire: 'tls', bars: [bar(0), ...bars] }],
        width: 360,
        span: undefined,
      });
      const placed = lanes[0]?.bars ?? [];
      expect(placed).toHaveLength(count + 1);
      const overlaps = placed.filter(({ x, width }, at) => x + width > (placed[at + 1]?.x ?? Infinity));
      expect(overlaps).toEqual([]);
      expect(placed[0]?.x).toBeGreaterThanOrEqual(0);
      expect((placed.at(-1)?.x ?? 0) + 4).toBeLessThanOrEqual(360);
    }
  });

  it('show only the time that is asked for', () => {
    const bars = [bar(0), bar(9_000), bar(10_000)];
    const { lanes, ticks } = layLanes({ wires: [{ wire: 'tls', bars }], width: 800, span: 2000 });
    expect(lanes[0]?.bars.map((placed) => placed.bar.time)).toEqual([9_000, 10_000]);
    expect(ticks.at(-1)?.text).toBe('0');
    expect(ticks[0]?.text).toBe('−2 s');
  });

  it('have no bars where there are no records', () => {
    expect(
      layLanes({ wires: [{ wire: 'tls', bars: [] }], width: 800, span: undefined }).lanes[0]?.bars,
    ).toEqual([]);
  });

  it.each([
    [800_000, ['−12 min', '−10 min', '−8 min', '−6 min', '−4 min', '−2 min', '0']],
    [119_000, ['−100 s', '−80 s', '−60 s', '−40 s', '−20 s', '0']],
    [3_000, ['−3 s', '−2.5 s', '−2 s', '−1.5 s', '−1 s', '−0.5 s', '0']],
    [30, ['−30 ms', '−25 ms', '−20 ms', '−15 ms', '−10 ms', '−5 ms', '0']],
  ])('name round times of one unit before the newest record, %d ms long', (span, texts) => {
    expect(ticksOf(5 - span, 5, 800).map(({ text }) => text)).toEqual(texts);
  });
});

describe('ladders', () => {
  const rung = (index: number, dir: Rung['dir']): Rung => ({
    ...{ flow: 1, index, dir, time: index, length: 10, names: ['hello'], layer: 'tls', isSealed: false },
  });
  const handshake = (flow: number, count: number): Handshake => ({
    ...{
      wire: 'tls',
      flow,
      kind: 'TLS 1.3',
      cipher: '',
      isComplete: true,
      bytes: 0,
      roundTrips: 1,
      clues: [],
    },
    rungs: Array.from({ length: count }, (_, at) => rung(at, at % 2 === 0 ? 'c2s' : 's2c')),
  });

  it('stand side by side where there is room, and below each other where there is not', () => {
    const three = [handshake(1, 3), handshake(2, 11), handshake(3, 9)];
    const wide = layLadders(three, 1200);
    expect(new Set(wide.ladders.map(({ y }) => y)).size).toBe(1);
    const narrow = layLadders(three, 340);
    expect(new Set(narrow.ladders.map(({ x }) => x))).toEqual(new Set([0]));
    for (const { ladders, width, height } of [wide, narrow]) {
      ladders.forEach((ladder, at) => {
        expect(ladder.x + ladder.width).toBeLessThanOrEqual(width + 0.01);
        expect(ladder.rungs.at(-1)?.y).toBeLessThan(Math.min(height, ladder.y + ladder.height));
        const next = ladders[at + 1];
        if (next && next.y !== ladder.y) expect(next.y).toBeGreaterThan(ladder.y + ladder.height);
      });
    }
    expect(narrow.height).toBeGreaterThan(wide.height);
  });

  it('have arrows from the side that sends', () => {
    const [{ client = 0, server = 0, rungs = [] } = {}] = layLadders([handshake(1, 2)], 400).ladders;
    expect(rungs.map(({ from, to }) => [from, to])).toEqual([
      [client, server],
      [server, client],
    ]);
    expect(arrowHead({ from: 10, to: 90, y: 5 })).toBe('90,5 83,1 83,9');
    expect(arrowHead({ from: 90, to: 10, y: 5 })).toBe('10,5 17,1 17,9');
  });
});

/** Points along a path of moves, horizontal lines and cubic curves. */
function pointsOf(path: string): [x: number, y: number][] {
  const points: [number, number][] = [];
  let [x, y] = [NaN, NaN];
  for (const [, letter, numbers = ''] of path.matchAll(/([MHC])([^MHC]*)/g)) {
    const values = numbers.split(',').map(Number);
    const [x1 = NaN, y1 = y, x2 = x1, y2 = y1, x3 = x2, y3 = y2] = values;
    if (letter !== 'M')
      for (let t = 0; t <= 1; t += 0.02)
        points.push([bezier(t, [x, x1, x2, x3]), bezier(t, [y, y1, y2, y3])]);
    [x, y] = [x3, y3];
  }
  return points;
}

function bezier(t: number, [a, b, c, d]: readonly [number, number, number, number]): number {
  const u = 1 - t;
  return u ** 3 * a + 3 * u ** 2 * t * b + 3 * u * t ** 2 * c + t ** 3 * d;
}

describe('the graph of a key schedule', () => {
  const dissection = new Dissection();
  dissection.addAll(pskConversation({ c2s: [Uint8Array.of(1)], s2c: [Uint8Array.of(2)] }));
  const schedule = dissection.keySchedule(1);
  const graph = layGraph(schedule);
  const place = (id: string) => graph.nodes.find((node) => node.id === id);

  it('has each value to the right of what goes into it, with a line from it', () => {
    for (const { id, inputs } of schedule) {
      for (const { name, from } of inputs) {
        if (from === undefined) continue;
        const giver = place(from) ?? place(`${from}: ${name}`);
        expect((giver?.x ?? NaN) + NODE.width).toBeLessThan(place(id)?.x ?? NaN);
        expect(graph.edges.some((edge) => edge.from === giver?.id && edge.to === id)).toBe(true);
      }
    }
    expect(graph.nodes.filter(({ value }) => value)).toHaveLength(schedule.length);
    expect(graph.nodes.filter(({ value }) => !value).map(({ name }) => name)).toEqual([
      'crossed the wire',
      'PRK',
    ]);
  });

  it('has no two nodes in the same place, and all within the picture', () => {
    for (const [at, one] of graph.nodes.entries()) {
      expect(one.x + NODE.width).toBeLessThanOrEqual(graph.width);
      expect(one.y + NODE.height).toBeLessThanOrEqual(graph.height);
      for (const other of graph.nodes.slice(at + 1))
        expect(one.x !== other.x || Math.abs(one.y - other.y) >= NODE.height).toBe(true);
    }
  });

  it.each(['tls12', 'tls13', 'tls-psk'])('has no line that crosses a box: %s', (name) => {
    const recorded = new Dissection();
    const file = new URL(`../../../docs/recordings/${name}.pcapng`, import.meta.url);
    recorded.addAll(readCapture(readFileSync(file)).events);
    const flows = new Set(recorded.allRecords().map(({ flow }) => flow));
    const drawn = [...flows].map((flow) => layGraph(recorded.keySchedule(flow)));
    expect(drawn.flatMap(({ edges }) => edges).length).toBeGreaterThan(10);
    for (const { nodes, edges } of [graph, ...drawn]) {
      for (const { path } of edges) {
        const inside = pointsOf(path).filter(([x, y]) =>
          nodes.some((box) => x > box.x && x < box.x + NODE.width && y > box.y && y < box.y + NODE.height),
        );
        expect(inside).toEqual([]);
      }
    }
  });

  it('is empty where nothing can be computed', () => {
    expect(layGraph([])).toMatchObject({ nodes: [], edges: [] });
  });
});

describe('the entropy of bytes', () => {
  const counts = (of: Readonly<Record<number, number>>): number[] =>
    Array.from({ length: 256 }, (_, value) => of[value] ?? 0);

  it('is 0 for one value, 1 for two and 8 for all of them', () => {
    expect(entropy(counts({ 65: 12 }))).toBe(0);
    expect(entropy(counts({ 65: 3, 66: 3 }))).toBe(1);
    expect(entropy(Array.from({ length: 256 }, () => 7))).toBeCloseTo(8);
    expect(entropy(counts({}))).toBe(0);
  });

  it('of random bytes is less where there are fewer of them', () => {
    // Two bytes differ with a chance of 255 in 256, and then have one bit.
    expect(entropyOfRandom(2)).toBeCloseTo(255 / 256, 6);
    expect([0, 1].map(entropyOfRandom)).toEqual([0, 0]);
    // Both ways to compute it agree where one takes over from the other.
    expect(Math.abs(entropyOfRandom(4096) - entropyOfRandom(4095))).toBeLessThan(0.001);
    expect(entropyOfRandom(100_000)).toBeGreaterThan(7.998);
  });

  it('stands beside bars for the values that occur', () => {
    expect(stripOf(counts({ 0: 1, 255: 4 }))).toMatchObject({
      total: 5,
      bars: [
        { value: 0, count: 1, share: 0.25 },
        { value: 255, count: 4, share: 1 },
      ],
    });
  });
});

describe('sizes and timing', () => {
  it('have one dot for each record, and one for each gap', () => {
    const bars = [bar(0, { length: 10 }), bar(1, { length: 1000 }), bar(1001)];
    const { plots, width, height } = layTiming({
      wires: [{ wire: 'tls', bars }],
      width: 600,
      span: undefined,
    });
    const [sizes, gaps] = plots.map(({ dots }) => dots.flatMap((each) => each.dots)) as [Dot[], Dot[]];
    const heights = sizes.map(({ y }) => y) as [number, number, number];
    expect(heights[1]).toBeLessThan(Math.min(heights[0], heights[2]));
    expect(gaps.map((dot) => dot.bar.time)).toEqual([1, 1001]);
    const [short, long] = gaps as [Dot, Dot];
    expect(long.y).toBeLessThan(short.y);
    for (const { x, y } of [...sizes, ...gaps]) {
      expect(x).toBeLessThanOrEqual(width);
      expect(y).toBeLessThan(height);
    }
    expect(plots[0]?.marks.map(({ text }) => text)).toEqual(['10 B', '100 B', '1,000 B']);
  });

  it('are empty without records', () => {
    const { plots } = layTiming({ wires: [{ wire: 'tls', bars: [] }], width: 600, span: undefined });
    expect(plots.map(({ marks, dots }) => [marks, dots[0]?.dots])).toEqual([
      [[], []],
      [[], []],
    ]);
  });
});

describe('the address of the pictures', () => {
  it.each(['#picture=lanes', '#picture=keys&eve=1&of=tls%20TLS%201.3', '#picture=timing&span=10'])(
    '%s survives',
    (hash) => {
      expect(formatPicturesRoute(parsePicturesRoute(hash))).toBe(hash);
    },
  );

  it('is that of the lanes where it makes no sense', () => {
    expect(formatPicturesRoute(parsePicturesRoute('#picture=cats&of=&span=week'))).toBe('#picture=lanes');
  });
});

it('breaks sentences into lines', () => {
  expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four']);
  expect(wrap('incomprehensible', 4)).toEqual(['incomprehensible']);
});
