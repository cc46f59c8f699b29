/**
 * The queue of requests: those waiting to be sent, and those sent but not answered. When a connection is lost, the sent
 * ones move back in front of the waiting ones, so that everything is asked again in the same order.
 */
import { isSignal } from './asks.ts';
import { LIMITS } from '#protocol/limits';
import { type ClientMessage, type Server, rowOf } from '#protocol/messages';

export type Request = Exclude<ClientMessage, { type: 'bye' }>;

export interface Command {
  readonly key: number;
  readonly message: Request;
  /** Made by the session itself for this connection alone: it goes first and is dropped with the connection. */
  readonly internal: boolean;
  /** It was sent on some connection before, so the server may have acted on it. */
  sent: boolean;
  /** It was sent on an earlier connection: the server may have acted on it, and its answer is lost. */
  carried: boolean;
}

/** internal: requests that enter the rooms; proofs: also those that prove who the user is; all: everything. */
export type Sendable = 'nothing' | 'internal' | 'proofs' | 'all';

export class CommandQueue {
  readonly #cap: number;
  readonly #sayCap: number;
  readonly #inFlight = new Map<number, Command>();
  /** Requests for which the server reads from its store, by room: one at a time, so that answers match. */
  readonly #loading = new Map<string, 'join' | 'history'>();
  #internal: Command[] = [];
  #waiting: Command[] = [];
  #saysInFlight = 0;
  #nextKey = 1;

  constructor(cap: number, sayCap: number) {
    this.#cap = cap;
    this.#sayCap = sayCap;
  }

  /** Messages of the user that are not acknowledged yet. */
  get says(): number {
    return [...this.unanswered()].filter(({ message }) => message.type === 'say').length;
  }

  /** Requests that have no answer yet. */
  get size(): number {
    return this.#waiting.length + this.#inFlight.size;
  }

  get full(): boolean {
    return this.size >= this.#cap;
  }

  add(message: Request, { internal = false } = {}): Command {
    const command = { key: this.#nextKey++, message, internal, sent: false, carried: false };
    (internal ? this.#internal : this.#waiting).push(command);
    return command;
  }

  /** The next request to send, from now on in flight. The user's requests keep their order, even when one must wait. */
  take(what: Sendable): Command | undefined {
    if (what === 'nothing') return undefined;
    const at = this.#internal.findIndex(({ message }) => this.#mayGo(message));
    if (at >= 0) return this.#launch(this.#internal.splice(at, 1)[0] as Command);
    const next = what === 'internal' ? -1 : this.#waiting.findIndex(what === 'all' ? () => true : isProof);
    const command = this.#waiting[next];
    if (!command || !this.#mayGo(command.message)) return undefined;
    this.#waiting.splice(next, 1);
    return this.#launch(command);
  }

  /** All of the user's requests that have no answer, in order. */
  *unanswered(): Iterable<Command> {
    for (const command of this.#inFlight.values()) if (!command.internal) yield command;
    yield* this.#waiting;
  }

  get joining(): boolean {
    const isJoin = ({ internal, message }: Command): boolean => internal && message.type === 'join';
    return this.#internal.some(isJoin) || [...this.#inFlight.values()].some(isJoin);
  }

  /** Whether a request is under way that changes who is logged in. */
  get proving(): boolean {
    return this.#inFlight.size === 1 && this.#find(isAlone) !== undefined;
  }

  /** The oldest request in flight of a type (and about a room). */
  asked(type: Request['type'], room?: string): Command | undefined {
    return this.#find(
      ({ message }) => message.type === type && (room === undefined || roomOf(message) === room),
    );
  }

  said(ref: string | undefined): Command | undefined {
    return this.#find(({ message }) => message.type === 'say' && message.ref === ref);
  }

  /** The request under way with this ref. */
  byRef(ref: string): Command | undefined {
    return this.#find(({ message }) => 'ref' in message && message.ref === ref);
  }

  /** The request that an error is about: by its ref; or else by its code and its room; or else the oldest. */
  refused({ ref, room, code }: Pick<Server<'error'>, 'ref' | 'room' | 'code'>): Command | undefined {
    if (ref !== undefined) return this.byRef(ref);
    const possible = ({ message }: Command): boolean =>
      !('ref' in message) && (message.type === 'join' || !ABOUT_JOIN.has(code));
    const inRoom = this.#find((command) => possible(command) && roomOf(command.message) === room);
    return inRoom ?? this.#find(possible);
  }

  /** The request is answered. */
  settle(command: Command): void {
    if (!this.#inFlight.delete(command.key)) return;
    const { message } = command;
    if (message.type === 'say') this.#saysInFlight -= 1;
    if (isLoad(message)) this.#loading.delete(message.room ?? '');
  }

  /** Puts a request back in its old place, to be sent again. */
  again(command: Command): void {
    this.settle(command);
    const queue = command.internal ? this.#internal : this.#waiting;
    const at = queue.findIndex(({ key }) => key > command.key);
    queue.splice(at < 0 ? queue.length : at, 0, command);
  }

  /** Cancels a request that was never sent. False when it is too late for that. */
  cancel(key: number): boolean {
    const at = this.#waiting.findIndex((command) => command.key === key);
    if (at < 0 || this.#waiting[at]?.sent) return false;
    this.#waiting.splice(at, 1);
    return true;
  }

  /**
   * The connection is gone: requests in flight wait again, in the old order. Returns those that must not be sent on
   * another connection.
   */
  disconnected(): Command[] {
    this.#waiting = [...this.unanswered()];
    for (const command of this.#waiting) command.carried = command.sent;
    this.#internal = [];
    this.#inFlight.clear();
    this.#loading.clear();
    this.#saysInFlight = 0;
    return this.withdraw(isOfOneConnection);
  }

  /** Drops the requests that the session itself was about to make. */
  dropInternal(): void {
    this.#internal = [];
  }

  /** Removes and returns the waiting requests for which `drop` is true. */
  withdraw(drop: (command: Command) => boolean): Command[] {
    const out = new Set(this.#waiting.filter(drop));
    if (out.size > 0) this.#waiting = this.#waiting.filter((command) => !out.has(command));
    return [...out];
  }

  /** The server handles some requests in the background, so later ones would still see the state from before them. */
  #mayGo(message: Request): boolean {
    if (rowOf(message.type).alone) return this.#inFlight.size === 0;
    if (this.proving) return false;
    if (message.type === 'say' && this.#saysInFlight >= this.#sayCap) return false;
    const under = this.#loading.get(roomOf(message) ?? '');
    if (isLoad(message)) return under === undefined && this.#loading.size < LIMITS.pendingLoads;
    return under !== 'join';
  }

  #launch(command: Command): Command {
    const { message } = command;
    command.sent = true;
    if (isSignal(message.type)) return command;
    this.#inFlight.set(command.key, command);
    if (message.type === 'say') this.#saysInFlight += 1;
    if (isLoad(message)) this.#loading.set(message.room ?? '', message.type);
    return command;
  }

  #find(test: (command: Command) => boolean): Command | undefined {
    for (const command of this.#inFlight.values()) if (test(command)) return command;
    return undefined;
  }
}

const ABOUT_JOIN: ReadonlySet<string> = new Set([
  'bad_name',
  'name_taken',
  'already_named',
  'too_many_rooms',
]);

function isAlone({ message }: Command): boolean {
  return rowOf(message.type).alone === true;
}

/** Whether it may be sent before anybody is logged in. */
function isProof(command: Command): boolean {
  return isAlone(command) || command.message.type === 'ping';
}

function isOfOneConnection({ message, sent }: Command): boolean {
  const { sending } = rowOf(message.type);
  return sending === 'secret' || sending === 'signal' || (sending === 'change' && sent);
}

function isLoad(message: Request): message is Extract<Request, { type: 'join' | 'history' }> {
  return message.type === 'join' || message.type === 'history';
}

function roomOf(message: Request): string | undefined {
  return 'room' in message ? message.room : undefined;
}
