/** One member says something at a steady pace and another listens: how long the acknowledgement and the delivery take. */
import type { Puppet } from '../support/servers/server.ts';
import { median, ms, percentile } from './figures.ts';

/** Milliseconds between two messages. */
const PACE_MS = 20;

export interface Latencies {
  /** Milliseconds from saying to the acknowledgement. */
  readonly acked: number[];
  /** Milliseconds from saying to what the listener hears. */
  readonly heard: number[];
}

export class Pulse {
  readonly #speaker: Puppet;
  readonly #listener: Puppet;
  readonly #saidAt = new Map<string, number>();
  readonly #text: string;
  #latencies: Latencies = { acked: [], heard: [] };
  #said = 0;
  #missing = 0;
  #settled: (() => void) | undefined;
  readonly #reading: Promise<unknown>;

  /** Both are in one room, and nothing else is said there that begins like `text`. */
  constructor(speaker: Puppet, listener: Puppet, text = 'beat') {
    this.#speaker = speaker;
    this.#listener = listener;
    this.#text = text;
    this.#reading = Promise.all([this.#readAcks(), this.#readTexts()]);
    this.#reading.catch(() => undefined);
  }

  /** Goes on until `during` is done, and until all that was said has arrived. */
  async measure(during: Promise<unknown>): Promise<Latencies> {
    this.#latencies = { acked: [], heard: [] };
    const beat = setInterval(() => this.#say(), PACE_MS);
    try {
      await Promise.race([during, this.#reading]);
    } finally {
      clearInterval(beat);
    }
    const settled = new Promise<void>((resolve) => (this.#settled = resolve));
    if (this.#missing > 0) await Promise.race([settled, this.#reading]);
    return this.#latencies;
  }

  async close(): Promise<void> {
    await Promise.all([this.#speaker.close(), this.#listener.close()]);
  }

  #say(): void {
    const ref = `${this.#text} ${(this.#said += 1)}`;
    this.#saidAt.set(ref, performance.now());
    this.#missing += 2;
    this.#speaker.say({ type: 'say', text: ref, ref });
  }

  async #readAcks(): Promise<void> {
    for (let heard = await this.#speaker.next(); heard; heard = await this.#speaker.next()) {
      if (heard.type === 'ack') this.#arrived(heard.ref, this.#latencies.acked);
      else if (heard.type === 'error') throw new Error(`the speaker was refused: ${heard.code}`);
    }
    throw new Error('the speaker was cut off');
  }

  async #readTexts(): Promise<void> {
    for (let heard = await this.#listener.next(); heard; heard = await this.#listener.next())
      if (heard.type === 'message') this.#arrived(heard.text, this.#latencies.heard);
    throw new Error('the listener was cut off');
  }

  #arrived(ref: string | undefined, latencies: number[]): void {
    const saidAt = ref === undefined ? undefined : this.#saidAt.get(ref);
    if (saidAt === undefined) return;
    latencies.push(performance.now() - saidAt);
    this.#missing -= 1;
    if (this.#missing > 0) return;
    this.#saidAt.clear();
    this.#settled?.();
  }
}

/** `ack 1.2 ms, p99 3.4 ms; heard 1.3 ms, p99 3.5 ms (600 messages)`: medians and 99th percentiles. */
export function shown({ acked, heard }: Latencies): string {
  const of = (values: readonly number[]): string =>
    `${ms(median(values))}, p99 ${ms(percentile(values, 0.99))}`;
  return `ack ${of(acked)}; heard ${of(heard)} (${heard.length} messages)`;
}
