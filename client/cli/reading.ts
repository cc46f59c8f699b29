/** Counts what is unread in each room for the person at this terminal, and tells the server what was read. */
import type { ChatClient, ChatEvent } from '#client/chat-client';

/** Milliseconds between two read markers of a room: otherwise a lively room would cause one for each message. */
const MARK_EVERY_MS = 2_000;

export class Reading {
  readonly #client: Pick<ChatClient, 'room' | 'read' | 'name'>;
  readonly #unread = new Map<string, number>();
  readonly #last = new Map<string, number>();
  #marking: NodeJS.Timeout | undefined;

  constructor(client: Pick<ChatClient, 'room' | 'read' | 'name'>) {
    this.#client = client;
  }

  /** Rooms in which something was said. */
  get rooms(): Iterable<string> {
    return this.#last.keys();
  }

  /** How much is unread in the rooms other than the current one. */
  get unread(): readonly (readonly [room: string, count: number])[] {
    return [...this.#unread].filter(([room, count]) => count > 0 && room !== this.#client.room);
  }

  take(event: ChatEvent): void {
    if (event.type === 'message') this.#heard(event);
    else if (event.type === 'unread')
      for (const { room, unread } of event.rooms) this.#unread.set(room, unread);
    else if (event.type === 'left') this.#forget(event.room);
    this.visit();
  }

  /** The current room is visible: everything in it counts as read. */
  visit(): void {
    const { room } = this.#client;
    if ((this.#unread.get(room) ?? 0) === 0) return;
    this.#unread.set(room, 0);
    this.#marking ??= setTimeout(() => this.#mark(), MARK_EVERY_MS).unref();
  }

  /** Sends the pending read markers. */
  close(): void {
    if (!this.#marking) return;
    clearTimeout(this.#marking);
    this.#mark();
  }

  #heard({ room, id, own, replay }: Extract<ChatEvent, { type: 'message' }>): void {
    this.#last.set(room, Math.max(id, this.#last.get(room) ?? 0));
    if (!own && (!replay || room === this.#client.room))
      this.#unread.set(room, (this.#unread.get(room) ?? 0) + 1);
  }

  /** A member who has left a room cannot read it any more. */
  #forget(room: string): void {
    this.#unread.delete(room);
    this.#last.delete(room);
  }

  #mark(): void {
    this.#marking = undefined;
    for (const [room, id] of this.#last) {
      if ((this.#unread.get(room) ?? 0) === 0) this.#client.read(room, id);
    }
  }
}
