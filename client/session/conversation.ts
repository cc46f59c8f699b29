/**
 * What the messages of the server mean, one connection after the other: entering the rooms, catching up, answers,
 * refusals. Events go out through `emit`; what is to be asked goes into the queue of commands.
 */
import { RemoteProtocolError } from '#wire/errors';
import { LIMITS } from '#wire/limits';
import {
  type Client,
  PROTOCOL_VERSION,
  type Server,
  type ServerMessage,
  type StoredMessage,
} from '#wire/messages';
import type { Command, CommandQueue, Request } from './commands.ts';
import type { Answer, Refusal, SessionEvent } from './events.ts';
import type { Room, Taken } from './room.ts';
import type { Rooms } from './rooms.ts';

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

export interface ConversationParts {
  readonly commands: CommandQueue;
  readonly rooms: Rooms;
  readonly emit: (event: SessionEvent) => void;
  /** The name to ask for. */
  readonly name: string | undefined;
  /** Messages of history when a room is entered for the first time, 0 to 100. */
  readonly historyLimit: number;
}

export class Conversation {
  readonly #commands: CommandQueue;
  readonly #rooms: Rooms;
  readonly #emit: (event: SessionEvent) => void;
  readonly #historyLimit: number;
  /** Keys of own messages without acknowledgement that a page has shown to be stored. */
  readonly #storedUnacked = new Set<number>();
  #phase: Phase = 'offline';
  #name: string | undefined;
  #token: string | undefined;
  #everReady = false;
  #busy = false;

  constructor({ commands, rooms, emit, name, historyLimit }: ConversationParts) {
    this.#commands = commands;
    this.#rooms = rooms;
    this.#emit = emit;
    this.#name = name;
    this.#historyLimit = historyLimit;
  }

  get name(): string | undefined {
    return this.#name;
  }

  /** At least one message, even when none is to be shown: its id is what a later resume starts from. */
  get firstLimit(): number {
    return Math.max(1, Math.min(this.#historyLimit, LIMITS.historyPage));
  }

  /** Which commands may be sent now. */
  get sends(): 'nothing' | 'internal' | 'all' {
    if (this.#busy || this.#phase === 'offline' || this.#phase === 'greeting') return 'nothing';
    return this.#phase === 'open' ? 'all' : 'internal';
  }

  connected(): void {
    this.#phase = 'greeting';
  }

  /** Whatever was asked is asked again later, but a room that was being left is simply not entered again. */
  disconnected(): void {
    this.#phase = 'offline';
    this.#busy = false;
    this.#commands.disconnected();
    this.#rooms.disconnected();
    const leaving = this.#commands.withdraw(({ message, sent }) => message.type === 'leave' && sent);
    for (const { key, message } of leaving) this.#left(key, (message as Client<'leave'>).room);
  }

  /** The server may be asked again after `busy`. */
  retry(): void {
    this.#busy = false;
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

  /** Takes one message of the server in. Throws `RemoteProtocolError` when it has no place here and now. */
  handle(message: ServerMessage): void {
    const expected = EXPECTED[this.#phase];
    if (!expected.includes(message.type)) throw unexpected(expected.join(', '), message.type);
    (this.#handlers[message.type] as (message: ServerMessage) => void)(message);
  }

  #onWelcome({ protocol, wire, server, text }: Server<'welcome'>): void {
    if (protocol !== PROTOCOL_VERSION) throw unexpected(`protocol ${PROTOCOL_VERSION}`, String(protocol));
    this.#emit({ type: 'welcome', wire, server, text });
    this.#phase = 'entering';
    const [first] = this.#rooms.entered();
    this.#enter(first ?? this.#rooms.ensure(this.#rooms.current), true);
  }

  /** The first join of a connection says who is there; a server that has forgotten the token still has the name. */
  #enter(room: Room, first: boolean): void {
    const page = room.entered ? { after: room.seen, limit: LIMITS.historyPage } : { limit: this.firstLimit };
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
    return this.#historyLimit === 0 ? { ...taken, fresh: [] } : taken;
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
