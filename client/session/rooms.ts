/** The rooms of a session, by name, and which of them is the current one. */
import { RemoteProtocolError } from '#wire/errors';
import { DEFAULT_ROOM } from '#wire/messages';
import { cleanRoom } from '#wire/names';
import type { SessionCaps } from './caps.ts';
import { Room, isPrivate } from './room.ts';

/** The one spelling of a room's name, as the server uses it. What breaks the rule goes there as it is, to be refused. */
export function roomKey(name: string): string {
  if (isPrivate(name)) return name.normalize('NFKC').toLowerCase();
  return cleanRoom(name) ?? name;
}

export class Rooms {
  readonly #caps: SessionCaps;
  readonly #byName = new Map<string, Room>();
  /** Rooms left on this connection: what was on its way to them is no fault of the server. */
  readonly #former = new Set<string>();
  current: string;

  constructor(first: string, caps: SessionCaps) {
    this.current = first;
    this.#caps = caps;
  }

  find(name: string): Room | undefined {
    return this.#byName.get(name);
  }

  /** The room of this name, made when there is none. */
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

  /** Private conversations of which it is known up to where they were seen. */
  conversations(): Room[] {
    return [...this.#byName.values()].filter((room) => room.entered && room.isPrivate);
  }

  /** The room to enter where none was entered yet. */
  first(): Room {
    return this.entered()[0] ?? this.ensure(isPrivate(this.current) ? DEFAULT_ROOM : this.current);
  }

  /** Someone else is here now: what the one before has seen is no business of theirs. */
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

  /** Whoever this private conversation is with has another name. It begins anew under that one. */
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
