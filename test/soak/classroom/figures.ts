/** What the steps of a lesson share: a clock that pages have, too, and lanes. */
import { ms, percentile } from '../figures.ts';

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
