/** A connection, whose it is, the member behind it and the rooms it is in: plain data, which the commands change. */
import type { LoginSession, RoomRecord, SessionId } from './records.ts';
import type { WireName } from '#wire/messages';
import type { AccountRole, AuthMode, Role } from '#wire/roles';

/** One open connection. It has no member until its first join. */
export interface Session {
  readonly id: SessionId;
  readonly wire: WireName;
  /** The peer's IP address. */
  readonly address: string;
  /** The operator's own line into the chat: it is no member, and may do everything. */
  readonly operator: boolean;
  /** The name kept free for it while it has no member. */
  guestName: string;
  member: Member | undefined;
  /** Set once it is known whose account this is. */
  login: Login | undefined;
  /** The password was right; the code is awaited. */
  halfLogin: HalfLogin | undefined;
  /** The secret of a second factor that waits for its first code. */
  newSecret: string | undefined;
  /** Rooms it is in: each connection of a member has its own. */
  readonly rooms: Set<string>;
  currentRoom: string;
  /** Where it was last heard typing, and when (milliseconds since 1970). */
  readonly typed: Map<string, number>;
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
  /** `nameKey` of the account: what tries are counted by. */
  readonly key: string;
  /** The hash that the password fitted: the half login is void once the password is another. */
  readonly passwordHash: string;
  /** When the password was given (milliseconds since 1970). */
  readonly since: number;
  /** Codes tried so far. */
  tries: number;
  /** The login came with a secret that this device was given. */
  readonly trusted: boolean;
}

/**
 * A person in the chat. A guest has one connection at a time and is taken up again by its token; an account has as
 * many connections as it likes.
 */
export interface Member {
  /** Of a guest it may become another (`renaming.ts`). */
  name: string;
  readonly author: string;
  /** Guests only. */
  readonly token: string | undefined;
  /** Replaced when it comes back after all its connections were gone. */
  account: LiveAccount | undefined;
  readonly sessions: Set<Session>;
  presence: 'here' | 'away';
  /** References on their way into the store, each with the connection that sent it last and waits for the answer. */
  readonly pendingRefs: Map<string, SessionId>;
  /** When it last spoke in a room with a pause (milliseconds since 1970). */
  readonly spoke: Map<string, number>;
  /** When the last connection was lost (milliseconds since 1970); meaningful while it has none. */
  goneAt: number;
}

export interface Room {
  readonly name: string;
  /** Who is in it, each with how many of its connections are. */
  readonly people: Map<Member, number>;
  /** The connections in it, kept so that a broadcast does not build a set each time. */
  readonly audience: Set<SessionId>;
  /** Set for a room that was made to stay, or that a moderator has changed. */
  record: RoomRecord | undefined;
}

/** What the connection may do; `undefined` while it is nobody where accounts are required. */
export function roleOf(session: Session, mode: AuthMode): Role | undefined {
  if (session.operator) return 'admin';
  if (session.login) return session.login.account.role;
  return mode === 'required' ? undefined : 'guest';
}
