/**
 * The client's half of the protocol as a state machine: plain bytes in, events out; requests in, plain bytes out.
 * It outlives connections. On each new one it enters its rooms again, fetches what was said in the meantime and resends
 * what was not acknowledged, so that nothing is lost or duplicated.
 */
import { LocalProtocolError } from '#protocol/errors';
import { FrameDecoder, encodeFrame } from '#protocol/frame';
import { LIMITS } from '#protocol/limits';
import { DEFAULT_ROOM, type Server, encodeMessage, parseServerMessage, rowOf } from '#protocol/messages';
import type { Role } from '#protocol/roles';
import type { AskType, Asking } from './asks.ts';
import { SESSION_CAPS, type SessionCaps } from './caps.ts';
import { CommandQueue, type Request } from './commands.ts';
import { Conversation } from './conversation.ts';
import type { SessionEvent } from './events.ts';
import { Identity } from './identity.ts';
import { Outbox } from './outbox.ts';
import { isPrivate } from './room.ts';
import { Rooms, roomKey } from './rooms.ts';

export interface SessionOptions {
  /** The name to ask for; without one the server assigns a guest name. */
  readonly name?: string;
  /** The room to enter first. */
  readonly room?: string;
  /** Messages of history when a room is entered for the first time, 0 to 100. */
  readonly historyLimit?: number;
  /** Join no room before a login, even where guests may talk. */
  readonly loginFirst?: boolean;
  /** The prefix of every ref. It must be unique to this session, and at most 40 characters long. */
  readonly refPrefix: string;
  /** Fills each message up to a multiple of so many bytes, so that its length says less. */
  readonly padTo?: number;
  readonly caps?: Partial<SessionCaps>;
}

/** Events without meaning once their connection is gone. Messages and answers still count. */
const OF_ONE_CONNECTION: ReadonlySet<string> = new Set([
  'welcome',
  'auth_required',
  'login_needed',
  'ready',
  'turned_away',
  'ending',
  'busy',
]);

export class ClientSession {
  readonly #commands: CommandQueue;
  readonly #outbox: Outbox;
  readonly #rooms: Rooms;
  readonly #identity: Identity;
  readonly #conversation: Conversation;
  #events: SessionEvent[] = [];
  #decoder = new FrameDecoder();

  constructor(options: SessionOptions) {
    const caps = { ...SESSION_CAPS, ...options.caps };
    this.#commands = new CommandQueue(caps.outbox, caps.inFlight);
    const { refPrefix, padTo } = options;
    this.#outbox = new Outbox(this.#commands, { cap: caps.outbox, refPrefix, padTo });
    this.#rooms = new Rooms(roomKey(options.room ?? DEFAULT_ROOM), caps);
    this.#identity = new Identity(options);
    this.#conversation = new Conversation({
      commands: this.#commands,
      rooms: this.#rooms,
      identity: this.#identity,
      emit: (event) => this.#events.push(event),
      newRef: () => this.#outbox.newRef(),
      historyLimit: options.historyLimit ?? LIMITS.historyOnJoin,
    });
  }

  /** The name that others see, once the server has confirmed it; before that the requested one. */
  get name(): string | undefined {
    return this.#identity.name;
  }

  /** Role of the account that is logged in; `undefined` for a guest, and while nobody is logged in. */
  get role(): Role | undefined {
    return this.#identity.role;
  }

  /** Whether what is said here is said by an account, also where nobody has logged in: in a class. */
  get hasAccount(): boolean {
    return this.#identity.hasAccount;
  }

  /** What the server of this connection says about accounts; `undefined` if it has none. */
  get auth(): Server<'auth_required'> | undefined {
    return this.#identity.auth;
  }

  /** Whether the server of this connection records the traffic on its wires, and their secrets. */
  get tapped(): boolean {
    return this.#identity.tapped;
  }

  /** The room for requests that name none. */
  get room(): string {
    return this.#rooms.current;
  }

  get rooms(): string[] {
    return this.#rooms.entered().map((room) => room.name);
  }

  /** Messages that are not acknowledged. */
  get unacknowledged(): number {
    return this.#commands.says;
  }

  /** Requests without an answer. */
  get pending(): number {
    return this.#commands.size;
  }

  members(room = this.room): { names: string[]; count: number } {
    const found = this.#rooms.find(roomKey(room));
    return { names: [...(found?.members ?? [])], count: found?.count ?? 0 };
  }

  /** Makes a joined room or a private conversation the current one. False for a room that is not joined. */
  select(room: string): boolean {
    const key = roomKey(room);
    // A private conversation exists as soon as someone selects it.
    if (!isPrivate(key) && !this.#rooms.find(key)?.entered) return false;
    this.#rooms.current = key;
    return true;
  }

  /** A new connection is open. The next byte is its first. */
  connected(): void {
    this.disconnected();
    this.#conversation.connected();
  }

  /** The connection is gone. Unanswered requests are kept for the next one; pending events stay. */
  disconnected(): void {
    this.#decoder = new FrameDecoder();
    this.#events = this.#events.filter(({ type }) => !OF_ONE_CONNECTION.has(type));
    this.#conversation.disconnected();
  }

  /** Takes plain bytes from the server. */
  push(plain: Uint8Array): void {
    this.#decoder.push(plain);
  }

  /**
   * The next event from the bytes taken so far; `undefined` when more bytes are needed. Throws `RemoteProtocolError`
   * when the server breaks the protocol; then the connection must be closed.
   */
  next(): SessionEvent | undefined {
    for (;;) {
      const event = this.#events.shift();
      if (event) return event;
      const payload = this.#decoder.next();
      if (!payload) return undefined;
      this.#conversation.handle(parseServerMessage(payload));
    }
  }

  /** The plain bytes have ended. Throws `RemoteProtocolError` frame_truncated if they ended inside a frame. */
  end(): void {
    this.#decoder.end();
  }

  /** About 64 KiB of frames to send now, or `undefined`. Call it until it returns `undefined`. */
  output(): Uint8Array | undefined {
    return this.#outbox.take(() => this.#conversation.sends);
  }

  /** The frame that says that this client leaves for good. */
  farewell(): Uint8Array {
    return encodeFrame(encodeMessage({ type: 'bye' }));
  }

  /** The server may be asked again after `busy`. */
  retry(): void {
    this.#conversation.retry();
  }

  /** Sets the token of an earlier login for the next connection: no room is joined before it is proven. */
  useToken(token: string): void {
    this.#identity.useToken(token);
  }

  /** The person agrees that the login crosses a plain wire, if the server accepts it there. */
  confirmPlain(): void {
    this.#identity.plainConfirmed = true;
  }

  /** Continues without a login. False where that is not allowed, or when someone is logged in. */
  goOnAsGuest(): boolean {
    return this.#conversation.goOnAsGuest();
  }

  /** Tells the server whether the user is at the keyboard, on this connection and later ones. */
  setAway(away: boolean): void {
    this.#conversation.setAway(away);
  }

  /** Tells a room that the user is typing, if that can be sent at once. */
  typing(room = this.room): void {
    if (this.#conversation.isOpen) this.#commands.add({ type: 'typing', room: roomKey(room) });
  }

  /** Tells the server that this account has read a room up to this message. */
  read(room: string, id: number): void {
    if (this.#conversation.isOpen && this.role !== undefined)
      this.#commands.add({ type: 'read', room: roomKey(room), id });
  }

  /** Cancels a request that was never sent. False when it is too late for that. */
  cancel(key: number): boolean {
    return this.#commands.cancel(key);
  }

  /*
   * Requests. Each returns the key under which its answer comes. They throw `LocalProtocolError` bad_message for what
   * the protocol does not allow and auth_required while nobody is logged in, and `RangeError` when the outbox is full.
   */

  say(text: string, room = this.room, replyTo?: number): number {
    const reply = replyTo === undefined ? {} : { reply_to: replyTo };
    return this.#request({ type: 'say', text, room: roomKey(room), ref: this.#outbox.newRef(), ...reply });
  }

  /** Makes any request that needs no rules of its own. */
  ask<T extends AskType>(asking: Asking<T>): number {
    // The table ties the fields to the type; the spread loses that.
    return this.#request({ ...asking, ref: this.#outbox.newRef() } as unknown as Request);
  }

  join(room: string): number {
    const key = this.#request({ type: 'join', room: roomKey(room), limit: this.#conversation.firstLimit });
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
    if (this.#conversation.atGate && !rowOf(message.type).alone && message.type !== 'ping')
      throw new LocalProtocolError('auth_required', message.type);
    return this.#outbox.put(message);
  }
}
