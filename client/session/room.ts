/**
 * What a session knows about one room: who is in it, and up to which message the user has seen everything. Live
 * messages are held back until the pages before them have arrived, so each message comes out once and in order.
 */
import { RemoteProtocolError } from '#protocol/errors';
import { LIMITS } from '#protocol/limits';
import type { Server, StoredMessage } from '#protocol/messages';
import type { SessionCaps } from './caps.ts';

export type Live = Server<'message'>;

/** The result of a page: messages to show, and where the next page begins, if there is one. */
export interface Taken {
  readonly fresh: readonly StoredMessage[];
  readonly live: readonly StoredMessage[];
  readonly nextAfter: number | undefined;
}

export class Room {
  readonly name: string;
  /** Names, cut at a cap. */
  readonly members = new Set<string>();
  /** How many there are. */
  count = 0;
  readonly #caps: SessionCaps;
  /** Everything up to this id was shown; `undefined` until the room was entered. */
  #seen: number | undefined;
  /** The message of the user with which a private conversation began here. */
  #began: number | undefined;
  /** The user was told all changes up to this number; `undefined` with a server that does not count them. */
  #changed: number | undefined;
  /** The user's own messages above `#seen`: they were shown when they were acknowledged. */
  readonly #ownIds = new Set<number>();
  /** `undefined` while live messages pass straight through. */
  #held: StoredMessage[] | undefined = [];
  /** Held messages were dropped since the last page was requested; history still has them. */
  #overflowed = false;

  constructor(name: string, caps: SessionCaps) {
    this.name = name;
    this.#caps = caps;
    // A private conversation is never entered: its messages arrive without a join.
    if (this.isPrivate) this.#held = undefined;
  }

  /** The conversation with one other member. */
  get isPrivate(): boolean {
    return isPrivate(this.name);
  }

  /** The id up to which no message is missing. */
  get seen(): number | undefined {
    return this.#seen;
  }

  /** The number up to which no change is missing. */
  get changed(): number | undefined {
    return this.#changed;
  }

  get entered(): boolean {
    return this.#seen !== undefined;
  }

  /** Holds live messages back from here on: the room is about to be entered (again). */
  hold(): void {
    this.#held = [];
    this.#overflowed = false;
  }

  setMembers(names: readonly string[], count: number): void {
    this.members.clear();
    for (const name of names) this.addMember(name);
    this.count = count;
  }

  addMember(name: string): void {
    if (this.members.size < this.#caps.members) this.members.add(name);
    this.count += 1;
  }

  renameMember(name: string, now: string): void {
    if (this.members.delete(name)) this.members.add(now);
  }

  removeMember(name: string): void {
    this.members.delete(name);
    this.count = Math.max(this.members.size, this.count - 1);
  }

  /** Takes a live message; returns it if it may be shown at once. */
  takeLive(message: StoredMessage): StoredMessage | undefined {
    if (!this.#held) return this.#show(message) ? message : undefined;
    if (this.#held.length < this.#caps.held) this.#held.push(message);
    else this.#overflowed = true;
    return undefined;
  }

  /** Takes the newest messages, of a room entered for the first time. */
  takeFirstPage(messages: readonly StoredMessage[]): Taken {
    checkAscending(messages, -1);
    this.#seen = messages.at(-1)?.id ?? 0;
    return { fresh: messages, live: this.#release(), nextAfter: undefined };
  }

  /** Takes a page of messages after `after`. Throws `RemoteProtocolError` bad_message when it is not such a page. */
  takePage(messages: readonly StoredMessage[], after: number, more: boolean): Taken {
    checkAscending(messages, after);
    const last = messages.at(-1)?.id ?? after;
    if (more && messages.length === 0) {
      throw new RemoteProtocolError('bad_message', { expected: 'messages where more is true', got: 'none' });
    }
    const fresh = messages.filter((message) => this.#show(message));
    const unfinished = more || this.#overflowed;
    this.#overflowed = false;
    if (unfinished) return { fresh, live: [], nextAfter: Math.max(last, after) };
    return { fresh, live: this.#release(), nextAfter: undefined };
  }

  /** A message was changed: true if it is held back, so that it comes out changed. */
  amend(id: number, change: Partial<StoredMessage>): boolean {
    const at = this.#held?.findIndex((message) => message.id === id) ?? -1;
    if (!this.#held || at < 0) return false;
    this.#held[at] = { ...(this.#held[at] as StoredMessage), ...change };
    return true;
  }

  /** The room was entered in its state after this change. */
  changedUpTo(change: number | undefined): void {
    this.#changed = change;
  }

  /** An earlier message was changed or deleted: true if the user must be told, false if that has been done. */
  takeChange(change: number | undefined): boolean {
    if (change === undefined) return true;
    if (this.#changed !== undefined && change <= this.#changed) return false;
    this.#changed = change;
    return true;
  }

  /** No pages are available: releases the messages held back. */
  giveUpPages(): StoredMessage[] {
    return this.#release();
  }

  /**
   * A private conversation, of which nothing was shown yet, begins with a message of the user: everything after it is shown. So is
   * what the other has said at the same moment, which has a lower id and may arrive after the acknowledgement.
   */
  begin(id: number): void {
    this.#began = id;
    this.#seen = id;
  }

  /**
   * A message of the user is stored under `id`. This does not move `#seen`: someone else's message with a lower id may
   * still arrive after the acknowledgement.
   */
  acknowledged(id: number): void {
    if (this.#seen === undefined || id <= this.#seen) return;
    this.#ownIds.add(id);
    if (this.#ownIds.size <= LIMITS.pendingRefs) return;
    // After so many acknowledgements, nothing older can still arrive.
    const [oldest] = this.#ownIds;
    this.#advance(oldest as number);
  }

  #release(): StoredMessage[] {
    const held = this.#held ?? [];
    this.#held = undefined;
    return held.filter((message) => this.#show(message));
  }

  /** Whether the message is new to the user; marks it as seen. */
  #show({ id }: StoredMessage): boolean {
    if (this.#began !== undefined && id < this.#began) return true;
    if (this.#seen !== undefined && id <= this.#seen) return false;
    const own = this.#ownIds.has(id);
    this.#advance(id);
    return !own;
  }

  #advance(id: number): void {
    this.#seen = Math.max(this.#seen ?? 0, id);
    for (const own of this.#ownIds) {
      if (own > this.#seen) break;
      this.#ownIds.delete(own);
    }
  }
}

export function isPrivate(room: string): boolean {
  return room.startsWith('@');
}

function checkAscending(messages: readonly StoredMessage[], after: number): void {
  let last = after;
  for (const { id } of messages) {
    if (id <= last) {
      throw new RemoteProtocolError('bad_message', { expected: `an id above ${last}`, got: String(id) });
    }
    last = id;
  }
}
