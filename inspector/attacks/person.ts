/** Somebody at a chat client: says something, hears the others, and is told how the connection ended. */
import { randomBytes } from 'node:crypto';
import { Client } from '#client/client';
import type { ChatClientOptions } from '#client/chat-options';
import { dial } from '#client/connect/dial';
import type { ChatError } from '#client/errors';

export interface PersonOptions {
  /** She comes back at once, again and again, as a program does that nobody watches. */
  readonly returns?: boolean;
  /** Makes an account with this password first, and goes by it. */
  readonly password?: string;
}

/** Milliseconds. */
const AT_ONCE = { first: 1, longest: 5, attempts: Infinity } as const;

type Where = ChatClientOptions & { readonly name: string; readonly newestTls?: 'TLSv1.2' | undefined };

export class Person {
  readonly client: Client;
  /** Texts of others, in the order in which they came, with the name that the server gives for each. */
  readonly heard: { readonly name: string; readonly text: string }[] = [];
  /** Settles when the client has given up its connection, with the reason if there is one. */
  readonly ended: Promise<ChatError | undefined>;
  readonly #waiting = new Set<() => void>();

  /** Resolves once she is in the room. Rejects with `ChatError`. */
  static async enter({ newestTls, ...where }: Where, { returns = false, password }: PersonOptions): Promise<Person> {
    const { name } = where;
    const client = new Client(
      {
        ...where,
        historyLimit: 0,
        reconnect: returns && AT_ONCE,
        ...(password !== undefined && { loginFirst: true, onLogin: 'wait', confirmPlain: true }),
      },
      {
        dial: (options) => dial({ ...options, newestTls }),
        refPrefix: randomBytes(12).toString('base64url'),
      },
    );
    const person = new Person(client);
    await client.connect();
    if (password !== undefined) await client.account.register(name, password, { confirmPlain: true });
    return person;
  }

  private constructor(client: Client) {
    this.client = client;
    this.ended = new Promise((resolve) =>
      client.subscribe((event) => {
        if (event.type === 'state' && event.state === 'closed') resolve(event.error);
        if (event.type !== 'message') return;
        this.heard.push({ name: event.from, text: event.text });
        for (const look of [...this.#waiting]) look();
      }),
    );
  }

  /** Resolves once the message is stored. Rejects with `ChatError`. */
  async say(text: string): Promise<void> {
    await this.client.say(text);
  }

  /** Resolves once these texts were heard, among others and in whatever order. */
  hears(...texts: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!texts.every((text) => this.heard.some((each) => each.text === text))) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}
