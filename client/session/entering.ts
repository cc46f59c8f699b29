/** Entering the rooms of a connection: the first join says who the user is, the others follow, then requests flow. */
import { withoutUndefined } from '#protocol/without-undefined';
import { LIMITS } from '#protocol/limits';
import type { Client, Server, StoredMessage } from '#protocol/messages';
import type { Command, CommandQueue } from './commands.ts';
import type { Refusal, SessionEvent } from './events.ts';
import type { IncomingMessages } from './incoming-messages.ts';
import type { Identity } from './identity.ts';
import type { Room, Taken } from './room.ts';
import type { Rooms } from './rooms.ts';

/** If a room refuses for one of these reasons, it is given up; for any other reason, the client reconnects. */
const ROOM_IS_LOST: ReadonlySet<string> = new Set([
  'too_many_rooms',
  'no_such_room',
  'bad_name',
  'not_invited',
  'room_removed',
  'kicked',
]);

export interface EnteringParts {
  readonly commands: CommandQueue;
  readonly rooms: Rooms;
  readonly identity: Identity;
  readonly incoming: IncomingMessages;
  readonly emit: (event: SessionEvent) => void;
  /** All rooms are entered. */
  readonly done: () => void;
  /** Messages of history when a room is entered for the first time, 0 to 100. */
  readonly historyLimit: number;
}

export class Entering {
  readonly #parts: EnteringParts;
  /** first: waiting for the answer to the first join; rest: for those of the other rooms. */
  #step: 'idle' | 'first' | 'rest' = 'idle';

  constructor(parts: EnteringParts) {
    this.#parts = parts;
  }

  /** At least one message, even when none is to be shown: a later resume starts from its id. */
  get firstLimit(): number {
    return Math.max(1, Math.min(this.#parts.historyLimit, LIMITS.historyPage));
  }

  start(): void {
    const { rooms, identity } = this.#parts;
    this.#step = 'first';
    for (const room of rooms.conversations()) room.hold();
    this.#enter(rooms.first(), identity.introduction);
  }

  /** Stops entering the rooms. */
  stop(): void {
    this.#step = 'idle';
  }

  joined(message: Server<'joined'>, command: Command): void {
    const { rooms, emit, incoming } = this.#parts;
    const room = rooms.ensure(message.room);
    const { after, changed_after } = command.message as Client<'join'>;
    const { name, members, count, messages, more, more_changed } = message;
    room.setMembers(members, count);
    // The changes since `changed_after` follow, one by one. A restored server may have a lower count.
    if (changed_after === undefined || (message.changed ?? 0) < changed_after)
      room.changedUpTo(message.changed);
    const resumed = after !== undefined;
    emit({
      type: 'joined',
      room: room.name,
      name,
      members,
      count,
      resumed,
      ...withoutUndefined({ more_changed }),
    });
    if (after !== undefined) incoming.show(room, room.takePage(messages, after, more));
    // Joining a room that the user is already in brings nothing new.
    else if (!room.entered) incoming.show(room, this.#firstPage(room, messages));
    if (!command.internal) rooms.current = room.name;
  }

  /** Continues with the rooms that are still to be entered, if any. */
  advance(): void {
    const { rooms, commands, incoming, done } = this.#parts;
    if (this.#step === 'first') {
      this.#step = 'rest';
      for (const room of rooms.conversations()) incoming.catchUp(room);
      for (const room of rooms.entered().slice(1)) this.#enter(room);
    }
    if (this.#step !== 'rest' || commands.joining) return;
    this.#step = 'idle';
    done();
  }

  /** A join by the session itself was refused. False when the connection is useless without it. */
  refused(name: string, refusal: Refusal): boolean {
    const { rooms, emit } = this.#parts;
    const wasIn = rooms.find(name)?.entered ?? false;
    if (!ROOM_IS_LOST.has(refusal.code) || !(wasIn || this.#step === 'rest')) return false;
    rooms.drop(name);
    emit({ type: 'left', room: name, reason: refusal });
    if (this.#step === 'first') this.start();
    else this.advance();
    return true;
  }

  #enter(room: Room, introduction: Pick<Client<'join'>, 'name' | 'token'> = {}): void {
    const page = room.entered
      ? { after: room.seen, changed_after: room.changed, limit: LIMITS.historyPage }
      : { limit: this.firstLimit };
    room.hold();
    const join = withoutUndefined({ type: 'join' as const, room: room.name, ...introduction, ...page });
    this.#parts.commands.add(join, { internal: true });
  }

  #firstPage(room: Room, messages: readonly StoredMessage[]): Taken {
    const taken = room.takeFirstPage(messages);
    return this.#parts.historyLimit === 0 ? { ...taken, fresh: [] } : taken;
  }
}
