/** Connections, the members behind them, and the rooms they are in: plain data that the commands change. */
import type { Account, LoginSession, RoomRecord, SessionId } from './records.ts';
import { type Address, parseAddress } from '#protocol/addresses';
import { DEFAULT_ROOM, type WireName } from '#protocol/messages';
import type { AccountRole, AuthMode, Role } from '#protocol/roles';

/** In place of a connection's number: the request was made without one, by the operator or on a page of a class. */
export const NO_CONNECTION: SessionId = 0;

/** A connection whose channel has opened. */
export interface Arrival {
  readonly id: SessionId;
  readonly wire: WireName;
  /** The peer's IP address. */
  readonly address: string;
  /** The account that it belongs to from the start: its device has proven that elsewhere. */
  readonly owner?: Account | undefined;
  /** Id of the shared key that its client has proved to hold. */
  readonly keyId?: string | undefined;
}

/** One open connection. It has no member until its first join. */
export interface Session {
  readonly id: SessionId;
  readonly wire: WireName;
  /** The peer's IP address. */
  readonly address: string;
  /** The same as bytes. */
  readonly ip: Address | undefined;
  /** The operator's own session: it is not a member, and may do everything. */
  readonly operator: boolean;
  /** Whether it may be a guest. */
  readonly mode: AuthMode;
  /** The name kept free for it while it has no member. */
  guestName: string;
  member: Member | undefined;
  /** Set once the client has logged in. */
  login: Login | undefined;
  /** Set when the password was right and the code is still awaited. */
  halfLogin: HalfLogin | undefined;
  /** The secret of a second factor that has yet to be confirmed by its first code. */
  newSecret: string | undefined;
  /** `Member.author` of earlier owners of this connection, up to `LIMITS.selves`: their bans and mutes apply to it. */
  former: Set<string> | undefined;
  /** Rooms that this connection is in: each connection of a member has its own. */
  readonly rooms: Set<string>;
  currentRoom: string;
  /** The rooms for which it last signalled typing, and when, on the scale of `ChatState.steady`. */
  typed: Map<string, number> | undefined;
  /** Requests that wait for the store. */
  pendingLoads: number;
  pendingAsks: number;
}

export interface Login {
  readonly account: LiveAccount;
  session: LoginSession;
}

/** An account with at least one connection. All its connections share this, so a new role counts at once. */
export interface LiveAccount {
  readonly id: number;
  readonly name: string;
  readonly key: string;
  role: AccountRole;
  readonly connections: Set<Session>;
}

export interface HalfLogin {
  readonly account: number;
  /** `nameKey` of the account, by which tries are counted. */
  readonly key: string;
  /** The hash that the password matched: the half login is void once the password has been changed. */
  readonly passwordHash: string;
  /** When the password was given, on the scale of `ChatState.steady`. */
  readonly since: number;
  /** Codes tried so far. */
  tries: number;
  /** The device has shown a secret that it was given at an earlier login. */
  readonly trusted: boolean;
}

/**
 * A person in the chat. A guest has one connection at a time, and resumes with its token on the next; an account has
 * any number of connections.
 */
export interface Member {
  /** The name of a guest may change (`renaming.ts`). */
  name: string;
  readonly author: string;
  /** Guests only. */
  readonly token: string | undefined;
  /** Replaced when the account comes back after all its connections were gone. */
  account: LiveAccount | undefined;
  readonly sessions: Set<Session>;
  presence: 'here' | 'away';
  /** What others were last told, and when, on the scale of `ChatState.steady`. */
  told: { readonly presence: 'here' | 'away'; readonly at: number };
  /** When the server first knew of it, on the scale of `ChatState.steady`. */
  readonly since: number;
  /** References of messages on their way into the store, each with the connection that sent it last and awaits the answer. */
  readonly pendingRefs: Map<string, SessionId>;
  /** When it last spoke in each room in slow mode, on the scale of `ChatState.steady`. */
  spoke: Map<string, number> | undefined;
  /** When the last connection was lost, on the scale of `ChatState.steady`; meaningful while it has none. */
  goneAt: number;
}

/** One member came or went. */
export interface MemberChange {
  readonly member: Member;
  /** The wire on which it came; `undefined` when it went. */
  readonly via: WireName | undefined;
}

/** What the connections in a room have yet to be told. */
export interface MemberChanges {
  /** In the order in which they happened. */
  readonly list: MemberChange[];
  /**
   * Connections that entered the room meanwhile, each with the number of changes before that: these it was told when it
   * entered, in the list of members.
   */
  readonly entered: Map<SessionId, number>;
}

export interface Room {
  readonly name: string;
  /** The members in it, each with the number of its connections in the room. */
  readonly people: Map<Member, number>;
  /** The connections in it, kept so that a broadcast does not build a set each time. */
  readonly audience: Set<SessionId>;
  /** Who came and went since the connections in it were last told. */
  changes: MemberChanges | undefined;
  /** Set for a permanent room: one that was created, or that a moderator has changed. */
  record: RoomRecord | undefined;
}

/** The role of the connection; `undefined` while it has not logged in where accounts are required. */
export function roleOf(session: Session): Role | undefined {
  if (session.operator) return 'admin';
  if (session.login) return session.login.account.role;
  return session.mode === 'required' ? undefined : 'guest';
}

/** A connection that has said nothing yet. */
export function newSession(
  known: Pick<Session, 'id' | 'wire' | 'address' | 'guestName' | 'operator' | 'mode'>,
): Session {
  return {
    ...known,
    ip: parseAddress(known.address),
    member: undefined,
    login: undefined,
    halfLogin: undefined,
    newSecret: undefined,
    // Most connections never need these two, and there may be ten thousand.
    former: undefined,
    rooms: new Set(),
    currentRoom: DEFAULT_ROOM,
    typed: undefined,
    pendingLoads: 0,
    pendingAsks: 0,
  };
}

/**
 * The login of a connection that belongs to an account because of the device that it comes from. No token goes on with it:
 * it begins and ends with the connection, and is not stored.
 */
export function deviceLogin(
  { id: account }: Pick<Account, 'id'>,
  session: Session,
  now: number,
): LoginSession {
  const { id, wire: via, address } = session;
  return {
    id: `device-${id}`,
    account,
    tokenHash: '',
    familyHash: undefined,
    previousHash: undefined,
    tokenChanged: now,
    created: now,
    seen: now,
    expires: Infinity,
    via,
    address,
  };
}

/** For a request that comes over no connection: from the operator, or from this account, which has proven itself elsewhere. */
export function unconnected(account: LiveAccount | undefined, now: number): Session {
  const known = {
    id: NO_CONNECTION,
    wire: 'plain',
    address: '',
    guestName: 'operator',
    mode: 'required',
  } as const;
  const session = newSession({ ...known, operator: account === undefined });
  // It is in no list of the account's connections.
  if (account) session.login = { account, session: deviceLogin(account, session, now) };
  return session;
}
