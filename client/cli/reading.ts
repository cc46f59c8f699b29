/** What is unread in which room, for the person at this terminal, and telling the server what was read. */
import type { ChatClient, ChatEvent } from '#client/chat-client';

/** Milliseconds between two read markers of a room: a lively one would send as many as messages. */
const MARK_EVERY_MS = 2_000;

export class Reading {
  readonly #client: Pick<ChatClient, 'room' | 'read' | 'name'>;
  readonly #unread = new Map<string, number>();
  readonly #last = new Map<string, number>();
  #marking: NodeJS.Timeout | undefined;

  constructor(client: Pick<ChatClient, 'room' | 'read' | 'name'>) {
    this.#client = client;
  }

  /** Rooms that something was heard of. */
  get rooms(): Iterable<string> {
    return this.#last.keys();
  }

  /** How much is unread in the rooms that are not the current one. */
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

  /** The current room is in sight: everything in it counts as read. */
  visit(): void {
    const { room } = this.#client;
    if ((this.#unread.get(room) ?? 0) === 0) return;
    this.#unread.set(room, 0);
    this.#marking ??= setTimeout(() => this.#mark(), MARK_EVERY_MS).unref();
  }

  /** Says what is not said yet. */
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

  /** Whoever is not in a room has read nothing of it. */
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
