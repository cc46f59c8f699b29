/**
 * The chat client: connects, stays connected, and loses nothing on the way. What it was given to say is sent until
 * it is acknowledged, over as many connections as that takes; what others say comes out once and in order.
 */
import { randomBytes } from 'node:crypto';
import { LocalProtocolError } from '#wire/errors';
import { LIMITS } from '#wire/limits';
import type { WireName } from '#wire/messages';
import type { Answer, Page, RoomCount, SessionEvent } from '#session/events';
import { ClientSession } from '#session/session';
import { ChatError, type Place, refused } from './errors.ts';
import { EventHub } from './event-hub.ts';
import type { EventQueue, Lagged } from './event-queue.ts';
import { Requests } from './requests.ts';
import { type ClientState, Supervisor, type SupervisorOptions, type Target } from './supervisor.ts';

export interface ChatClientOptions extends Target, SupervisorOptions {
  /** The name to ask for; without one the server gives a guest name. */
  readonly name?: string | undefined;
  /** The room to enter; the lobby by default. */
  readonly room?: string | undefined;
  /** Messages of history when a room is entered, 0 to 100. */
  readonly historyLimit?: number | undefined;
  /** Events kept for a reader that lags. */
  readonly queueLimit?: number | undefined;
}

export type ChatEvent =
  | ({ readonly type: 'state' } & Place & ClientState)
  /** An own message is stored. */
  | {
      readonly type: 'sent';
      readonly id: number;
      readonly ref: string;
      readonly room: string;
      readonly ts: number;
    }
  | Exclude<SessionEvent, { type: 'answer' | 'refused' | 'ready' | 'turned_away' | 'ending' | 'busy' }>
  | Lagged;

export interface Signalled {
  readonly signal?: AbortSignal | undefined;
}

type AnswerOf<K extends Answer['kind']> = Extract<Answer, { kind: K }>;

const QUEUE_LIMIT = 10_000;

export class ChatClient implements AsyncIterable<ChatEvent> {
  readonly #session: ClientSession;
  readonly #supervisor: Supervisor;
  readonly #requests = new Requests();
  readonly #hub: EventHub<ChatEvent>;

  constructor(options: ChatClientOptions) {
    const { name, room, historyLimit, wire, host, port, ca, keys, servername, lookup } = options;
    this.#hub = new EventHub(options.queueLimit ?? QUEUE_LIMIT);
    this.#session = new ClientSession({
      refPrefix: randomBytes(12).toString('base64url'),
      ...(name !== undefined && { name }),
      ...(room !== undefined && { room }),
      ...(historyLimit !== undefined && { historyLimit }),
    });
    const target = { wire, host, port, ca, keys, servername, lookup };
    this.#supervisor = new Supervisor(this.#session, target, options, {
      event: (event) => this.#onEvent(event),
      state: (state, place) => this.#onState(state, place),
    });
  }

  /** The name the others see; before the first join the one asked for, if any. */
  get name(): string | undefined {
    return this.#session.name;
  }

  /** The room that requests are about when they name none. */
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
    return this.#supervisor.connection?.link.localPort;
  }

  get state(): ClientState['state'] {
    return this.#supervisor.state.state;
  }

  /** Why it is waiting or closed, if there is a reason. */
  get error(): ChatError | undefined {
    const { state } = this.#supervisor;
    return 'error' in state ? state.error : undefined;
  }

  /** Requests, messages above all, that are not answered yet. */
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
   * Connects and enters the room. Rejects with `ChatError` when that fails: coming back by itself begins only
   * after it has worked once. Throws when it is under way or done already.
   */
  async connect({ signal }: Signalled = {}): Promise<void> {
    if (this.state === 'closed') throw this.#closedError();
    if (this.state !== 'idle') throw new Error(`connect() was called before; the client is ${this.state}`);
    await this.#supervisor.connect(signal);
  }

  /** Resolves once the message is stored, over however many connections. Rejects with `ChatError`. */
  async say(text: string, { room, signal }: { room?: string } & Signalled = {}): Promise<AnswerOf<'sent'>> {
    if (text === '' || text.length > LIMITS.text || !text.isWellFormed()) {
      throw new ChatError('bad_text', { detail: `it has ${text.length} characters` });
    }
    return this.#request<'sent'>(() => this.#session.say(text, room), signal);
  }

  /** Enters a room and makes it the current one. */
  async join(room: string, { signal }: Signalled = {}): Promise<AnswerOf<'joined'>> {
    return this.#request<'joined'>(() => this.#session.join(room), signal);
  }

  async leave(room?: string, { signal }: Signalled = {}): Promise<void> {
    await this.#request<'left'>(() => this.#session.leave(room), signal);
  }

  /** The rooms there are on the server. */
  async rooms({ signal }: Signalled = {}): Promise<readonly RoomCount[]> {
    return (await this.#request<'rooms'>(() => this.#session.listRooms(), signal)).rooms;
  }

  /** Stored messages of a joined room: the newest before `before`, or the oldest after `after`. */
  async history({
    signal,
    ...page
  }: { room?: string; before?: number; after?: number; limit?: number } & Signalled = {}): Promise<Page> {
    return (await this.#request<'history'>(() => this.#session.history(page), signal)).page;
  }

  /** Milliseconds to the server and back. */
  async ping({ signal }: Signalled = {}): Promise<number> {
    const start = performance.now();
    await this.#request<'pong'>(() => this.#session.ping(), signal);
    return performance.now() - start;
  }

  /**
   * Moves to another wire (or server) and takes name, rooms and unacknowledged messages along. The old connection
   * stays until the new one stands. When that fails it rejects with `ChatError`, and the old wire is kept.
   */
  async switchWire(change: Partial<Target>, { signal }: Signalled = {}): Promise<void> {
    if (this.state === 'closed') throw this.#closedError();
    await this.#supervisor.switchTo({ ...this.#supervisor.target, ...change }, signal);
  }

  /** Says goodbye and closes. What is not acknowledged rejects with `closed`. */
  async close(): Promise<void> {
    await this.#supervisor.close();
  }

  /** Calls `listener` with every event from now on. Gives back what ends that. */
  subscribe(listener: (event: ChatEvent) => void): () => void {
    return this.#hub.subscribe(listener);
  }

  /** The events, until the client is closed; the first reader also gets those from before it came. */
  [Symbol.asyncIterator](): EventQueue<ChatEvent> {
    return this.#hub.reader();
  }

  async #request<K extends Answer['kind']>(ask: () => number, signal?: AbortSignal): Promise<AnswerOf<K>> {
    if (this.state === 'closed') throw this.#closedError();
    if (signal?.aborted) throw new ChatError('aborted', { cause: signal.reason });
    const key = this.#ask(ask);
    const answer = this.#requests.wait(key, signal, () => this.#session.cancel(key));
    this.#supervisor.connection?.flush();
    return (await answer) as AnswerOf<K>;
  }

  #ask(ask: () => number): number {
    try {
      return ask();
    } catch (error) {
      if (error instanceof RangeError) throw new ChatError('outbox_full', { detail: error.message });
      if (error instanceof LocalProtocolError) throw new ChatError(error.code, { detail: error.message });
      throw error;
    }
  }

  #onEvent(event: SessionEvent): void {
    switch (event.type) {
      case 'answer':
        if (event.answer.kind === 'sent') this.#emitSent(event.answer);
        return this.#requests.resolve(event.key, event.answer);
      case 'refused':
        return this.#requests.reject(event.key, refused(event.refusal, this.#place()));
      case 'ready':
      case 'turned_away':
      case 'ending':
      case 'busy':
        return;
      default:
        return this.#hub.emit(event);
    }
  }

  #emitSent({ id, ref, room, ts }: AnswerOf<'sent'>): void {
    this.#hub.emit({ type: 'sent', id, ref, room, ts });
  }

  #onState(state: ClientState, place: Place): void {
    this.#hub.emit({ type: 'state', ...place, ...state });
    if (state.state !== 'closed') return;
    this.#requests.rejectAll(this.#closedError());
    this.#hub.end();
  }

  #closedError(): ChatError {
    return this.error ?? new ChatError('closed', { place: this.#place() });
  }

  #place(): Place {
    const { wire, host, port } = this.#supervisor.target;
    return { wire, host, port };
  }
}
