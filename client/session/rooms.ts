/** The rooms of a session by name, and which of them is the current one. */
import { RemoteProtocolError } from '#protocol/errors';
import { DEFAULT_ROOM } from '#protocol/messages';
import { cleanRoom } from '#protocol/names';
import type { SessionCaps } from './caps.ts';
import { Room, isPrivate } from './room.ts';

/** The spelling of a room's name that the server uses. An invalid name stays as it is, for the server to refuse. */
export function roomKey(name: string): string {
  if (isPrivate(name)) return name.normalize('NFKC').toLowerCase();
  return cleanRoom(name) ?? name;
}

export class Rooms {
  readonly #caps: SessionCaps;
  readonly #byName = new Map<string, Room>();
  /** Rooms left on this connection: messages to them may still be on their way, which is not an error of the server. */
  readonly #former = new Set<string>();
  current: string;

  constructor(first: string, caps: SessionCaps) {
    this.current = first;
    this.#caps = caps;
  }

  find(name: string): Room | undefined {
    return this.#byName.get(name);
  }

  /** The room of this name; made if there is none. */
  ensure(name: string): Room {
    let room = this.#byName.get(name);
    if (!room) {
      room = new Room(name, this.#caps);
      this.#byName.set(name, room);
      if (room.isPrivate) this.#forgetOldestPrivate();
    }
    return room;
  }

  /** Rooms the user is in, in the order of joining. */
  entered(): Room[] {
    return [...this.#byName.values()].filter((room) => room.entered && !room.isPrivate);
  }

  /** Private conversations for which it is known how far the user has seen them. */
  conversations(): Room[] {
    return [...this.#byName.values()].filter((room) => room.entered && room.isPrivate);
  }

  /** The room to enter first. */
  first(): Room {
    return this.entered()[0] ?? this.ensure(isPrivate(this.current) ? DEFAULT_ROOM : this.current);
  }

  /** Someone else is logged in now, who must not learn what the previous person has seen. */
  forgetConversations(): void {
    for (const { name, isPrivate: drop } of [...this.#byName.values()]) if (drop) this.drop(name);
  }

  /** The room that a message of the server is about. Throws `RemoteProtocolError` for one that was never joined. */
  addressed(name: string): Room | undefined {
    const room = this.#byName.get(name);
    if (room || this.#former.has(name)) return room;
    if (isPrivate(name)) return this.ensure(name);
    throw new RemoteProtocolError('bad_message', {
      expected: 'a room that was joined',
      got: name.slice(0, 40),
    });
  }

  drop(name: string): void {
    this.#byName.delete(name);
    if (!isPrivate(name)) this.#former.add(name);
    if (this.current === name) this.current = this.entered().at(-1)?.name ?? DEFAULT_ROOM;
  }

  /** The peer of a private conversation has a new name. The conversation starts over under that name. */
  renamed(before: string, now: string): void {
    const [from, to] = [roomKey(before), roomKey(now)];
    const wasCurrent = this.current === from;
    if (this.#byName.has(from)) this.drop(from);
    if (wasCurrent) this.current = to;
  }

  disconnected(): void {
    this.#former.clear();
  }

  #forgetOldestPrivate(): void {
    const known = [...this.#byName.values()].filter((room) => room.isPrivate);
    const [oldest] = known;
    if (oldest && known.length > this.#caps.conversations) this.drop(oldest.name);
  }
}
