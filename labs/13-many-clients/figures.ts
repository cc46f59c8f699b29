/** The checks of lab 13 that are about its figures and its picture. */
import type { Bench, Check } from '#judge/check';
import { describe, must, mustEqual } from '#judge/failure';
import type { Random } from '#judge/random';
import { counted } from '#protocol/shown';
import type { Measured } from '../runner/measured.ts';
import { type Point, mustBePicture } from './picture.ts';

/** Samples that a finding lists. */
const SHOWN = 10;

export const FIGURE_CHECKS: readonly Check[] = [
  {
    id: 'percentiles',
    requires:
      'A percentile is the smallest sample that at least so many percent of the samples do not exceed.',
    why: 'An average hides the few who wait long; p99 is what one of a hundred waits at least.',
    about: 'percentile',
    run: async ({ piece, random }) => {
      for (const count of [1, 2, 3, 10, 99, 100, 101, 200]) {
        // Of different lengths, negative ones too: as texts they are in another order. Each occurs once or twice.
        const samples = shuffled(
          random,
          Array.from({ length: count }, (_, i) => (i >> random.between(0, 1)) * 7 - 20),
        );
        for (const percent of [1, 50, 75, 90, 99, 100]) {
          const given = await piece.call('percentile', samples, percent);
          const expected = rankOf(samples, percent);
          must(given === expected, {
            what: `p${percent} of ${counted(count, 'sample')} is not right`,
            expected: String(expected),
            got: describe(given),
            input: samples.length <= SHOWN ? samples.join(', ') : `${samples.slice(0, SHOWN).join(', ')}, …`,
          });
        }
      }
    },
  },
  {
    id: 'measured',
    requires:
      'Each broadcast is measured from its start until everyone has it; those that warm up do not count.',
    why: 'The first rounds are slow because the code is not compiled yet: they say nothing about the hundredth.',
    about: 'measure',
    run: async (bench) => {
      for (const clients of [1, 10, 1_000]) await mustMeasure(bench, clients);
    },
  },
  {
    id: 'points',
    requires: 'Each row is two points in the picture, at the place of its clients and its milliseconds.',
    why: 'On logarithmic axes with equal decades, a cost that grows as the number of clients is a line of 45°.',
    about: 'plot',
    run: async ({ piece, random }) => {
      for (const rows of rowsFrom(random))
        mustBePicture(await piece.call('plot', rows), pointsOf(rows)).points();
    },
  },
  {
    id: 'axes',
    requires: 'The axes say clients and ms, and each power of ten stands at its place.',
    why: 'A line without units and numbers shows whatever one wants to see in it.',
    about: 'plot',
    run: async ({ piece, random }) => {
      for (const rows of rowsFrom(random))
        mustBePicture(await piece.call('plot', rows), pointsOf(rows)).axes();
    },
  },
  {
    id: 'nothing-to-show',
    requires: 'Without rows there is no picture, and a value of 0 is left out.',
    why: 'The logarithm of 0 is minus infinity: one such point makes the rest of the picture disappear.',
    about: 'plot',
    run: async ({ piece }) => {
      mustEqual(await piece.call('plot', []), '', 'the picture of no rows');
      const nothing = { clients: 10, p50: 0, p99: 0, perDelivery: 0 };
      mustEqual(await piece.call('plot', [nothing]), '', 'the picture of a row in which all times are 0');
      const rows = [{ clients: 10, p50: 0, p99: 0.5, perDelivery: 1 }, nothing];
      mustBePicture(await piece.call('plot', rows), pointsOf(rows)).points();
    },
  },
];

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  return list
    .map((each) => ({ each, at: random.between(0, 1_000_000) }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each);
}

/** Counts, instead of sorting and computing a rank: the definition itself. */
function rankOf(samples: readonly number[], percent: number): number {
  const atMost = (value: number): number => samples.filter((sample) => sample <= value).length;
  return Math.min(...samples.filter((value) => atMost(value) * 100 >= percent * samples.length));
}

async function mustMeasure({ tools, random }: Bench, clients: number): Promise<void> {
  // Eighths of milliseconds: sums and differences of them are exact.
  const [warm, took] = [7, 120].map((count) =>
    Array.from({ length: count }, () => random.between(1, 4_000) / 8),
  ) as [number[], number[]];
  const slowWarm = warm.map((each) => each + 1_000);
  const from = random.between(1, 1_000_000);
  const order = { clients, warmUp: warm.length, from, took: [...slowWarm, ...took] };
  const { row, broadcasts, overlapping } = (await tools.call('measure', order)) as Measured;
  mustEqual(overlapping, 0, 'the number of broadcasts that were started while another was under way');
  mustEqual(broadcasts, order.took.length, 'the number of broadcasts, those that warm up included');
  const given = (row ?? {}) as Readonly<Record<string, unknown>>;
  mustEqual(given['clients'], clients, 'clients in the row');
  mustEqual(given['p50'], rankOf(took, 50), 'p50 in the row');
  mustEqual(given['p99'], rankOf(took, 99), 'p99 in the row');
  const all = took.reduce((sum, each) => sum + each, 0);
  const expected = (all * 1_000) / (took.length * clients);
  const { perDelivery } = given;
  must(typeof perDelivery === 'number' && Math.abs(perDelivery - expected) < 1e-6 * expected, {
    what: 'perDelivery in the row is not right',
    expected: `${expected} microseconds: ${all} ms for ${took.length} times ${counted(clients, 'delivery', 'deliveries')}`,
    got: describe(perDelivery),
  });
}

interface Row {
  readonly clients: number;
  readonly p50: number;
  readonly p99: number;
  readonly perDelivery: number;
}

/** Several pictures: a line as one would measure it, one row alone, and figures from nowhere, in no order. */
function rowsFrom(random: Random): Row[][] {
  const line = [10, 100, 1_000].map((clients) => ({
    clients,
    p50: clients * 0.007,
    p99: clients * (0.01 + random.between(1, 20) / 1_000),
    perDelivery: 7,
  }));
  const anywhere = Array.from({ length: 8 }, () => ({
    clients: random.between(1, 20_000),
    p50: 10 ** (random.between(-2_000, 1_000) / 1_000),
    p99: 10 ** (random.between(1_000, 3_000) / 1_000),
    perDelivery: 1,
  }));
  return [line, [line[1] as Row], anywhere];
}

function pointsOf(rows: readonly Row[]): Point[] {
  const points = rows.flatMap(({ clients, p50, p99 }) => [
    { series: 'p50', clients, ms: p50 },
    { series: 'p99', clients, ms: p99 },
  ]);
  return points.filter(({ ms }) => ms > 0);
}
