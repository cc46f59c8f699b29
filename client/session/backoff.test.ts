import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BACKOFF, backoffDelay } from './backoff.ts';

it('doubles its bound up to the longest wait', () => {
  const nearlyOne = 1 - Number.EPSILON;
  expect([0, 1, 2, 5, 6, 50].map((attempt) => backoffDelay(attempt, nearlyOne))).toEqual([
    249, 499, 999, 7_999, 14_999, 14_999,
  ]);
});

it('waits between nothing and the longest wait, whatever the attempt', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, random) => {
        const delay = backoffDelay(attempt, random);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThan(BACKOFF.longest);
      },
    ),
  );
});
