/** A short run of the fuzzer: the same cases and the same promises as `npm run fuzz`, in a fixed number. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { cases } from './cases.ts';
import { type Genuine, check, genuineOf } from './oracle.ts';
import { type Seed, recordSeeds } from './seeds.ts';

describe('the dissection, whatever it is fed', () => {
  let seeds: Seed[];
  let genuine: Genuine;

  beforeAll(async () => {
    seeds = await recordSeeds();
    genuine = genuineOf(seeds);
  });

  it('has sealed and opened records to lose in every seed but the plain one', () => {
    const opened = [...genuine].filter(([, plains]) => plains.size > 0).map(([name]) => name);
    expect(opened).toEqual(seeds.map(({ name }) => name).filter((name) => name !== 'plain'));
  });

  it('keeps its promises', { timeout: 60_000 }, () => {
    const names = seeds.map(({ name }) => name);
    fc.assert(
      fc.property(cases(names), (each) => check(each, seeds, genuine)),
      { numRuns: 400 },
    );
  });

  it('is caught when it breaks one', () => {
    const nothing: Genuine = new Map(seeds.map(({ name }) => [name, new Set()]));
    expect(() =>
      check({ seed: 'psk aes-256-gcm', mutations: [], packets: null, file: [] }, seeds, nothing),
    ).toThrow(/never sealed/);
  });
});
