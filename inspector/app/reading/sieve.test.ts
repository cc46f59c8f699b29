import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireRecord } from '#dissect/model';
import { merged, sharedLength } from './merge.ts';
import { Sieve } from './sieve.ts';

/** What lists of records need to know of one. */
function record(time: number, flow = 1, index = time): WireRecord {
  const rest = { dir: 'c2s', proto: 'frame', title: '', state: 'clear', reason: '' } as const;
  return { ...rest, flow, index, time, raw: new Uint8Array(), offset: 0, fields: [], inner: [] };
}

const times = (records: readonly WireRecord[]) => records.map(({ time }) => time);

describe('a merged list', () => {
  it('is in order, whatever the order of arrival', () => {
    const batches = fc.array(fc.array(fc.record({ time: fc.nat(50), flow: fc.nat(5) })));
    fc.assert(
      fc.property(batches, (given) => {
        const made = given.map((batch) => batch.map(({ time, flow }, index) => record(time, flow, index)));
        const list = made.reduce<readonly WireRecord[]>((all, fresh) => merged(all, [...fresh]), []);
        expect(new Set(list)).toEqual(new Set(made.flat()));
        expect(times(list)).toEqual(times(list).toSorted((a, b) => a - b));
      }),
    );
  });

  it('does not change the previous list', () => {
    const before = [record(1), record(5)];
    expect(times(merged(before, [record(3), record(2)]))).toEqual([1, 2, 3, 5]);
    expect(times(before)).toEqual([1, 5]);
    expect(merged(before, [])).toBe(before);
  });

  it('shares its beginning with the previous list, up to the first insertion', () => {
    const before = [record(1), record(5), record(9)];
    expect(sharedLength(before, merged(before, [record(7)]))).toBe(2);
    expect(sharedLength(before, merged(before, [record(10)]))).toBe(3);
    expect(sharedLength(before, [])).toBe(0);
  });
});

describe('a sieve', () => {
  const list = Array.from({ length: 6 }, (_, time) => record(time));
  const isEven = ({ time }: WireRecord): boolean => time % 2 === 0;

  it('finds records part by part', () => {
    const sieve = new Sieve();
    sieve.ask(isEven);
    sieve.over(list);
    let steps = 0;
    sieve.readOn(() => ++steps === 3);
    expect([times(sieve.found), sieve.left]).toEqual([[0, 2], 3]);
    sieve.readOn(() => false);
    expect([times(sieve.found), sieve.left]).toEqual([[0, 2, 4], 0]);
  });

  it('tests again only records that are not at the beginning of both lists', () => {
    const asked: number[] = [];
    const sieve = new Sieve();
    sieve.ask((given) => isEven((asked.push(given.time), given)));
    sieve.over(list);
    sieve.readOn(() => false);
    sieve.over([...list.slice(0, 4), record(10), record(11)]);
    sieve.readOn(() => false);
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 10, 11]);
    expect(times(sieve.found)).toEqual([0, 2, 10]);
  });

  it('starts over with another test', () => {
    const sieve = new Sieve();
    sieve.over(list);
    sieve.readOn(() => false);
    sieve.ask((given) => !isEven(given));
    expect([sieve.found, sieve.left]).toEqual([[], 6]);
    sieve.readOn(() => false);
    expect(times(sieve.found)).toEqual([1, 3, 5]);
  });
});
