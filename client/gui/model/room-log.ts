/** What the window knows about one room: what was said, what waits, and what is unread. */
import type { StoredMessage } from '#protocol/messages';
import { type Note, type Told, noted } from './notes.ts';
import type { Facts } from './readers.ts';
import { FREE, type Speaking } from './speaking.ts';

export interface ShownMessage extends StoredMessage {
  readonly room: string;
  readonly own: boolean;
  /** How it crossed this page’s connection. */
  readonly facts: Facts | undefined;
}

/** A message of this person that is not stored yet. */
export interface Pending {
  readonly key: number;
  readonly text: string;
  readonly replyTo: number | undefined;
  readonly ts: number;
  /** Why it was not stored, in words; absent while it is being sent. */
  readonly failed?: string;
}

/** Messages and notes that are kept of one room; older messages are asked for again. */
export const KEPT_MESSAGES = 2_000;
const KEPT_NOTES = 100;

export class RoomLog {
  readonly name: string;
  /** In the order of their ids. */
  messages: readonly ShownMessage[] = [];
  notes: readonly Note[] = [];
  pending: readonly Pending[] = [];
  /** Older messages may be asked for. */
  hasOlder = true;
  unread = 0;
  /** Everything up to this id had been read when the room was last opened. */
  readTo: number | undefined;
  joined = false;
  speaking: Speaking = FREE;
  /** When this member last spoke in slow mode, in milliseconds since 1970. */
  spoke = 0;
  /** How the other member of a private conversation writes the name. */
  peer: string | undefined;
  private keys = 0;

  constructor(name: string) {
    this.name = name;
  }

  get isPrivate(): boolean {
    return this.name.startsWith('@');
  }

  get title(): string {
    return this.isPrivate ? (this.peer ?? this.name.slice(1)) : `#${this.name}`;
  }

  get last(): number {
    return this.messages.at(-1)?.id ?? 0;
  }

  find(id: number): ShownMessage | undefined {
    return this.messages.find((message) => message.id === id);
  }

  /** Puts messages in, each once, in the order of their ids. */
  put(added: readonly ShownMessage[]): void {
    const last = this.last;
    if (added.every(({ id }, at) => id > (added[at - 1]?.id ?? last))) {
      this.messages = [...this.messages, ...added];
    } else {
      const byId = new Map([...this.messages, ...added].map((message) => [message.id, message]));
      this.messages = [...byId.values()].sort((a, b) => a.id - b.id);
    }
    const tooMany = this.messages.length - KEPT_MESSAGES;
    if (tooMany <= 0) return;
    this.messages = this.messages.slice(tooMany);
    this.hasOlder = true;
  }

  /** A page of older messages: what is newest is kept, even if there are too many. */
  putOlder(older: readonly ShownMessage[], hasOlder: boolean): void {
    const known = new Set(this.messages.map(({ id }) => id));
    this.messages = [...older.filter(({ id }) => !known.has(id)), ...this.messages];
    this.hasOlder = hasOlder;
  }

  change(id: number, change: Partial<ShownMessage>): void {
    this.messages = this.messages.map((message) => (message.id === id ? { ...message, ...change } : message));
  }

  note(told: Told, ts: number): void {
    const place = { key: ++this.keys, ts, after: this.last };
    this.notes = noted(this.notes, told, place).slice(-KEPT_NOTES);
  }

  await(text: string, replyTo: number | undefined, ts: number): number {
    const key = ++this.keys;
    this.pending = [...this.pending, { key, text, replyTo, ts }];
    return key;
  }

  failed(key: number, reason: string): void {
    this.pending = this.pending.map((each) => (each.key === key ? { ...each, failed: reason } : each));
  }

  settled(key: number): Pending | undefined {
    const found = this.pending.find((each) => each.key === key);
    this.pending = this.pending.filter((each) => each !== found);
    return found;
  }
}
