import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireRecord } from '#dissect/model';
import { TimeOrder } from './time-order.ts';

const record = (time: number, index: number, length = 1): WireRecord =>
  ({ time, flow: 1, index, raw: new Uint8Array(length) }) as WireRecord;

function ordered(times: readonly number[], limits: { records: number; bytes: number }): number[] {
  const order = new TimeOrder(limits);
  const out = times.flatMap((time, index) => {
    order.add(record(time, index));
    return order.ready();
  });
  return [...out, ...order.rest()].map(({ time }) => time);
}

describe('records by the time of their completion', () => {
  it('are in order if all fit into the window', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), (times) => {
        expect(ordered(times, { records: 100, bytes: 100 })).toEqual(times.toSorted((a, b) => a - b));
      }),
    );
  });

  it('are complete, and never wait beyond the limits', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.integer({ min: 1, max: 5 }), (times, limit) => {
        const out = ordered(times, { records: limit, bytes: limit });
        expect(out.toSorted((a, b) => a - b)).toEqual(times.toSorted((a, b) => a - b));
      }),
    );
  });

  it('leave early when they are many or large', () => {
    expect(ordered([2, 1, 4, 3, 6, 5], { records: 3, bytes: 100 })).toEqual([1, 2, 3, 4, 5, 6]);
    const order = new TimeOrder({ records: 100, bytes: 10 });
    order.add(record(1, 1, 11));
    expect(order.ready()).toHaveLength(1);
    expect(order.rest()).toEqual([]);
  });
});
