/**
 * Aborts when `signal` does, or after so many milliseconds, then with a `TimeoutError`. In Node 20, `AbortSignal.any` holds
 * its sources only weakly, so a time limit that nothing else refers to may be collected as garbage, and then never comes.
 */
export function withTimeLimit(signal: AbortSignal, milliseconds: number): AbortSignal {
  const limit = AbortSignal.timeout(milliseconds);
  // A timeout that somebody listens to is kept until it comes.
  limit.addEventListener('abort', () => undefined, { once: true });
  return AbortSignal.any([signal, limit]);
}
