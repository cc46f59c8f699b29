/** Typing notices: tells others that the user is typing, not too often, and remembers for a short while who else is. */
import type { ChatClient, ChatEvent } from '#client/chat-client';

/** Milliseconds between two notices while the user goes on typing. */
const TELL_EVERY_MS = 3_000;
/** Milliseconds for which a notice from others counts: longer than the time until their next one. */
const HOLDS_MS = 5_000;

export class Typing {
  readonly #client: Pick<ChatClient, 'room' | 'typing' | 'name'>;
  readonly #changed: () => void;
  /** By `room name`: until when this member counts as typing. */
  readonly #others = new Map<
    string,
    { readonly room: string; readonly name: string; readonly until: number }
  >();
  #toldAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: Pick<ChatClient, 'room' | 'typing' | 'name'>, changed: () => void) {
    this.#client = client;
    this.#changed = changed;
  }

  /** Takes the current line. Others are not told about commands. */
  typed(line: string, now = performance.now()): void {
    if (line === '' || line.startsWith('/') || now - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = now;
    this.#client.typing(this.#client.room);
  }

  /** The line was sent: others are told about the next one at once. */
  sent(): void {
    this.#toldAt = -Infinity;
  }

  take(event: ChatEvent, now = performance.now()): void {
    if (event.type === 'message') this.#others.delete(`${event.room} ${event.from}`);
    if (event.type !== 'typing' || event.name === this.#client.name) return;
    const { room, name } = event;
    this.#others.set(`${room} ${name}`, { room, name, until: now + HOLDS_MS });
    this.#expireLater();
  }

  /** Names of those who are typing in the current room. */
  names(now = performance.now()): string[] {
    return [...this.#others.values()]
      .filter(({ room, until }) => room === this.#client.room && until > now)
      .map(({ name }) => name);
  }

  #expire(): void {
    const now = performance.now();
    for (const [key, { until }] of this.#others) if (until <= now) this.#others.delete(key);
    if (this.#others.size > 0) this.#expireLater();
    this.#changed();
  }

  #expireLater(): void {
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setTimeout(() => this.#expire(), HOLDS_MS).unref();
  }
}
