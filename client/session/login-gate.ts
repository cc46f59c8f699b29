/**
 * From the welcome to the rooms: whether a login is needed, proving an earlier one, logging in and out. No room is
 * joined before it is settled who joins.
 */
import { PROTOCOL_VERSION, type Server } from '#protocol/messages';
import { type WireName, isProtected } from '#protocol/wires';
import { type RequestMatcher, unexpected } from './request-matcher.ts';
import type { CommandQueue, Sendable } from './commands.ts';
import type { Entering } from './entering.ts';
import type { Refusal, SessionEvent } from './events.ts';
import type { Identity } from './identity.ts';
import { NOT_SENT, UNSAFE } from './refusals.ts';
import type { Rooms } from './rooms.ts';

/**
 * greeting: waiting for the welcome; greeted: waiting for what the server says about accounts; resuming: proving an
 * earlier login; gate: nobody is logged in, and a login is needed; entering: joining all rooms.
 */
type Phase = 'offline' | 'greeting' | 'greeted' | 'resuming' | 'gate' | 'entering' | 'open';

const SENDABLE: Record<Phase, Sendable> = {
  offline: 'nothing',
  greeting: 'nothing',
  greeted: 'internal',
  resuming: 'internal',
  gate: 'proofs',
  entering: 'internal',
  open: 'all',
};

/** A resume that is refused for one of these reasons says nothing about the login. */
const LOGIN_STILL_GOOD: ReadonlySet<string> = new Set([
  'storage_failed',
  'read_only',
  'rate_limited',
  'unsafe_wire',
]);

export interface LoginGateParts {
  readonly commands: CommandQueue;
  readonly rooms: Rooms;
  readonly identity: Identity;
  readonly entering: Entering;
  readonly requests: RequestMatcher;
  readonly emit: (event: SessionEvent) => void;
  /** Makes a ref that was not used before. */
  readonly newRef: () => string;
}

export class LoginGate {
  readonly #parts: LoginGateParts;
  #phase: Phase = 'offline';
  #wire: WireName | undefined;

  constructor(parts: LoginGateParts) {
    this.#parts = parts;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Which commands may be sent now. */
  get sends(): Sendable {
    return SENDABLE[this.#phase];
  }

  connected(): void {
    this.#phase = 'greeting';
  }

  disconnected(): void {
    this.#phase = 'offline';
    this.#parts.identity.auth = undefined;
    this.#parts.entering.stop();
  }

  /** Every room has been entered. */
  opened(): void {
    this.#phase = 'open';
  }

  /** Continues without a login. False where that is not allowed, or when somebody is logged in. */
  goOnAsGuest(): boolean {
    const { identity, commands } = this.#parts;
    if (this.#phase !== 'gate' || identity.auth?.mode === 'required' || commands.proving) return false;
    this.#enter(identity.goOnAsGuest());
    return true;
  }

  welcome({ protocol, wire, server, text, tapped }: Server<'welcome'>): void {
    if (protocol !== PROTOCOL_VERSION) throw unexpected(`protocol ${PROTOCOL_VERSION}`, String(protocol));
    const { identity, commands, emit } = this.#parts;
    this.#wire = wire;
    identity.tapped = tapped ?? false;
    emit({ type: 'welcome', wire, server, text, ...(tapped && { tapped }) });
    if (!identity.wantsAccount) return this.#enter(false);
    // The pong comes after everything that belongs to the welcome: by then it is known whether there are accounts.
    this.#phase = 'greeted';
    commands.add({ type: 'ping' }, { internal: true });
  }

  authRequired(message: Server<'auth_required'>): void {
    const { identity, emit } = this.#parts;
    identity.auth = message;
    emit(message);
    if (this.#phase === 'greeted') this.proveLogin();
    else if (message.mode === 'required' && identity.role === undefined) this.#closeGate();
  }

  /** Called once everything has arrived that the server says unasked. */
  proveLogin(): void {
    if (this.#phase !== 'greeted') return;
    const { identity, commands, emit, newRef } = this.#parts;
    const { loginToken: token, auth, plainConfirmed } = identity;
    commands.dropInternal();
    if (token === undefined) return this.#closeGate();
    if (this.#wire !== undefined && !isProtected(this.#wire) && !(auth?.allowed && plainConfirmed))
      return emit({ type: 'turned_away', refusal: UNSAFE });
    this.#phase = 'resuming';
    commands.add({ type: 'resume', token, ref: newRef() }, { internal: true });
  }

  success(message: Server<'auth_success'>): void {
    const { requests, identity, emit } = this.#parts;
    requests.reply(message);
    const someoneElse = identity.loggedIn(message);
    emit(message);
    this.#enter(someoneElse);
  }

  /** False when the reason is the connection and not the login. */
  resumeRefused(refusal: Refusal): boolean {
    if (LOGIN_STILL_GOOD.has(refusal.code)) return false;
    this.#parts.identity.forgetLogin();
    this.#closeGate(refusal);
    return true;
  }

  loggedOut(): void {
    this.#parts.identity.forgetLogin();
    this.#forgetPreviousUser();
    this.#closeGate();
  }

  #closeGate(refusal?: Refusal): void {
    const { entering, commands, emit } = this.#parts;
    this.#phase = 'gate';
    entering.stop();
    commands.dropInternal();
    emit({ type: 'login_needed', ...(refusal && { refusal }) });
  }

  #enter(asSomeoneElse: boolean): void {
    if (asSomeoneElse) this.#forgetPreviousUser();
    this.#phase = 'entering';
    this.#parts.entering.start();
  }

  /** Waiting requests were written under the previous name; they are not sent under another. */
  #forgetPreviousUser(): void {
    const { rooms, requests, commands } = this.#parts;
    rooms.forgetConversations();
    requests.refuse(
      commands.withdraw(() => true),
      NOT_SENT,
    );
  }
}
