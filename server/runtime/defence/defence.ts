/** The limits that defend the server: times in milliseconds, rates per second. */
import type { ClientMessage } from '#protocol/messages';

export interface Rate {
  /** Number of requests that may come at once. */
  readonly burst: number;
  /** Requests per second after that. */
  readonly perSecond: number;
}

/** Kinds of requests; those of similar cost are counted together. */
export const KINDS = ['say', 'ask', 'look', 'sign'] as const;
export type Kind = (typeof KINDS)[number];

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
  readonly rates: Readonly<Record<Kind, Rate>> | undefined;
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

/**
 * say: reaches others; look: reads the store, as does a join, which everyone in the room is told of; sign: as costly as
 * hashing a password; ask: everything else.
 */
const KIND_OF: Partial<Record<ClientMessage['type'], Kind>> = {
  say: 'say',
  edit: 'say',
  delete: 'say',
  invite: 'say',
  uninvite: 'say',
  join: 'look',
  history: 'look',
  search: 'look',
  unread: 'look',
  register: 'sign',
  login: 'sign',
  second_factor: 'sign',
  password: 'sign',
  totp_begin: 'sign',
  totp_confirm: 'sign',
  totp_remove: 'sign',
  create: 'sign',
  remove: 'sign',
};

export function kindOf(type: ClientMessage['type']): Kind {
  return KIND_OF[type] ?? 'ask';
}
