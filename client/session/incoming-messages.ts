/** Incoming messages: live ones, pages, acknowledgements, changes. Each message comes out once, and in order. */
import { withoutUndefined } from '#protocol/without-undefined';
import { LIMITS } from '#protocol/limits';
import type { Server, StoredMessage } from '#protocol/messages';
import type { Command, CommandQueue } from './commands.ts';
import type { SessionEvent } from './events.ts';
import type { Identity } from './identity.ts';
import type { Room, Taken } from './room.ts';
import type { Rooms } from './rooms.ts';

export interface IncomingParts {
  readonly commands: CommandQueue;
  readonly rooms: Rooms;
  readonly identity: Identity;
  readonly emit: (event: SessionEvent) => void;
}

export class IncomingMessages {
  readonly #commands: CommandQueue;
  readonly #rooms: Rooms;
  readonly #identity: Identity;
  readonly #emit: (event: SessionEvent) => void;
  /**
   * Messages under our own name that came while some of ours, sent on an earlier connection, are not acknowledged.
   * Either they are these, or another connection of the same account said them. The ids tell once all of ours are
   * acknowledged.
   */
  readonly #doubtful = new Map<number, { readonly room: string; message: StoredMessage; replay: boolean }>();

  constructor({ commands, rooms, identity, emit }: IncomingParts) {
    this.#commands = commands;
    this.#rooms = rooms;
    this.#identity = identity;
    this.#emit = emit;
  }

  live(message: Server<'message'>): void {
    const { id, from, account, text, ts, via, room, reply_to } = message;
    const stored = withoutUndefined({ id, from, account, text, ts, via, reply_to }) as StoredMessage;
    const shown = this.#rooms.addressed(room)?.takeLive(stored);
    if (shown) this.#said(room, shown, false);
  }

  /** The message that is acknowledged, or `undefined`: one that was sent again may be acknowledged twice. */
  acknowledged({ ref, id, room: name }: Server<'ack'>): Command | undefined {
    const command = this.#commands.said(ref);
    if (!command) return undefined;
    this.#doubtful.delete(id);
    const room = this.#rooms.addressed(name);
    if (room?.isPrivate && !room.entered) this.#begin(room, id);
    else room?.acknowledged(id);
    return command;
  }

  /** Shows the messages of a page, and asks for the next page if there is more. */
  show(room: Room, { fresh, live, nextAfter }: Taken): void {
    for (const message of fresh) this.#said(room.name, message, true);
    for (const message of live) this.#said(room.name, message, false);
    if (nextAfter !== undefined) this.#askForPage(room, nextAfter);
  }

  /** Fetches what was said in a private conversation while there was no connection. */
  catchUp(room: Room): void {
    room.hold();
    this.#askForPage(room, room.seen ?? 0);
  }

  /** The pages of a conversation are no longer available, because its peer is gone, for example. */
  withoutPages(name: string): void {
    const room = this.#rooms.find(name);
    for (const message of room?.giveUpPages() ?? []) this.#said(name, message, false);
  }

  changed({ ref: _, change: number, ...message }: Server<'edited'> | Server<'deleted'>): void {
    const room = this.#rooms.find(message.room);
    if (room && !room.takeChange(number)) return;
    const change =
      message.type === 'edited'
        ? { text: message.text, edited: message.edited }
        : { text: '', deleted: true as const };
    const doubtful = this.#doubtful.get(message.id);
    if (doubtful) doubtful.message = { ...doubtful.message, ...change };
    if (!doubtful && !room?.amend(message.id, change)) this.#emit(message);
  }

  /** One of our messages was acknowledged or refused, which may settle some doubts. */
  clearDoubts(): void {
    if (this.#doubtful.size === 0) return;
    for (const [id, { room, message, replay }] of this.#doubtful) {
      if (this.#awaitsAck(room)) continue;
      this.#doubtful.delete(id);
      this.#out(room, message, replay);
    }
  }

  /** Begins a conversation. A reply of the peer may have come before the acknowledgement that begins it here. */
  #begin(room: Room, id: number): void {
    room.begin(id);
    this.catchUp(room);
  }

  #askForPage({ name: room }: Room, after: number): void {
    this.#commands.add({ type: 'history', room, after, limit: LIMITS.historyPage }, { internal: true });
  }

  #said(room: string, message: StoredMessage, replay: boolean): void {
    const own = this.#identity.isAuthor(message);
    if (own && this.#awaitsAck(room)) this.#doubtful.set(message.id, { room, message, replay });
    else this.#out(room, message, replay);
  }

  #out(room: string, message: StoredMessage, replay: boolean): void {
    this.#emit({ type: 'message', ...message, room, replay, own: this.#identity.isAuthor(message) });
  }

  #awaitsAck(room: string): boolean {
    for (const { message, carried } of this.#commands.unanswered()) {
      if (carried && message.type === 'say' && message.room === room) return true;
    }
    return false;
  }
}
