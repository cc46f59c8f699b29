/**
 * The chat, without sockets and without a clock: events go in, effects come out. Of wires it knows only the names, and
 * of the store only what it is told.
 */
import { accountAuthor } from './authors.ts';
import { putOff } from './commands/accounts/ending.ts';
import {
  type Command,
  type Context,
  audit,
  expel,
  withoutUndefined,
  labelOf,
  refuse,
  reply,
} from './commands/command.ts';
import { enterRoom } from './commands/talk/join.ts';
import { tellHistory } from './commands/talk/history.ts';
import { leaveAll } from './commands/talk/leave.ts';
import { overduePresences } from './commands/talk/presence.ts';
import { COMMANDS } from './commands/tables.ts';
import { notStored, stored } from './commit-outcome.ts';
import type { Effect, LoadRequest, Loaded, NewMessage, SessionId } from './effects.ts';
import { greeting } from './greeting.ts';
import { tellChanges } from './member-changes.ts';
import { guestName } from './names.ts';
import { mayAsk } from './permissions.ts';
import { refuseRole } from './commands/refuse-role.ts';
import { GUESTS_ONLY, type Policy, modeFor } from './policy.ts';
import type { Ask } from './questions.ts';
import type { Account } from './records.ts';
import { makeWay } from './renaming.ts';
import { banOn } from './sanctions.ts';
import { type Arrival, type Session, deviceLogin, newSession, roleOf, unconnected } from './sessions.ts';
import { ChatState, EMPTY_SEED, type Seed } from './state.ts';
import type { ErrorCode } from '#protocol/errors';
import type { ClientMessage } from '#protocol/messages';

export interface ChatOptions {
  /** Returns `count` bytes from a cryptographic random source. */
  readonly random: (count: number) => Uint8Array;
  readonly seed?: Seed;
  readonly policy?: Policy;
  /** Whether the traffic is recorded with its secrets. */
  readonly tapped?: boolean;
  /** For `ChatState`; by default, durations are measured by the times that the calls are given. */
  readonly steady?: (now: number) => number;
  /** The `flag` in the welcome of a connection that was opened with the shared key of this id. */
  readonly flagFor?: ((keyId: string) => string | undefined) | undefined;
}

export class ChatCore {
  readonly #state: ChatState;
  readonly #random: (count: number) => Uint8Array;
  readonly #policy: Policy;
  readonly #tapped: boolean;
  readonly #flagFor: ChatOptions['flagFor'];

  constructor({ random, seed = EMPTY_SEED, policy = GUESTS_ONLY, tapped = false, ...more }: ChatOptions) {
    this.#state = new ChatState(seed, more.steady);
    this.#random = random;
    this.#policy = policy;
    this.#tapped = tapped;
    this.#flagFor = more.flagFor;
  }

  /** The current state, for monitoring the server. */
  get state(): Pick<
    ChatState,
    'sessions' | 'rooms' | 'accountsByKey' | 'sanctions' | 'pendingCommits' | 'members' | 'accounts'
  > {
    return this.#state;
  }

  /** A channel has opened. The welcome goes out before the client has said anything. */
  connect({ id, wire, address, owner, keyId }: Arrival, now: number): Effect[] {
    const name = owner?.name ?? guestName(this.#random, (candidate) => this.#state.isTaken(candidate, now));
    const mode = modeFor(this.#policy, { wire, address });
    const session = newSession({ id, wire, address, guestName: name, operator: false, mode });
    this.#state.addSession(session);
    if (owner) this.#state.logIn(session, owner, deviceLogin(owner, session, now));
    const self = owner && { author: accountAuthor(owner.id), key: owner.key };
    const ban = banOn(this.#state, withoutUndefined({ ip: session.ip, ...self }), now);
    if (ban)
      return [
        audit(this.#context(session, now), 'connection.banned'),
        ...expel(session, 'banned', withoutUndefined({ got: ban.reason })),
      ];
    const flag = keyId === undefined ? undefined : this.#flagFor?.(keyId);
    const info = { ...this.#policy, tapped: this.#tapped, flag };
    return greeting(this.#state, session, info).map((message) => reply(session, message));
  }

  /** `Member.author` of the account that the connection has logged in to. */
  accountOf(id: SessionId): string | undefined {
    const login = this.#state.sessions.get(id)?.login;
    return login && accountAuthor(login.account.id);
  }

  hasJoined(id: SessionId): boolean {
    return this.#state.sessions.get(id)?.member !== undefined;
  }

  /** A request came too soon after too many others. */
  slowDown(id: SessionId, message: ClientMessage, retryAfter: number): Effect[] {
    const session = this.#state.sessions.get(id);
    const ref = 'ref' in message ? message.ref : undefined;
    const room = 'room' in message ? message.room : undefined;
    return session
      ? refuse(session, 'rate_limited', withoutUndefined({ ref, room, retry_after: retryAfter }))
      : [];
  }

  /** Disconnects a connection, and records that in the audit log. */
  cutOff(id: SessionId, code: 'flooding', now: number): Effect[] {
    const session = this.#state.sessions.get(id);
    if (!session) return [];
    return [audit(this.#context(session, now), `connection.${code}`), ...expel(session, code)];
  }

  /** A valid message from a client at the time `now` (milliseconds since 1970-01-01 UTC). */
  receive(id: SessionId, message: ClientMessage, now: number): Effect[] {
    const session = this.#state.sessions.get(id);
    return session ? this.#run(this.#context(session, now), message) : [];
  }

  /**
   * The operator makes a request, as a client with every right would; or this account makes one, with its own rights, which
   * has proven itself elsewhere. The answers are sent to the session `NO_CONNECTION`.
   */
  operate(message: ClientMessage, now: number, account?: Account): Effect[] {
    const session = unconnected(account && this.#state.live(account), now);
    return this.#run(this.#context(session, now), message);
  }

  /** The operator has created an account: from now on no guest has its name. */
  accountAdded(account: Account, now: number): Effect[] {
    this.#state.addAccount(account);
    return makeWay({ state: this.#state, random: this.#random, now }, account);
  }

  /** The operator has removed an account: its connections end, and its name is free. */
  accountRemoved({ id, key }: Account, now: number): Effect[] {
    const effects = this.signedOut(id, now);
    const member = this.#state.membersByAuthor.get(accountAuthor(id));
    if (member) this.#state.removeMember(member);
    this.#state.accountsByKey.delete(key);
    return effects;
  }

  /** The operator has ended every login of this account, including one that still waits for its code. */
  signedOut(account: number, now: number): Effect[] {
    const theirs = [...this.#state.sessions.values()].filter(
      ({ login, halfLogin }) => (login?.account.id ?? halfLogin?.account) === account,
    );
    return theirs.flatMap((session) => putOff(this.#state, session, now, 'session_revoked'));
  }

  /** The answer to an `ask` effect; its type is that of the question. */
  answered(ask: Ask<Effect>, output: unknown, now: number): Effect[] {
    return (ask.then as (output: unknown, now: number) => Effect[])(output, now);
  }

  /** There is no answer: `storage_failed`, `read_only` or `busy`. */
  unanswered(ask: Pick<Ask<Effect>, 'failed'>, code: ErrorCode): Effect[] {
    return ask.failed(code);
  }

  /** The store has answered a load. */
  loaded(request: LoadRequest, loaded: Loaded): Effect[] {
    const session = this.#state.sessions.get(request.session);
    if (!session) return [];
    session.pendingLoads -= 1;
    const go = request.purpose === 'join' ? enterRoom : tellHistory;
    return go(this.#state, session, request, loaded);
  }

  loadFailed(request: LoadRequest): Effect[] {
    const session = this.#state.sessions.get(request.session);
    if (!session) return [];
    session.pendingLoads -= 1;
    return refuse(session, 'storage_failed', { room: labelOf(request) });
  }

  /**
   * The batch is in the store: its messages are now acknowledged and broadcast. Those whose numbers are in
   * `repeated` had been stored before, and everyone has received them already.
   */
  committed(batch: readonly NewMessage[], repeated: ReadonlySet<number> = new Set()): Effect[] {
    this.#state.pendingCommits -= batch.length;
    return stored(this.#state, batch, repeated);
  }

  /** The batch could not be stored: nobody receives it, and each author is told. */
  commitFailed(batch: readonly NewMessage[], code: ErrorCode = 'storage_failed'): Effect[] {
    this.#state.pendingCommits -= batch.length;
    return notStored(this.#state, batch, code);
  }

  /** The connection is gone, for any reason. Its member keeps its name until others need the place. */
  disconnect(id: SessionId, now: number): Effect[] {
    const session = this.#state.sessions.get(id);
    if (!session) return [];
    const effects = leaveAll(this.#state, session);
    this.#state.removeSession(session);
    this.#state.detach(session, now);
    return effects;
  }

  /** The time of a `tell_changes` effect has come. */
  tellChanges(name: string): Effect[] {
    const room = this.#state.rooms.get(name);
    return room ? tellChanges(room) : [];
  }

  /** Tells what was postponed, as time has passed. Call it about once a second. */
  tick(now: number): Effect[] {
    return overduePresences(this.#state, now);
  }

  /** What every client is told when the server goes away. */
  farewell(): Effect[] {
    const text = 'The server is shutting down.';
    return [
      {
        kind: 'send',
        to: [...this.#state.sessions.keys()],
        message: { type: 'bye', reason: 'shutting_down', text },
      },
    ];
  }

  #context(session: Session, now: number): Context {
    return { state: this.#state, session, policy: this.#policy, now, random: this.#random };
  }

  #run(context: Context, message: ClientMessage): Effect[] {
    const { session } = context;
    const role = roleOf(session);
    if (!mayAsk(role, message.type)) return refuseRole(context, message);
    // Each row of the table takes the message of its own type; the compiler cannot follow that through the index.
    const command = COMMANDS[message.type] as Command<ClientMessage>;
    return command(context, message);
  }
}
