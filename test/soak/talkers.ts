/** Clients that never stop speaking, and what must be stored of it. */
import { ChatClient } from '#client/chat-client';
import type { Target } from '#client/connect/supervisor';

/** Messages of one client that wait for their acknowledgement at the same time. */
const AT_ONCE = 16;

/** A message as the database has it. */
export interface Stored {
  readonly id: number;
  readonly text: string;
}

/** What was said, in numbers from 1, and which of it was acknowledged under which id. */
export interface Account {
  readonly name: string;
  readonly said: number;
  readonly acks: ReadonlyMap<number, number>;
}

/** Says `NAME 1`, `NAME 2` and so on, over as many connections as it takes. */
export class Talker implements Account {
  readonly name: string;
  readonly acks = new Map<number, number>();
  said = 0;
  readonly #client: ChatClient;
  #speaking = true;
  readonly #talk: Promise<unknown>;
  #heard: (() => void) | undefined;
  #failed: ((error: unknown) => void) | undefined;

  static async start(target: Target): Promise<Talker> {
    const name = `on-${target.wire.replace('+', '-')}`;
    const client = new ChatClient({ ...target, name, reconnect: { first: 50, longest: 200 } });
    await client.connect();
    return new Talker(client, name);
  }

  constructor(client: ChatClient, name: string) {
    this.#client = client;
    this.name = name;
    this.#talk = Promise.all(Array.from({ length: AT_ONCE }, () => this.#speak()));
    this.#talk.catch((error: unknown) => this.#failed?.(error));
  }

  /** Resolves with the next acknowledgement. Rejects when the client has given up. */
  heardAgain(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#heard = resolve;
      this.#failed = reject;
      this.#talk.catch(reject);
    });
  }

  /** Says nothing more, and waits until all was acknowledged. */
  async finish(): Promise<void> {
    this.#speaking = false;
    await this.#talk;
  }

  async close(): Promise<void> {
    this.#speaking = false;
    await this.#client.close();
    await this.#talk.catch(() => undefined);
  }

  async #speak(): Promise<void> {
    while (this.#speaking) {
      const number = ++this.said;
      const { id } = await this.#client.say(`${this.name} ${number}`);
      this.acks.set(number, id);
      this.#heard?.();
    }
  }
}

/**
 * What is wrong with the stored messages of one talker, in words; `undefined` when nothing is. Numbers may be missing
 * at the end only: of what was not acknowledged, the later ones may not have arrived.
 */
export function findLoss(stored: readonly Stored[], { name, said, acks }: Account): string | undefined {
  let expected = 1;
  for (const { id, text } of stored) {
    if (!text.startsWith(`${name} `)) continue;
    const number = Number(text.slice(name.length + 1));
    if (number < expected) return `${text} is stored twice or too late, as ${id}`;
    if (number > expected) return `${name} ${expected} is missing before ${text}`;
    const ack = acks.get(number);
    if (ack !== undefined && ack !== id) return `${text} was acknowledged as ${ack} and is stored as ${id}`;
    expected++;
  }
  for (const number of acks.keys()) {
    if (number >= expected) return `${name} ${number} was acknowledged and is lost`;
  }
  return expected - 1 > said ? `${name} said ${said} messages and ${expected - 1} are stored` : undefined;
}
