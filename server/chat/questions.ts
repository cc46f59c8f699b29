/**
 * The questions that the chat core asks the runtime, as a table: each row has the types of the input and the output.
 * The core returns an `ask` effect with the continuation; the runtime has an answerer for each row. If the runtime's
 * promise rejects, the asker is refused with `storage_failed`, `read_only` or `busy`.
 */
import type { Account, LoginSession, RoomRecord, Sanction, SecondFactor, SessionId } from './records.ts';
import type { ErrorCode } from '#protocol/errors';
import type { Server, WireName } from '#protocol/messages';
import type { AccountRole } from '#protocol/roles';

export interface Questions {
  // Passwords and codes: computed apart from the store, a few at a time.
  /** bcrypt, cost 12. Rejects as busy when too many requests wait. `trusted` as for `verifyPassword`. */
  hashPassword: Row<{ readonly password: string; readonly trusted?: boolean }, string>;
  /** Takes the same time without a hash to compare with, so that the time does not reveal an unknown name. */
  verifyPassword: Row<
    {
      readonly password: string;
      readonly hash: string | undefined;
      /** From the operator, or from a device that the account knows: it goes before the requests of all others. */
      readonly trusted?: boolean;
    },
    boolean
  >;
  /** What is wrong with a password, in words, with advice; `undefined` when it is good enough. */
  passwordFlaw: Row<
    { readonly password: string; readonly name: string },
    { readonly flaw: string; readonly advice: readonly string[] } | undefined
  >;
  /** A new secret for an authenticator, and the otpauth URI with it. */
  newSecondFactor: Row<{ readonly name: string }, { readonly secret: string; readonly uri: string }>;
  /** The time step that a code belongs to (one step of clock skew each way), or `undefined` when it is wrong. */
  codeStep: Row<{ readonly secret: string; readonly code: string; readonly now: number }, number | undefined>;
  /**
   * Whether this login may be tried now; the try is counted. `trusted`: the device has shown a secret that it got from
   * this account. Its tries are counted separately, so that guesses made elsewhere do not keep the owner out.
   */
  mayLogin: Row<
    { readonly key: string; readonly address: string; readonly trusted: boolean },
    { readonly allowed: true } | { readonly allowed: false; readonly retryAfter: number }
  >;
  /** A login has succeeded: the tries counted for it are forgotten. */
  loginSucceeded: Row<{ readonly key: string; readonly address: string; readonly trusted: boolean }, void>;

  // Accounts
  accountByKey: Row<{ readonly key: string }, Account | undefined>;
  accountById: Row<{ readonly id: number }, Account | undefined>;
  /** `undefined` when the key is taken. Only a command of the operator can make the first account an admin. */
  createAccount: Row<
    { readonly name: string; readonly key: string; readonly passwordHash: string; readonly now: number },
    Account | undefined
  >;
  setPassword: Row<{ readonly id: number; readonly passwordHash: string }, void>;
  setRole: Row<{ readonly id: number; readonly role: AccountRole }, void>;
  countAdmins: Row<Nothing, number>;
  setSecondFactor: Row<{ readonly id: number; readonly secondFactor: SecondFactor | undefined }, void>;
  /** Marks a step as used: false when it was used before (two logins at the same time). */
  useStep: Row<{ readonly id: number; readonly step: number }, boolean>;
  /** Uses up a recovery code, and returns how many are left; `undefined` when there is no such code. */
  useRecoveryCode: Row<{ readonly id: number; readonly hash: string }, number | undefined>;
  /** Whether this device secret (SHA-256 in hex) was given to a login of this account. */
  knowsDevice: Row<{ readonly account: number; readonly hash: string }, boolean>;
  rememberDevice: Row<{ readonly account: number; readonly hash: string; readonly now: number }, void>;

  // Login sessions
  /** Returns the ids of the account's sessions that were ended to make room. */
  startSession: Row<{ readonly session: LoginSession }, readonly string[]>;
  /** The login whose current or previous token has this hash; otherwise the login whose tokens share this `family`. */
  sessionByToken: Row<
    { readonly hash: string; readonly family?: string | undefined },
    { readonly session: LoginSession; readonly account: Account } | undefined
  >;
  /** A new token for a session in use; false when another connection has changed it in the meantime. */
  rotateToken: Row<{ readonly before: LoginSession; readonly after: LoginSession }, boolean>;
  sessionsOf: Row<{ readonly account: number; readonly now: number }, readonly LoginSession[]>;
  /** Ends these sessions, and returns the ids of those that existed. */
  endSessions: Row<
    { readonly account: number; readonly ids: readonly string[] | 'all'; readonly except?: string },
    readonly string[]
  >;

  // Rooms and order
  saveRoom: Row<{ readonly room: RoomRecord }, void>;
  /**
   * Forgets a room with its invitations, mutes and read markers, and deletes what was said in it at or after `since`.
   * Returns the number of deleted messages.
   */
  removeRoom: Row<{ readonly room: string; readonly since: number; readonly by: string }, number>;
  saveSanction: Row<{ readonly sanction: Sanction }, void>;
  liftSanctions: Row<{ readonly ids: readonly string[] }, void>;

  // Messages. These wait for their turn in the commit queue, so they see exactly what was said before them.
  messageById: Row<{ readonly id: number }, MessageInfo | undefined>;
  /** The acknowledgement that the author got, or should have got, when this reference was first stored. */
  messageByRef: Row<{ readonly author: string; readonly ref: string }, Receipt | undefined>;
  /**
   * Number of the change; `undefined` when there is no such message, or when it has been deleted in the meantime: its
   * text must not come back.
   */
  editMessage: Row<{ readonly id: number; readonly text: string; readonly now: number }, number | undefined>;
  /** Number of the change; `undefined` when there was nothing to delete. */
  deleteMessage: Row<{ readonly id: number; readonly by: string; readonly now: number }, number | undefined>;
  /** `undefined` when the text contains no word that can be searched for. */
  search: Row<
    SearchQuery,
    { readonly messages: Server<'found'>['messages']; readonly more: boolean } | undefined
  >;
  /** Moves the read marker forward, never back. With id 0 it creates one where there is none. */
  markRead: Row<{ readonly account: number; readonly room: string; readonly id: number }, void>;
  unreadOf: Row<{ readonly account: number }, readonly UnreadCount[]>;
}

export interface MessageInfo {
  readonly id: number;
  readonly room: string;
  readonly from: string;
  readonly author: string;
  readonly ts: number;
  readonly via: WireName;
  readonly deleted: boolean;
}

export interface Receipt {
  readonly id: number;
  readonly room: string;
  readonly ts: number;
}

export interface SearchQuery {
  readonly text: string;
  readonly before?: number;
  readonly limit: number;
  readonly rooms: readonly string[];
}

export interface UnreadCount {
  readonly room: string;
  readonly unread: number;
  readonly read: number;
  readonly last: number;
}

/** Rows that wait for their turn in the commit queue. */
export const IN_LINE = [
  'messageById',
  'messageByRef',
  'editMessage',
  'deleteMessage',
  'removeRoom',
  'search',
  'markRead',
  'unreadOf',
] as const satisfies readonly (keyof Questions)[];

export interface Row<I, O> {
  readonly input: I;
  readonly output: O;
}
export type Nothing = Readonly<Record<never, never>>;
export type Input<K extends keyof Questions> = Questions[K]['input'];
export type Output<K extends keyof Questions> = Questions[K]['output'];

/** `E` is what an answer leads to: effects. */
export interface AskOf<K extends keyof Questions, E> {
  readonly session: SessionId;
  readonly ref: string | undefined;
  readonly question: K;
  readonly input: Input<K>;
  readonly then: (output: Output<K>, now: number) => E[];
  /** There is no answer: `storage_failed`, `read_only` or `busy`. */
  readonly failed: (code: ErrorCode) => E[];
}
export type Ask<E> = { [K in keyof Questions]: AskOf<K, E> }[keyof Questions];

export type Answerers = { readonly [K in keyof Questions]: (input: Input<K>) => Promise<Output<K>> };
/** Answerers for some rows of the table. */
export type AnswersTo<K extends keyof Questions> = Pick<Answerers, K>;

/** Too many requests wait for this answer already: the asker is told to try again later. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}
