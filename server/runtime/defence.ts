/** What the server puts up with: times in milliseconds, rates a second. */
import type { ClientMessage } from '#wire/messages';

export interface Rate {
  /** Requests at once. */
  readonly burst: number;
  /** Requests a second after that. */
  readonly perSecond: number;
}

/** Requests that cost alike are counted together. */
export const KINDS = ['say', 'ask', 'look', 'sign'] as const;
export type Kind = (typeof KINDS)[number];

export interface Defence {
  /** Until the channel is open. */
  readonly handshakeTimeout: number;
  /** Until the first room is joined. */
  readonly joinTimeout: number;
  /** Until a frame that was begun is whole. */
  readonly frameTimeout: number;
  /** Without a byte from the client. */
  readonly idleTimeout: number;
  /** Connections on the whole server. */
  readonly connections: number;
  /**
   * Connections from one network (`networkOf`); loopback, where taps and this machine's own programs come from, is not
   * counted.
   */
  readonly connectionsPerAddress: number;
  /** What one member may ask for, by kind. All members of one network together have `NETWORK_FACTOR` times that. */
  readonly rates: Readonly<Record<Kind, Rate>> | undefined;
}

export const NETWORK_FACTOR = 20;

export const DEFENCE: Defence = {
  handshakeTimeout: 10_000,
  joinTimeout: 120_000,
  frameTimeout: 30_000,
  idleTimeout: 30 * 60_000,
  connections: 5_000,
  connectionsPerAddress: 256,
  rates: {
    say: { burst: 100, perSecond: 20 },
    ask: { burst: 200, perSecond: 50 },
    look: { burst: 30, perSecond: 5 },
    sign: { burst: 20, perSecond: 0.5 },
  },
};

/**
 * say: reaches others; look: reads the store, as a join does, which everyone in the room hears of; sign: costs a password's
 * hash, or as much; ask: everything else.
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
