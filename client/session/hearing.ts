/** What is said: live messages, pages, acknowledgements, changes. Each message comes out once, and in order. */
import { given } from '#wire/given';
import { LIMITS } from '#wire/limits';
import type { Server, StoredMessage } from '#wire/messages';
import type { Command, CommandQueue } from './commands.ts';
import type { SessionEvent } from './events.ts';
import type { Identity } from './identity.ts';
import type { Room, Taken } from './room.ts';
import type { Rooms } from './rooms.ts';

export interface HearingParts {
  readonly commands: CommandQueue;
  readonly rooms: Rooms;
  readonly identity: Identity;
  readonly emit: (event: SessionEvent) => void;
}

export class Hearing {
  readonly #commands: CommandQueue;
  readonly #rooms: Rooms;
  readonly #identity: Identity;
  readonly #emit: (event: SessionEvent) => void;
  /**
   * Messages under our own name that came while some of ours, sent on an earlier connection, have no
   * acknowledgement. They are those, or another connection of the same account said them: that shows once all of
   * ours are acknowledged, each with its id.
   */
  readonly #doubtful = new Map<number, { readonly room: string; message: StoredMessage; replay: boolean }>();

  constructor({ commands, rooms, identity, emit }: HearingParts) {
    this.#commands = commands;
    this.#rooms = rooms;
    this.#identity = identity;
    this.#emit = emit;
  }

  live(message: Server<'message'>): void {
    const { id, from, account, text, ts, via, room, reply_to } = message;
    const stored = given({ id, from, account, text, ts, via, reply_to }) as StoredMessage;
    const shown = this.#rooms.addressed(room)?.takeLive(stored);
    if (shown) this.#said(room, shown, false);
  }

  /** The say that is acknowledged, or `undefined`: one sent again may be acknowledged twice. */
  acknowledged({ ref, id, room: name }: Server<'ack'>): Command | undefined {
    const command = this.#commands.said(ref);
    if (!command) return undefined;
    this.#doubtful.delete(id);
    const room = this.#rooms.addressed(name);
    if (room?.isPrivate && !room.entered) this.#begin(room, id);
    else room?.acknowledged(id);
    return command;
  }

  /** Shows what a page brought, and asks for the next one where there is more. */
  show(room: Room, { fresh, live, nextAfter }: Taken): void {
    for (const message of fresh) this.#said(room.name, message, true);
    for (const message of live) this.#said(room.name, message, false);
    if (nextAfter !== undefined) this.#askForPage(room, nextAfter);
  }

  /** What was said in private while there was no connection. */
  catchUp(room: Room): void {
    room.hold();
    this.#askForPage(room, room.seen ?? 0);
  }

  /** The pages of a conversation cannot be had any more: its peer is gone, say. */
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

  /** One of our messages is settled, for good or bad: some doubts may be over. */
  clearDoubts(): void {
    if (this.#doubtful.size === 0) return;
    for (const [id, { room, message, replay }] of this.#doubtful) {
      if (this.#awaitsAck(room)) continue;
      this.#doubtful.delete(id);
      this.#out(room, message, replay);
    }
  }

  /** A reply of the peer may have come before the acknowledgement that has begun the conversation for us. */
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
