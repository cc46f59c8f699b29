/**
 * Milliseconds that the two clocks may differ before the origin is reset: after a suspend, or when the clock was set.
 */
const DRIFT = 50;

/**
 * Wall-clock time in milliseconds since 1970 with microseconds in the fraction. `Date.now()` is too coarse to put the
 * two directions of a flow in order of time; the monotonic clock is precise enough, but does not know the date.
 */
export function wallClock(): () => number {
  let origin = performance.timeOrigin;
  return () => {
    const elapsed = performance.now();
    const coarse = Date.now();
    if (Math.abs(origin + elapsed - coarse) > DRIFT) origin = coarse - elapsed;
    return Math.round((origin + elapsed) * 1000) / 1000;
  };
}
