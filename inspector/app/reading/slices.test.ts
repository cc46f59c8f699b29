import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Slices } from './slices.ts';

/** Milliseconds that one step takes by the clock of the test. */
const STEP = 1;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

function setup(steps: number) {
  let left = steps;
  const slices: number[] = [];
  const shown: [number, boolean][] = [];
  const work = new Slices({
    work(enough) {
      const before = left;
      while (left > 0 && !enough()) {
        left--;
        vi.advanceTimersByTime(STEP);
      }
      slices.push(before - left);
      return left > 0;
    },
    show: (more) => void shown.push([left, more]),
  });
  const add = (more: number): void => void (left += more);
  return { work, slices, shown, add };
}

it('never works for long at a time, and shows the result ten times a second', async () => {
  const { work, slices, shown } = setup(400);
  work.wake();
  expect(slices).toEqual([]);
  await vi.runAllTimersAsync();
  expect(Math.max(...slices)).toBe(8);
  expect(slices.reduce((sum, count) => sum + count)).toBe(400);
  expect(shown.length).toBeGreaterThanOrEqual(3);
  expect(shown.length).toBeLessThanOrEqual(5);
  expect(shown.at(-1)).toEqual([0, false]);
  expect(shown.slice(0, -1).every(([left, more]) => left > 0 && more)).toBe(true);
});

it('shows short work once, when it is complete', async () => {
  const { work, shown } = setup(20);
  work.wake();
  await vi.runAllTimersAsync();
  expect(shown).toEqual([[0, false]]);
});

it('shows at most ten times a second what comes in small pieces', async () => {
  const { work, shown, add } = setup(0);
  for (let piece = 0; piece < 100; piece++) {
    add(1);
    work.wake();
    await vi.advanceTimersByTimeAsync(3);
  }
  await vi.runAllTimersAsync();
  expect(shown.length).toBeGreaterThan(3);
  expect(shown.length).toBeLessThan(8);
});

it('shows at once what the person did, even before it is complete', async () => {
  const { work, shown } = setup(20);
  work.now();
  expect(shown).toEqual([[12, true]]);
  // Two more slices, and not the tenth of a second that lies between two pictures.
  await vi.advanceTimersByTimeAsync(50);
  expect(shown).toEqual([
    [12, true],
    [0, false],
  ]);
});

it('does nothing any more once it was stopped', async () => {
  const { work, slices, shown } = setup(100);
  work.wake();
  work.stop();
  await vi.runAllTimersAsync();
  expect([slices, shown]).toEqual([[], []]);
});
