/** The limits that defend the server: times in milliseconds, rates per second. */
import { type ClientMessage, rowOf } from '#protocol/messages';
import type { RateKind } from '#protocol/schemas/client-row';

export interface Rate {
  /** Number of requests that may come at once. */
  readonly burst: number;
  /** Requests per second after that. */
  readonly perSecond: number;
}

export interface Defence {
  /** Time until the channel must be open. */
  readonly handshakeTimeout: number;
  /** Time until the first room must be joined. */
  readonly joinTimeout: number;
  /** Time until a frame that was begun must be complete. */
  readonly frameTimeout: number;
  /** Longest time without a byte from the client. */
  readonly idleTimeout: number;
  /** Connections on the whole server. */
  readonly connections: number;
  /**
   * Connections from one network (`networkOf`). Loopback, from which taps and this machine's own programs connect, is not
   * counted.
   */
  readonly connectionsPerAddress: number;
  /** Rates of one member, by kind. All members from one network together have `NETWORK_FACTOR` times these. */
  readonly rates: Readonly<Record<RateKind, Rate>> | undefined;
}

export const NETWORK_FACTOR = 20;

export const DEFENCE: Defence = {
  handshakeTimeout: 10_000,
  joinTimeout: 120_000,
  frameTimeout: 30_000,
  idleTimeout: 30 * 60_000,
  connections: 12_000,
  connectionsPerAddress: 256,
  rates: {
    say: { burst: 100, perSecond: 20 },
    ask: { burst: 200, perSecond: 50 },
    look: { burst: 30, perSecond: 5 },
    sign: { burst: 20, perSecond: 0.5 },
  },
};

export function kindOf(type: ClientMessage['type']): RateKind {
  return rowOf(type).rate;
}
