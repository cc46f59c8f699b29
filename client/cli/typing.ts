/** Who is typing: telling the others, not too often, and knowing it of them for a short while. */
import type { ChatClient, ChatEvent } from '#client/chat-client';

/** Milliseconds between two notices while someone goes on typing. */
const TELL_EVERY_MS = 3_000;
/** Milliseconds a notice of others holds: a little longer than the next one takes. */
const HOLDS_MS = 5_000;

export class Typing {
  readonly #client: Pick<ChatClient, 'room' | 'typing' | 'name'>;
  readonly #changed: () => void;
  /** `room name` → when it is over. */
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

  /** The line as it is now; a command is nothing that others wait for. */
  typed(line: string, now = performance.now()): void {
    if (line === '' || line.startsWith('/') || now - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = now;
    this.#client.typing(this.#client.room);
  }

  /** The line was sent: the next one is told at once. */
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
