/**
 * Requests on their way: what waits to be sent, and what was sent and has no answer. A lost connection moves the
 * second back in front of the first, so that everything is asked again in the same order.
 */
import { LIMITS } from '#wire/limits';
import type { ClientMessage, Server } from '#wire/messages';

export type Request = Exclude<ClientMessage, { type: 'bye' }>;

export interface Command {
  readonly key: number;
  readonly message: Request;
  /** Made by the session itself for this connection alone: it goes first and is dropped with the connection. */
  readonly internal: boolean;
  /** It was put on some connection before, so the server may have acted on it. */
  sent: boolean;
}

export class CommandQueue {
  readonly #cap: number;
  readonly #sayCap: number;
  readonly #inFlight = new Map<number, Command>();
  /** What the server is reading from its store for this connection, by room: one at a time, so answers match. */
  readonly #loading = new Map<string, 'join' | 'history'>();
  #internal: Command[] = [];
  #waiting: Command[] = [];
  #saysInFlight = 0;
  #nextKey = 1;

  constructor(cap: number, sayCap: number) {
    this.#cap = cap;
    this.#sayCap = sayCap;
  }

  /** Requests of the user that have no answer yet. */
  get size(): number {
    return this.#waiting.length + this.#inFlight.size;
  }

  get full(): boolean {
    return this.size >= this.#cap;
  }

  add(message: Request, { internal = false } = {}): Command {
    const command = { key: this.#nextKey++, message, internal, sent: false };
    (internal ? this.#internal : this.#waiting).push(command);
    return command;
  }

  /** The next to be sent, from now on in flight. The user's requests keep their order, also where one must wait. */
  take({ internalOnly }: { internalOnly: boolean }): Command | undefined {
    const at = this.#internal.findIndex(({ message }) => this.#mayGo(message));
    if (at >= 0) return this.#launch(this.#internal.splice(at, 1)[0] as Command);
    const first = this.#waiting[0];
    if (internalOnly || !first || !this.#mayGo(first.message)) return undefined;
    this.#waiting.shift();
    return this.#launch(first);
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

  /** The oldest request in flight of a type (and about a room). */
  asked(type: Request['type'], room?: string): Command | undefined {
    return this.#find(
      ({ message }) => message.type === type && (room === undefined || roomOf(message) === room),
    );
  }

  said(ref: string | undefined): Command | undefined {
    return this.#find(({ message }) => message.type === 'say' && message.ref === ref);
  }

  /** The request that an error is about: by its ref; or else by its code and its room; or else the oldest. */
  refused({ ref, room, code }: Server<'error'>): Command | undefined {
    if (ref !== undefined) return this.said(ref);
    const possible = ({ message }: Command): boolean =>
      message.type !== 'say' && (message.type === 'join' || !ABOUT_JOIN.has(code));
    const inRoom = this.#find((command) => possible(command) && roomOf(command.message) === room);
    return inRoom ?? this.#find(possible);
  }

  /** It is answered. */
  settle(command: Command): void {
    if (!this.#inFlight.delete(command.key)) return;
    const { message } = command;
    if (message.type === 'say') this.#saysInFlight -= 1;
    if (isLoad(message)) this.#loading.delete(message.room ?? '');
  }

  /** It is to be sent once more, in its old place. */
  again(command: Command): void {
    this.settle(command);
    const queue = command.internal ? this.#internal : this.#waiting;
    const at = queue.findIndex(({ key }) => key > command.key);
    queue.splice(at < 0 ? queue.length : at, 0, command);
  }

  /** Takes a request back that was never sent. False when it is too late for that. */
  cancel(key: number): boolean {
    const at = this.#waiting.findIndex((command) => command.key === key);
    if (at < 0 || this.#waiting[at]?.sent) return false;
    this.#waiting.splice(at, 1);
    return true;
  }

  /** The connection is gone: what was in flight waits again, in the old order. */
  disconnected(): void {
    this.#waiting = [...this.unanswered()];
    this.#internal = [];
    this.#inFlight.clear();
    this.#loading.clear();
    this.#saysInFlight = 0;
  }

  /** Takes out the waiting requests that `drop` picks. */
  withdraw(drop: (command: Command) => boolean): Command[] {
    const out = new Set(this.#waiting.filter(drop));
    if (out.size > 0) this.#waiting = this.#waiting.filter((command) => !out.has(command));
    return [...out];
  }

  /** The server takes some requests in the background, and those after them find things as they were before. */
  #mayGo(message: Request): boolean {
    if (message.type === 'say' && this.#saysInFlight >= this.#sayCap) return false;
    const under = this.#loading.get(roomOf(message) ?? '');
    if (isLoad(message)) return under === undefined && this.#loading.size < LIMITS.pendingLoads;
    return under !== 'join';
  }

  #launch(command: Command): Command {
    const { message } = command;
    command.sent = true;
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

function isLoad(message: Request): message is Extract<Request, { type: 'join' | 'history' }> {
  return message.type === 'join' || message.type === 'history';
}

function roomOf(message: Request): string | undefined {
  return 'room' in message ? message.room : undefined;
}
