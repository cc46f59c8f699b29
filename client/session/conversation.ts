/**
 * Interprets the messages of the server, over one connection after the other. Events go out through `emit`; requests go
 * into the queue of commands.
 */
import type { Client, Server, ServerMessage } from '#protocol/messages';
import { LoginGate } from './login-gate.ts';
import { RequestMatcher, unexpected } from './request-matcher.ts';
import type { CommandQueue, Sendable } from './commands.ts';
import { Entering } from './entering.ts';
import type { SessionEvent } from './events.ts';
import { IncomingMessages } from './incoming-messages.ts';
import type { Identity } from './identity.ts';
import { LOST, removal, refusalOf } from './refusals.ts';
import { isPrivate } from './room.ts';
import { type Rooms, roomKey } from './rooms.ts';
import { RefusedRequests } from './refused-requests.ts';

type Handlers = { readonly [T in ServerMessage['type']]: (message: Server<T>) => void };

const BEFORE_THE_WELCOME: ReadonlySet<string> = new Set(['welcome', 'error', 'bye']);

export interface ConversationParts {
  readonly commands: CommandQueue;
  readonly rooms: Rooms;
  readonly identity: Identity;
  readonly emit: (event: SessionEvent) => void;
  /** Makes a ref that was not used before. */
  readonly newRef: () => string;
  /** Messages of history when a room is entered for the first time, 0 to 100. */
  readonly historyLimit: number;
}

export class Conversation {
  readonly #parts: ConversationParts;
  readonly #requests: RequestMatcher;
  readonly #incoming: IncomingMessages;
  readonly #entering: Entering;
  readonly #gate: LoginGate;
  readonly #refusals: RefusedRequests;
  #everReady = false;
  #away = false;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.#requests = new RequestMatcher(parts.commands, parts.emit);
    this.#incoming = new IncomingMessages(parts);
    this.#entering = new Entering({ ...parts, incoming: this.#incoming, done: () => this.#ready() });
    this.#gate = new LoginGate({ ...parts, requests: this.#requests, entering: this.#entering });
    this.#refusals = new RefusedRequests({
      ...parts,
      gate: this.#gate,
      entering: this.#entering,
      incoming: this.#incoming,
    });
  }

  get firstLimit(): number {
    return this.#entering.firstLimit;
  }

  /** Whether a login is needed: until then only proofs of identity are accepted. */
  get atGate(): boolean {
    return this.#gate.phase === 'gate';
  }

  get isOpen(): boolean {
    return this.#gate.phase === 'open';
  }

  /** Which commands may be sent now. */
  get sends(): Sendable {
    return this.#refusals.busy ? 'nothing' : this.#gate.sends;
  }

  connected(): void {
    this.#gate.connected();
  }

  /** Requests that may be repeated are, later. A room that was being left is simply not entered again. */
  disconnected(): void {
    const { commands, rooms } = this.#parts;
    this.#refusals.over();
    this.#gate.disconnected();
    this.#requests.refuse(commands.disconnected(), LOST);
    rooms.disconnected();
    const leaving = commands.withdraw(({ message, sent }) => message.type === 'leave' && sent);
    for (const { key, message } of leaving) this.#left(key, (message as Client<'leave'>).room);
  }

  /** The server may be asked again after `busy`. */
  retry(): void {
    this.#refusals.over();
  }

  /** Tells the server whether the user is at the keyboard, and again on later connections. */
  setAway(away: boolean): void {
    this.#away = away;
    if (this.isOpen) this.#parts.commands.add({ type: 'presence', state: away ? 'away' : 'here' });
  }

  /** Continues without a login. False where that is not allowed, or when somebody is logged in. */
  goOnAsGuest(): boolean {
    return this.#gate.goOnAsGuest();
  }

  readonly #handlers: Handlers = {
    welcome: (message) => this.#gate.welcome(message),
    auth_required: (message) => this.#gate.authRequired(message),
    auth_success: (message) => this.#gate.success(message),
    auth_failed: (message) => this.#refusals.refused(this.#requests.byRef(message), refusalOf(message)),
    second_factor_required: (message) => this.#requests.reply(message),
    joined: (message) => this.#onJoined(message),
    left: (message) => this.#onLeft(message),
    message: (message) => this.#incoming.live(message),
    member_joined: (message) => this.#onMember(message),
    member_left: (message) => this.#onMember(message),
    members_changed: (message) => this.#onMembers(message),
    renamed: (message) => this.#onRenamed(message),
    ack: (message) => this.#onAck(message),
    edited: (message) => this.#onChanged(message),
    deleted: (message) => this.#onChanged(message),
    history: (message) => this.#onHistory(message),
    rooms: ({ rooms }) => this.#requests.give(this.#requests.asked('rooms'), { kind: 'rooms', rooms }),
    pong: () => this.#onPong(),
    unread: (message) => this.#onUnread(message),
    notice: (message) => this.#onNotice(message),
    presence: (message) => this.#parts.emit(message),
    typing: (message) => this.#parts.emit(message),
    invited: (message) => this.#parts.emit(message),
    found: (message) => this.#requests.reply(message),
    members: (message) => this.#requests.reply(message),
    sessions: (message) => this.#requests.reply(message),
    totp: (message) => this.#requests.reply(message),
    recovery_codes: (message) => this.#requests.reply(message),
    bans: (message) => this.#requests.reply(message),
    done: (message) => this.#onDone(message),
    error: (message) => this.#refusals.error(message),
    bye: ({ reason, text }) =>
      this.#parts.emit({ type: 'ending', refusal: { code: reason, message: text, suggestions: [] } }),
  };

  /** Handles one message of the server. Throws `RemoteProtocolError` when it is not allowed at this point. */
  handle(message: ServerMessage): void {
    const early = this.#gate.phase === 'greeting';
    if (early && !BEFORE_THE_WELCOME.has(message.type)) throw unexpected('a welcome', message.type);
    if (!early && message.type === 'welcome') throw unexpected('one welcome', 'another');
    (this.#handlers[message.type] as (message: ServerMessage) => void)(withRoomKey(message));
  }

  #onJoined(message: Server<'joined'>): void {
    const command = this.#requests.asked('join', message.room);
    const { room, name, members, count } = message;
    this.#parts.identity.joined(name, message.token);
    this.#entering.joined(message, command);
    this.#requests.give(command, { kind: 'joined', room, name, members, count });
    this.#entering.advance();
  }

  #ready(): void {
    const { identity, commands, newRef, emit } = this.#parts;
    this.#gate.opened();
    if (this.#away) this.setAway(true);
    if (identity.role !== undefined) commands.add({ type: 'unread', ref: newRef() }, { internal: true });
    emit({ type: 'ready', name: identity.name ?? '', resumed: this.#everReady });
    this.#everReady = true;
  }

  #onLeft({ room: name, reason }: Server<'left'>): void {
    const { commands, rooms, emit } = this.#parts;
    const command = commands.asked('leave', name);
    if (command) {
      commands.settle(command);
      return this.#left(command.key, name);
    }
    if (!rooms.addressed(name)) return;
    rooms.drop(name);
    emit({ type: 'left', room: name, reason: removal(reason) });
  }

  #left(key: number, room: string): void {
    const { rooms, emit } = this.#parts;
    rooms.drop(room);
    emit({ type: 'left', room });
    emit({ type: 'answer', key, answer: { kind: 'left', room } });
  }

  #onMember(message: Server<'member_joined' | 'member_left'>): void {
    const room = this.#parts.rooms.addressed(message.room);
    if (!room) return;
    if (message.type === 'member_joined') room.addMember(message.name);
    else room.removeMember(message.name);
    this.#parts.emit(message);
  }

  /** Those who are named are reported one by one, as if each had been told of alone. */
  #onMembers(message: Server<'members_changed'>): void {
    const room = this.#parts.rooms.addressed(message.room);
    if (!room) return;
    const { joined, left, count } = message;
    for (const { name, via } of joined ?? [])
      this.#onMember({ type: 'member_joined', room: message.room, name, via });
    for (const name of left ?? []) this.#onMember({ type: 'member_left', room: message.room, name });
    room.count = count;
    if (!joined && !left) this.#parts.emit(message);
  }

  #onRenamed(message: Server<'renamed'>): void {
    const { rooms, identity, emit } = this.#parts;
    const { name, now, you } = message;
    for (const room of rooms.entered()) room.renameMember(name, now);
    if (you) identity.renamed(now);
    // Messages to the old name would reach the account from now on.
    else rooms.renamed(`@${name}`, `@${now}`);
    emit(message);
  }

  #onAck(message: Server<'ack'>): void {
    const command = this.#incoming.acknowledged(message);
    if (!command) return;
    const { ref = '', id, room, ts } = message;
    this.#requests.give(command, { kind: 'sent', ref, id, room, ts });
    this.#incoming.clearDoubts();
  }

  #onChanged(message: Server<'edited'> | Server<'deleted'>): void {
    if (message.ref !== undefined) this.#requests.reply(message);
    this.#incoming.changed(message);
  }

  #onHistory({ room: name, messages, more }: Server<'history'>): void {
    const command = this.#requests.asked('history', name);
    const { after } = command.message as Client<'history'>;
    const room = this.#parts.rooms.find(name);
    this.#requests.give(command, { kind: 'history', page: { room: name, messages, more } });
    if (command.internal && room && after !== undefined)
      this.#incoming.show(room, room.takePage(messages, after, more));
  }

  #onPong(): void {
    const command = this.#requests.asked('ping');
    this.#requests.give(command, { kind: 'pong' });
    if (command.internal) this.#gate.proveLogin();
  }

  #onUnread(message: Server<'unread'>): void {
    const { internal } = this.#requests.reply(message);
    if (internal) this.#parts.emit({ type: 'unread', rooms: message.rooms });
  }

  #onNotice(message: Server<'notice'>): void {
    const { event, name, role } = message;
    const { identity, emit } = this.#parts;
    if (event === 'role' && role !== undefined && name === identity.name) identity.appointed(role);
    emit(message);
  }

  #onDone(message: Server<'done'>): void {
    const { message: request } = this.#requests.reply(message);
    if (request.type === 'logout') this.#gate.loggedOut();
  }
}

/** Gives the name of a private conversation one spelling, however the server spells it. */
function withRoomKey(message: ServerMessage): ServerMessage {
  if (!('room' in message) || message.room === undefined || !isPrivate(message.room)) return message;
  return { ...message, room: roomKey(message.room) };
}
