/**
 * Recently read pages of history, until something changes them. When a class joins a room at once, the room's recent
 * history is read once and not for every member.
 */
import type { HistoryQuery, Loaded, NewMessage } from '#chat/effects';
import { LIMITS } from '#protocol/limits';

export class KeptPages {
  /** By room, then by the other values of the query. */
  readonly #rooms = new Map<string, Map<string, Loaded>>();
  /** Changes whenever pages are forgotten: what was read before that is not kept. */
  #version = 0;

  find(query: HistoryQuery): Loaded | undefined {
    return this.#rooms.get(query.room)?.get(keyOf(query));
  }

  /** Reads a page, and keeps it unless something has changed in the meantime. */
  async read(query: HistoryQuery, read: () => Promise<Loaded>): Promise<Loaded> {
    const version = this.#version;
    const page = await read();
    if (version === this.#version) this.#keep(query, page);
    return page;
  }

  /** These messages have just been stored. */
  said(batch: readonly NewMessage[]): void {
    this.#version++;
    for (const { room } of batch) this.#rooms.delete(room);
  }

  /** Messages have been changed: the number of the last change is part of every page. */
  changed(): void {
    this.#version++;
    this.#rooms.clear();
  }

  #keep(query: HistoryQuery, page: Loaded): void {
    const pages = this.#rooms.get(query.room) ?? new Map<string, Loaded>();
    // A room that is asked for moves behind all others; the first ones make room.
    this.#rooms.delete(query.room);
    this.#rooms.set(query.room, pages.set(keyOf(query), page));
    dropOldest(pages, LIMITS.keptPagesOfRoom);
    dropOldest(this.#rooms, LIMITS.keptPageRooms);
  }
}

function keyOf({ after, before, limit, changes }: HistoryQuery): string {
  return [after, before, limit, changes ? (changes.since ?? 'last') : 'none'].join();
}

function dropOldest(map: Map<string, unknown>, cap: number): void {
  const [oldest] = map.keys();
  if (map.size > cap && oldest !== undefined) map.delete(oldest);
}
