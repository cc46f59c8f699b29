/** What the steps of a lesson share: a clock that pages have, too, lanes, and patience. */
import { setTimeout as wait } from 'node:timers/promises';
import { ms, percentile } from '../figures.ts';

/** How long something may fail, and how long between two tries. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 500;

/** Milliseconds since 1970, with fractions. A page on this machine reads the same. */
export function clock(): number {
  return performance.timeOrigin + performance.now();
}

export function spread(delays: readonly number[]): string {
  const [p50, p99] = [percentile(delays, 0.5), percentile(delays, 0.99)];
  return `p50 ${ms(p50)}, p99 ${ms(p99)}, longest ${ms(Math.max(...delays))}`;
}

/** Does the work for all of them, this many at a time. */
export async function inLanes<T>(
  all: readonly T[],
  lanes: number,
  work: (each: T, at: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < all.length; at = next++) await work(all[at] as T, at);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** A page whose connection fails tries again, for as long as somebody looks at it. Rejects as the last try does. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const late = clock() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (clock() > late) throw error;
      await wait(PAUSE_MS);
    }
  }
}
