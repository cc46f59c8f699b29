/** How long to wait before the next attempt to connect. */
export interface Backoff {
  /** Milliseconds: upper bound of the first wait. It doubles with each attempt. */
  readonly first: number;
  /** Milliseconds: no wait is longer. */
  readonly longest: number;
  /** Attempts before the client gives up. */
  readonly attempts: number;
}

export const BACKOFF: Backoff = { first: 250, longest: 15_000, attempts: Infinity };

/**
 * Milliseconds before attempt number `attempt` (from 0), with full jitter: a random part of a bound that doubles,
 * so that the clients of a server that was restarted do not all come back at once. `random` is in [0, 1).
 */
export function backoffDelay(attempt: number, random: number, { first, longest }: Backoff = BACKOFF): number {
  return Math.floor(random * Math.min(longest, first * 2 ** Math.min(attempt, 30)));
}
