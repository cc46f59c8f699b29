/** What the processes of a soak tell each other. */
import type { ListenAddress } from '#runtime/server';
import type { WireName } from '#protocol/messages';
import type { AuthMode } from '#protocol/roles';

export interface Order {
  readonly psk: string;
  readonly mode: AuthMode;
  /** Whether the rates of requests are limited as they are for everyone. */
  readonly rates: boolean;
  readonly accounts: readonly StoredAccount[];
}

export interface FiguresOrder {
  /** Whether garbage is collected first, during which the server stands still. */
  readonly collect: boolean;
}

export interface StoredAccount {
  readonly name: string;
  readonly key: string;
  readonly passwordHash: string;
}

export interface ServerReady {
  readonly addresses: Partial<Record<WireName, ListenAddress>>;
  readonly ca: string;
}

/** Bytes and counts. */
export interface Figures {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  /** Open file descriptors, where the system shows them. */
  readonly files: number | undefined;
  readonly connections: number;
  readonly sessions: number;
  /** Members with and without a connection. */
  readonly present: number;
  readonly absent: number;
  /** References on their way into the store. */
  readonly pendingRefs: number;
  /** Accounts with a connection. */
  readonly accounts: number;
  /** Rooms with somebody in them, and all that are kept. */
  readonly rooms: number;
  readonly roomsKept: number;
  readonly pendingCommits: number;
  /** How many connections ended with which code. */
  readonly ends: Readonly<Record<string, number>>;
  /** Lines of the log at the level of errors or above. */
  readonly errors: readonly string[];
}
