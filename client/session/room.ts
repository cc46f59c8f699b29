/**
 * What a session knows of one room: who is in it, and up to which message the user has seen everything. Live
 * messages are held back until the pages before them are in, so each message comes out once and in order.
 */
import { RemoteProtocolError } from '#wire/errors';
import { LIMITS } from '#wire/limits';
import type { Server, StoredMessage } from '#wire/messages';
import type { SessionCaps } from './caps.ts';

export type Live = Server<'message'>;

/** What a page brought: messages to show, and from where the next page has to be fetched, if one has. */
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
  /** Up to this one the user was told what was done to earlier messages; `undefined` from a server that does not count. */
  #changed: number | undefined;
  /** Own messages above `#seen`: their acknowledgement has shown them already. */
  readonly #ownIds = new Set<number>();
  /** `undefined` while live messages pass straight through. */
  #held: StoredMessage[] | undefined = [];
  /** Held messages were dropped since the last page was asked for; history still has them. */
  #overflowed = false;

  constructor(name: string, caps: SessionCaps) {
    this.name = name;
    this.#caps = caps;
    // A private conversation is never entered: what is said there comes by itself.
    if (this.isPrivate) this.#held = undefined;
  }

  /** The conversation with one other member. */
  get isPrivate(): boolean {
    return isPrivate(this.name);
  }

  /** The last id up to which nothing is missing. */
  get seen(): number | undefined {
    return this.#seen;
  }

  /** Number of the last change that nothing is missing before. */
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

  /** A message said just now; gives it back when it may be shown at once. */
  takeLive(message: StoredMessage): StoredMessage | undefined {
    if (!this.#held) return this.#show(message) ? message : undefined;
    if (this.#held.length < this.#caps.held) this.#held.push(message);
    else this.#overflowed = true;
    return undefined;
  }

  /** History of a room entered for the first time: the newest messages. */
  takeFirstPage(messages: readonly StoredMessage[]): Taken {
    checkAscending(messages, -1);
    this.#seen = messages.at(-1)?.id ?? 0;
    return { fresh: messages, live: this.#release(), nextAfter: undefined };
  }

  /** A page of what was said after `after`. Throws `RemoteProtocolError` bad_message when it is no such page. */
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

  /** A message was changed: true when it is among those held back, and comes out changed. */
  amend(id: number, change: Partial<StoredMessage>): boolean {
    const at = this.#held?.findIndex((message) => message.id === id) ?? -1;
    if (!this.#held || at < 0) return false;
    this.#held[at] = { ...(this.#held[at] as StoredMessage), ...change };
    return true;
  }

  /** The room was entered with everything as it was after this change. */
  changedUpTo(change: number | undefined): void {
    this.#changed = change;
  }

  /** Something was done to an earlier message: true when the user is to be told, false when that was already. */
  takeChange(change: number | undefined): boolean {
    if (change === undefined) return true;
    if (this.#changed !== undefined && change <= this.#changed) return false;
    this.#changed = change;
    return true;
  }

  /** There are no pages to be had: what was held back comes out. */
  giveUpPages(): StoredMessage[] {
    return this.#release();
  }

  /** A private conversation begins with an own message: everything after it is to be shown. */
  begin(id: number): void {
    this.#seen ??= id;
  }

  /**
   * An own message is stored under `id`. It does not move `#seen`: someone else's message with a lower id may
   * still be on its way behind the acknowledgement.
   */
  acknowledged(id: number): void {
    if (this.#seen === undefined || id <= this.#seen) return;
    this.#ownIds.add(id);
    if (this.#ownIds.size <= LIMITS.pendingRefs) return;
    // So many acknowledgements later, nothing older can be on its way any more.
    const [oldest] = this.#ownIds;
    this.#advance(oldest as number);
  }

  #release(): StoredMessage[] {
    const held = this.#held ?? [];
    this.#held = undefined;
    return held.filter((message) => this.#show(message));
  }

  /** Whether it is new to the user; from then on it is not. */
  #show({ id }: StoredMessage): boolean {
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
