/** What a row of the tables of client messages must have. Whatever else knows the messages of a client follows from the rows. */
import type * as v from 'valibot';
import type { Role } from '../roles.ts';

/** Who may send a message. `anyone`: also a client that has not logged in where accounts are required. */
export type Right = 'anyone' | Role;

/**
 * The rates of requests; messages of similar cost are counted together. say: reaches others; look: reads the store, as
 * does a join, which everyone in the room is told of; sign: as costly as hashing a password; ask: everything else.
 */
export const RATE_KINDS = ['say', 'ask', 'look', 'sign'] as const;
export type RateKind = (typeof RATE_KINDS)[number];

/**
 * What a client does with a request whose connection is lost before the answer. read: it changes nothing and is asked
 * again on the next connection. change: once sent it is not sent again, since it may have been carried out; the caller
 * is told that this is not known. secret: it is sent only over the connection it was typed for, whose protection the
 * person has seen.
 */
export const ASK_KINDS = ['read', 'change', 'secret'] as const;
export type AskKind = (typeof ASK_KINDS)[number];

/**
 * signal: the server does not answer it, and it is dropped if it cannot be sent at once. session: the client's session
 * has rules of its own for it.
 */
export type Sending = AskKind | 'signal' | 'session';

export interface ClientRow {
  /** The lowest role that may send it. Further conditions (being in the room, …) are checked by its command. */
  readonly right: Right;
  readonly rate: RateKind;
  /** The types of the server's messages that can answer it, apart from refusals. */
  readonly answers: readonly string[];
  readonly sending: Sending;
  /** It changes who is logged in: no other request is under way at the same time. */
  readonly alone?: true;
  readonly schema: v.GenericSchema;
}

export type ClientRows = Readonly<Record<string, ClientRow>>;
