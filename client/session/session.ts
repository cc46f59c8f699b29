/**
 * The client's half of the protocol as a state machine: plain bytes in, events out; requests in, plain bytes out.
 * It outlives connections. After each new one it enters its rooms again, fetches what was said meanwhile and sends
 * what was not acknowledged once more, so that nothing is lost and nothing comes twice.
 */
import * as v from 'valibot';
import { concat } from '#wire/bytes';
import { LocalProtocolError, RemoteProtocolError } from '#wire/errors';
import { FrameDecoder, encodeFrame } from '#wire/frame';
import { LIMITS } from '#wire/limits';
import {
  CLIENT_MESSAGES,
  type Client,
  DEFAULT_ROOM,
  PROTOCOL_VERSION,
  type Server,
  type ServerMessage,
  type StoredMessage,
  encodeMessage,
  parseServerMessage,
} from '#wire/messages';
import { SESSION_CAPS, type SessionCaps } from './caps.ts';
import { type Command, CommandQueue, type Request } from './commands.ts';
import type { Answer, Refusal, SessionEvent } from './events.ts';
import type { Room, Taken } from './room.ts';
import { Rooms, roomKey } from './rooms.ts';

export interface SessionOptions {
  /** The name to ask for; without one the server's guest name is kept. */
  readonly name?: string;
  /** The room to enter first. */
  readonly room?: string;
  /** Messages of history when a room is entered for the first time, 0 to 100. */
  readonly historyLimit?: number;
  /** Begins every ref. It must be unique to this session, and at most 40 characters long. */
  readonly refPrefix: string;
  readonly caps?: Partial<SessionCaps>;
}

/** greeting: welcome is awaited; entering: the first join; rejoining: the joins of the other rooms. */
type Phase = 'offline' | 'greeting' | 'entering' | 'rejoining' | 'open';

const ALWAYS = ['error', 'bye'] as const;
const IN_ROOMS = ['joined', 'left', 'member_joined', 'member_left', 'message', 'ack'] as const;

/** Which messages of the server have their place in which phase. */
const EXPECTED: Record<Phase, readonly ServerMessage['type'][]> = {
  offline: [],
  greeting: ['welcome', ...ALWAYS],
  entering: [...IN_ROOMS, ...ALWAYS],
  rejoining: [...IN_ROOMS, 'history', ...ALWAYS],
  open: [...IN_ROOMS, 'history', 'rooms', 'pong', ...ALWAYS],
};

type Handlers = { readonly [T in ServerMessage['type']]: (message: Server<T>) => void };

/** A room that refuses for one of these reasons is given up; after any other the whole connection is tried again. */
const ROOM_IS_LOST: ReadonlySet<string> = new Set(['too_many_rooms', 'no_such_room', 'bad_name']);

const OUTPUT_TARGET = 65_536;

export class ClientSession {
  readonly #options: SessionOptions;
  readonly #caps: SessionCaps;
  readonly #commands: CommandQueue;
  readonly #rooms: Rooms;
  readonly #events: SessionEvent[] = [];
  /** Keys of own messages without acknowledgement that a page has shown to be stored. */
  readonly #storedUnacked = new Set<number>();
  #decoder = new FrameDecoder();
  #phase: Phase = 'offline';
  #name: string | undefined;
  #token: string | undefined;
  #everReady = false;
  #busy = false;
  #refCount = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#caps = { ...SESSION_CAPS, ...options.caps };
    this.#commands = new CommandQueue(this.#caps.outbox, this.#caps.inFlight);
    this.#rooms = new Rooms(roomKey(options.room ?? DEFAULT_ROOM), this.#caps);
    this.#name = options.name;
  }

  /** The name the others see, once the server has confirmed it; before that the one asked for. */
  get name(): string | undefined {
    return this.#name;
  }

  /** The room that requests are about when they name none. */
  get room(): string {
    return this.#rooms.current;
  }

  get rooms(): string[] {
    return this.#rooms.entered().map((room) => room.name);
  }

  /** Requests without an answer. */
  get pending(): number {
    return this.#commands.size;
  }

  members(room = this.room): { names: string[]; count: number } {
    const found = this.#rooms.find(roomKey(room));
    return { names: [...(found?.members ?? [])], count: found?.count ?? 0 };
  }

  /** Makes a room that was joined the current one. False when it was not joined. */
  select(room: string): boolean {
    if (!this.#rooms.find(roomKey(room))?.entered) return false;
    this.#rooms.current = roomKey(room);
    return true;
  }

  /** A new connection stands. What comes from here on is judged as its first byte. */
  connected(): void {
    this.disconnected();
    this.#phase = 'greeting';
  }

  /** The connection is gone. Unanswered requests are kept for the next one; events not taken yet stay. */
  disconnected(): void {
    this.#phase = 'offline';
    this.#decoder = new FrameDecoder();
    this.#busy = false;
    this.#commands.disconnected();
    this.#rooms.disconnected();
    this.#finishLeaving();
  }

  /** Takes plain bytes of the server in. */
  push(plain: Uint8Array): void {
    this.#decoder.push(plain);
  }

  /**
   * What the bytes taken so far mean, one event at a time; `undefined` when more bytes are needed. Throws
   * `RemoteProtocolError` when the server breaks the protocol; then the connection is to be closed.
   */
  next(): SessionEvent | undefined {
    for (;;) {
      const event = this.#events.shift();
      if (event) return event;
      const payload = this.#decoder.next();
      if (!payload) return undefined;
      this.#handle(parseServerMessage(payload));
    }
  }

  /** The plain bytes ended. Throws `RemoteProtocolError` frame_truncated when that was inside a frame. */
  end(): void {
    this.#decoder.end();
  }

  /** About 64 KiB of frames that are to be sent now, or `undefined`. Ask again until it gives `undefined`. */
  output(): Uint8Array | undefined {
    const frames: Uint8Array[] = [];
    for (let size = 0; size < OUTPUT_TARGET;) {
      const command = this.#takeCommand();
      if (!command) break;
      const frame = encodeFrame(encodeMessage(command.message));
      frames.push(frame);
      size += frame.length;
    }
    return frames.length === 0 ? undefined : concat(frames);
  }

  /** The frame that says that this client leaves for good. */
  farewell(): Uint8Array {
    return encodeFrame(encodeMessage({ type: 'bye' }));
  }

  /** The server may be asked again after `busy`. */
  retry(): void {
    this.#busy = false;
  }

  /** Takes a request back that was never sent. False when it is too late for that. */
  cancel(key: number): boolean {
    return this.#commands.cancel(key);
  }

  /*
   * Requests. Each gives the key under which its answer comes. They throw `LocalProtocolError` bad_message for
   * what the protocol does not allow, and `RangeError` when the outbox is full.
   */

  say(text: string, room = this.room): number {
    this.#refCount += 1;
    const ref = `${this.#options.refPrefix}-${this.#refCount}`;
    return this.#request({ type: 'say', text, room: roomKey(room), ref });
  }

  join(room: string): number {
    const key = this.#request({ type: 'join', room: roomKey(room), limit: this.#firstLimit() });
    this.#rooms.ensure(roomKey(room));
    return key;
  }

  leave(room = this.room): number {
    return this.#request({ type: 'leave', room: roomKey(room) });
  }

  listRooms(): number {
    return this.#request({ type: 'rooms' });
  }

  history({
    room = this.room,
    ...range
  }: { room?: string; before?: number; after?: number; limit?: number } = {}): number {
    return this.#request({ type: 'history', room: roomKey(room), ...range });
  }

  ping(): number {
    return this.#request({ type: 'ping' });
  }

  #request(message: Request): number {
    const checked = v.safeParse(CLIENT_MESSAGES[message.type], message);
    if (!checked.success) {
      const [issue] = checked.issues;
      throw new LocalProtocolError('bad_message', `${v.getDotPath(issue) ?? message.type}: ${issue.message}`);
    }
    if (this.#commands.full) throw new RangeError(`${this.#caps.outbox} requests wait for an answer already`);
    return this.#commands.add(message).key;
  }

  #takeCommand(): Command | undefined {
    if (this.#busy || this.#phase === 'offline' || this.#phase === 'greeting') return undefined;
    return this.#commands.take({ internalOnly: this.#phase !== 'open' });
  }

  readonly #handlers: Handlers = {
    welcome: (message) => this.#onWelcome(message),
    joined: (message) => this.#onJoined(message),
    left: ({ room }) => this.#onLeft(room),
    message: (message) => this.#onMessage(message),
    member_joined: (message) => this.#onMember(message),
    member_left: (message) => this.#onMember(message),
    ack: (message) => this.#onAck(message),
    rooms: ({ rooms }) => this.#answer(this.#asked('rooms'), { kind: 'rooms', rooms }),
    history: (message) => this.#onHistory(message),
    pong: () => this.#answer(this.#asked('ping'), { kind: 'pong' }),
    error: (message) => this.#onError(message),
    bye: ({ reason, text }) =>
      this.#emit({ type: 'ending', refusal: { code: reason, message: text, suggestions: [] } }),
  };

  #handle(message: ServerMessage): void {
    const expected = EXPECTED[this.#phase];
    if (!expected.includes(message.type)) throw unexpected(expected.join(', '), message.type);
    (this.#handlers[message.type] as (message: ServerMessage) => void)(message);
  }

  #onWelcome({ protocol, wire, server, text }: Server<'welcome'>): void {
    if (protocol !== PROTOCOL_VERSION) throw unexpected(`protocol ${PROTOCOL_VERSION}`, String(protocol));
    this.#emit({ type: 'welcome', wire, server, text });
    this.#phase = 'entering';
    const [first] = this.#rooms.entered();
    this.#enter(first ?? this.#rooms.ensure(this.room), true);
  }

  /** The first join of a connection says who is there; a server that has forgotten the token still has the name. */
  #enter(room: Room, first: boolean): void {
    const page = room.entered
      ? { after: room.seen, limit: LIMITS.historyPage }
      : { limit: this.#firstLimit() };
    const identity = first && { name: this.#name, token: this.#token };
    room.hold();
    this.#commands.add(given({ type: 'join' as const, room: room.name, ...identity, ...page }), {
      internal: true,
    });
  }

  #onJoined(message: Server<'joined'>): void {
    const command = this.#asked('join', message.room);
    const room = this.#rooms.ensure(message.room);
    const { after } = command.message as Client<'join'>;
    const { name, members, count, messages, more } = message;
    this.#name = name;
    this.#token = message.token;
    room.setMembers(members, count);
    this.#emit({ type: 'joined', room: room.name, name, members, count, resumed: after !== undefined });
    if (after !== undefined) this.#show(room, room.takePage(messages, after, more));
    // Joining a room one is in already brings nothing that was not shown.
    else if (!room.entered) this.#show(room, this.#firstPage(room, messages));
    if (!command.internal) this.#rooms.current = room.name;
    this.#answer(command, { kind: 'joined', room: room.name, name, members, count });
    this.#advancePhase();
  }

  #firstPage(room: Room, messages: readonly StoredMessage[]): Taken {
    const taken = room.takeFirstPage(messages);
    return this.#options.historyLimit === 0 ? { ...taken, fresh: [] } : taken;
  }

  #advancePhase(): void {
    if (this.#phase === 'entering') {
      this.#phase = 'rejoining';
      for (const room of this.#rooms.entered().slice(1)) this.#enter(room, false);
    }
    if (this.#phase !== 'rejoining' || this.#commands.joining) return;
    this.#phase = 'open';
    this.#emit({ type: 'ready', name: this.#name ?? '', resumed: this.#everReady });
    this.#everReady = true;
  }

  #onLeft(room: string): void {
    const command = this.#asked('leave', room);
    this.#commands.settle(command);
    this.#left(command.key, room);
  }

  /** A room being left when the connection broke is simply not entered again. */
  #finishLeaving(): void {
    const leaving = this.#commands.withdraw(({ message, sent }) => message.type === 'leave' && sent);
    for (const { key, message } of leaving) this.#left(key, (message as Client<'leave'>).room);
  }

  #left(key: number, room: string): void {
    this.#rooms.drop(room);
    this.#emit({ type: 'left', room });
    this.#emit({ type: 'answer', key, answer: { kind: 'left', room } });
  }

  #onMessage({ id, from, text, ts, via, room }: Server<'message'>): void {
    const shown = this.#rooms.addressed(room)?.takeLive({ id, from, text, ts, via });
    if (shown) this.#said(room, shown, false);
  }

  #onMember(message: Server<'member_joined' | 'member_left'>): void {
    const room = this.#rooms.addressed(message.room);
    if (!room) return;
    if (message.type === 'member_joined') room.addMember(message.name);
    else room.removeMember(message.name);
    this.#emit(message);
  }

  #onAck({ ref, id, room, ts }: Server<'ack'>): void {
    const command = this.#commands.said(ref);
    // A message sent again may be acknowledged twice; the first time settled it.
    if (!command || ref === undefined) return;
    this.#storedUnacked.delete(command.key);
    this.#rooms.find(room)?.acknowledged(id);
    this.#answer(command, { kind: 'sent', ref, id, room, ts });
  }

  #onHistory({ room: name, messages, more }: Server<'history'>): void {
    const command = this.#asked('history', name);
    const { after } = command.message as Client<'history'>;
    const room = this.#rooms.find(name);
    this.#answer(command, { kind: 'history', page: { room: name, messages, more } });
    if (command.internal && room && after !== undefined)
      this.#show(room, room.takePage(messages, after, more));
  }

  #show(room: Room, { fresh, live, nextAfter: after }: Taken): void {
    for (const message of fresh) {
      if (!this.#awaitsAck(room.name, message)) this.#said(room.name, message, true);
    }
    for (const message of live) this.#said(room.name, message, false);
    if (after === undefined) return;
    const request = { type: 'history', room: room.name, after, limit: LIMITS.historyPage } as const;
    this.#commands.add(request, { internal: true });
  }

  /**
   * Whether it is an own message that is stored but whose acknowledgement got lost. That comes when the message is
   * sent again, and is what shows it to the user.
   */
  #awaitsAck(room: string, { from, text }: StoredMessage): boolean {
    if (from !== this.#name) return false;
    for (const { key, message, sent } of this.#commands.unanswered()) {
      if (!sent || message.type !== 'say' || this.#storedUnacked.has(key)) continue;
      if (message.room !== room || message.text !== text) continue;
      this.#storedUnacked.add(key);
      return true;
    }
    return false;
  }

  #onError(message: Server<'error'>): void {
    const refusal = { code: message.code, message: inWords(message), suggestions: message.suggestions ?? [] };
    if (message.fatal) return this.#emit({ type: 'ending', refusal });
    const command = this.#commands.refused(message);
    if (!command) return this.#emit({ type: 'complaint', refusal });
    if (refusal.code === 'busy') return this.#holdBack(command);
    this.#commands.settle(command);
    if (command.internal) return this.#onInternalRefused(command, refusal);
    this.#storedUnacked.delete(command.key);
    this.#forgetUnentered(command);
    this.#emit({ type: 'refused', key: command.key, refusal });
  }

  #holdBack(command: Command): void {
    this.#commands.again(command);
    this.#busy = true;
    this.#emit({ type: 'busy' });
  }

  #onInternalRefused({ message }: Command, refusal: Refusal): void {
    const room = message.type === 'join' ? message.room : undefined;
    const lost = room !== undefined && this.#phase === 'rejoining' && ROOM_IS_LOST.has(refusal.code);
    if (!lost) return this.#emit({ type: 'turned_away', refusal });
    this.#rooms.drop(room);
    this.#emit({ type: 'left', room, reason: refusal });
    this.#advancePhase();
  }

  #forgetUnentered({ message }: Command): void {
    if (message.type !== 'join' || message.room === undefined) return;
    if (!this.#rooms.find(message.room)?.entered) this.#rooms.drop(message.room);
  }

  /** The request that an answer belongs to. An answer without a question is a fault of the server. */
  #asked(type: Request['type'], room?: string): Command {
    const command = this.#commands.asked(type, room);
    if (command) return command;
    throw unexpected('answers to requests only', `${type} ${(room ?? '').slice(0, 40)}`.trim());
  }

  #answer(command: Command, answer: Answer): void {
    this.#commands.settle(command);
    if (!command.internal) this.#emit({ type: 'answer', key: command.key, answer });
  }

  #said(room: string, message: StoredMessage, replay: boolean): void {
    this.#emit({ type: 'message', ...message, room, replay, own: message.from === this.#name });
  }

  #emit(event: SessionEvent): void {
    this.#events.push(event);
  }

  /** At least one message, even when none is to be shown: its id is what a later resume starts from. */
  #firstLimit(): number {
    return Math.max(1, Math.min(this.#options.historyLimit ?? LIMITS.historyOnJoin, LIMITS.historyPage));
  }
}

function unexpected(expected: string, got: string): RemoteProtocolError {
  return new RemoteProtocolError('bad_message', { expected, got });
}

/** Without the keys whose value is undefined, which exact optional properties want. */
function given<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}

function inWords({ message, expected, got }: Server<'error'>): string {
  const parts = [message, expected && `expected ${expected}`, got && `got ${got}`];
  return parts.filter((part) => part !== undefined && part !== '').join('; ');
}
