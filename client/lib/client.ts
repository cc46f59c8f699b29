/**
 * The chat client, wherever it runs: it connects, reconnects, and loses no messages. It sends each message until it is acknowledged, over
 * as many connections as that takes. Each message from others comes out once and in order.
 */
import { withoutUndefined } from '#protocol/without-undefined';
import type { Server, WireName } from '#protocol/messages';
import type { Role } from '#protocol/roles';
import { isProtected } from '#protocol/wires';
import type { AskType, Asking, ReplyTo } from '#session/asks';
import type { Page, RoomInfo } from '#session/events';
import { ClientSession } from '#session/session';
import { AccountRequests, type Secretly, type Signalled } from './logins/account.ts';
import type { ChatEvent } from './events/chat-events.ts';
import type { ChatClientOptions } from './chat-options.ts';
import { ChatError, type WireAddress } from './errors.ts';
import type { Dial } from './connect/dialling.ts';
import { EventHub } from './events/event-hub.ts';
import type { EventQueue } from './events/event-queue.ts';
import { KeptLogin } from './logins/kept-login.ts';
import { Reports } from './events/reports.ts';
import { type AnswerOf, Requests } from './requests.ts';
import { sayable } from './sayable.ts';
import { type ClientState, Supervisor, type Target, targetOf } from './connect/supervisor.ts';

export type { ChatClientOptions, ChatEvent, Secretly, Signalled };

const QUEUE_LIMIT = 10_000;

/** What a client needs from the place where it runs. */
export interface Surroundings {
  readonly dial: Dial;
  /** The prefix of every ref: unique to this client, and at most 40 characters long. */
  readonly refPrefix: string;
}

export class Client implements AsyncIterable<ChatEvent> {
  readonly #session: ClientSession;
  readonly #supervisor: Supervisor;
  readonly #requests: Requests;
  readonly #hub: EventHub<ChatEvent>;
  readonly #kept: KeptLogin;
  readonly #reports: Reports;
  /** Logging in and out, and the other requests about the user's account. */
  readonly account: AccountRequests;

  constructor(options: ChatClientOptions, { dial, refPrefix }: Surroundings) {
    const { name, room, historyLimit, loginFirst, padTo } = options;
    this.#kept = new KeptLogin(options.logins, options.login, (error) => this.#reports.complaint(error));
    this.#hub = new EventHub(options.queueLimit ?? QUEUE_LIMIT);
    this.#session = new ClientSession({
      refPrefix,
      ...withoutUndefined({ name, room, historyLimit, loginFirst, padTo }),
    });
    if (options.login) this.#session.useToken(options.login.token);
    if (options.confirmPlain) this.#session.confirmPlain();
    this.#requests = new Requests(
      this.#session,
      () => (this.state === 'closed' ? this.#closedError() : undefined),
      () => this.#flush(),
    );
    this.#reports = new Reports({
      hub: this.#hub,
      requests: this.#requests,
      kept: this.#kept,
      address: () => this.#address(),
    });
    this.account = new AccountRequests({
      session: this.#session,
      kept: this.#kept,
      ask: (asking, signal) => this.ask(asking, { signal }),
      address: () => this.#address(),
      state: () => this.state,
    });
    this.#supervisor = new Supervisor(this.#session, targetOf(options), options, {
      dial,
      prepare: (to, signal) => this.#renewToken(to, signal),
      settle: () => this.#kept.settle(),
      event: (event) => this.#reports.event(event),
      state: (state, address) => this.#reports.state(state, address),
    });
  }

  /** The name that others see; before the first join the requested one, if any. */
  get name(): string | undefined {
    return this.#session.name;
  }

  /** Role of the account that is logged in; `undefined` for a guest, and while nobody is logged in. */
  get role(): Role | undefined {
    return this.#session.role;
  }

  /** Whether what is said here is said by an account, also where nobody has logged in: in a class. */
  get hasAccount(): boolean {
    return this.#session.hasAccount;
  }

  /** What the server of this connection says about accounts; `undefined` if it has none. */
  get auth(): Server<'auth_required'> | undefined {
    return this.#session.auth;
  }

  /** Whether the server of this connection records the traffic on its wires, and their secrets. */
  get tapped(): boolean {
    return this.#session.tapped;
  }

  /** The room for requests that name none. */
  get room(): string {
    return this.#session.room;
  }

  get joinedRooms(): string[] {
    return this.#session.rooms;
  }

  get wire(): WireName {
    return this.#supervisor.target.wire;
  }

  get host(): string {
    return this.#supervisor.target.host;
  }

  get port(): number {
    return this.#supervisor.target.port;
  }

  /** Port of this end of the connection, while there is one. */
  get localPort(): number | undefined {
    return this.#supervisor.driver?.socket.localPort;
  }

  get state(): ClientState['state'] {
    return this.#supervisor.state.state;
  }

  /** Why it is waiting or closed, if there is a reason. */
  get error(): ChatError | undefined {
    const { state } = this.#supervisor;
    return 'error' in state ? state.error : undefined;
  }

  /** Messages that are not acknowledged yet. */
  get unacknowledged(): number {
    return this.#session.unacknowledged;
  }

  /** Requests of any kind that are not answered yet. */
  get pending(): number {
    return this.#session.pending;
  }

  /** Names in a room (cut at a cap) and how many there are. */
  members(room?: string): { names: string[]; count: number } {
    return this.#session.members(room);
  }

  /** Makes a joined room the current one. False when it is not joined. */
  select(room: string): boolean {
    return this.#session.select(room);
  }

  /**
   * Connects and enters the room. With `onLogin: 'wait'` it also resolves when a login is needed first. Rejects with
   * `ChatError` when that fails: automatic reconnecting begins only after the first success. Throws when it was called
   * before.
   */
  async connect({ signal }: Signalled = {}): Promise<void> {
    if (this.state === 'closed') throw this.#closedError();
    if (this.state !== 'idle') throw new Error(`connect() was called before; the client is ${this.state}`);
    await this.#supervisor.connect(signal);
  }

  /** Resolves once the message is stored, over however many connections. Rejects with `ChatError`. */
  async say(
    text: string,
    { room, replyTo, signal }: { room?: string | undefined; replyTo?: number | undefined } & Signalled = {},
  ): Promise<AnswerOf<'sent'>> {
    const clean = sayable(text);
    return this.#requests.make<'sent'>(() => this.#session.say(clean, room, replyTo), signal);
  }

  /** Changes a message of this user. */
  async edit(id: number, text: string, { signal }: Signalled = {}): Promise<ReplyTo<'edit'>> {
    return this.ask({ type: 'edit', id, text: sayable(text) }, { signal });
  }

  /**
   * Makes any request that needs no method of its own: searching, inviting, listing members, moderation, … Resolves with the server's
   * answer. Rejects with `ChatError`.
   */
  async ask<T extends AskType>(asking: Asking<T>, { signal }: Signalled = {}): Promise<ReplyTo<T>> {
    const answer = await this.#requests.make<'reply'>(() => this.#session.ask(asking), signal);
    // The session checks an answer's type against the same row.
    return answer.reply as ReplyTo<T>;
  }

  /** Tells the server whether the user is at the keyboard. */
  setAway(away: boolean): void {
    this.#session.setAway(away);
    this.#flush();
  }

  /** Tells a room that the user is typing, if that can be sent now. */
  typing(room?: string): void {
    this.#session.typing(room);
    this.#flush();
  }

  /** Tells the server that this account has read a room up to this message. */
  read(room: string, id: number): void {
    this.#session.read(room, id);
    this.#flush();
  }

  /** Continues as a guest instead of logging in. False where guests may not talk, or when somebody is logged in. */
  goOnAsGuest(): boolean {
    const goes = this.#session.goOnAsGuest();
    this.#flush();
    return goes;
  }

  /** Enters a room and makes it the current one. */
  async join(room: string, { signal }: Signalled = {}): Promise<AnswerOf<'joined'>> {
    return this.#requests.make<'joined'>(() => this.#session.join(room), signal);
  }

  async leave(room?: string, { signal }: Signalled = {}): Promise<void> {
    await this.#requests.make<'left'>(() => this.#session.leave(room), signal);
  }

  /** The rooms there are on the server. */
  async rooms({ signal }: Signalled = {}): Promise<readonly RoomInfo[]> {
    return (await this.#requests.make<'rooms'>(() => this.#session.listRooms(), signal)).rooms;
  }

  /** Stored messages of a joined room: the newest before `before`, or the oldest after `after`. */
  async history({
    signal,
    ...page
  }: { room?: string; before?: number; after?: number; limit?: number } & Signalled = {}): Promise<Page> {
    return (await this.#requests.make<'history'>(() => this.#session.history(page), signal)).page;
  }

  /** Milliseconds to the server and back. */
  async ping({ signal }: Signalled = {}): Promise<number> {
    const start = performance.now();
    await this.#requests.make<'pong'>(() => this.#session.ping(), signal);
    return performance.now() - start;
  }

  /**
   * Switches to another wire (or server) and takes name, rooms and unacknowledged messages along. The old connection
   * stays until the new one is open. If that fails, it rejects with `ChatError` and stays on the old wire. A login goes
   * along to a plain wire only with `confirmPlain`; otherwise it rejects with unsafe_wire before anything is sent.
   */
  async switchWire(change: Partial<Target>, { signal, confirmPlain = false }: Secretly = {}): Promise<void> {
    if (this.state === 'closed') throw this.#closedError();
    const target = { ...this.#supervisor.target, ...change };
    if (!isProtected(target.wire) && this.role !== undefined && !confirmPlain)
      throw new ChatError('unsafe_wire', {
        address: target,
        detail: 'anyone on the path can read the login there',
      });
    if (confirmPlain) this.#session.confirmPlain();
    await this.#supervisor.switchTo(target, signal);
  }

  /** Says goodbye and closes. Messages that are not acknowledged reject with `closed`. */
  async close(): Promise<void> {
    await this.#supervisor.close();
    await this.#kept.written();
  }

  /** Calls `listener` with every event from now on. Returns a function that ends the subscription. */
  subscribe(listener: (event: ChatEvent) => void): () => void {
    return this.#hub.subscribe(listener);
  }

  /** The events, until the client is closed. The first reader also gets the events from before it started reading. */
  [Symbol.asyncIterator](): EventQueue<ChatEvent> {
    return this.#hub.reader();
  }

  #flush(): void {
    this.#supervisor.driver?.flush();
  }

  async #renewToken(to: Target, signal: AbortSignal): Promise<void> {
    const token = await this.#kept.prove(to, signal);
    if (token !== undefined) this.#session.useToken(token);
  }

  #closedError(): ChatError {
    return this.error ?? new ChatError('closed', { address: this.#address() });
  }

  #address(): WireAddress {
    const { wire, host, port } = this.#supervisor.target;
    return { wire, host, port };
  }
}
