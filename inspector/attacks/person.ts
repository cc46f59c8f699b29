/** Somebody at a chat client: says something, hears the others, and is told how the connection ended. */
import { randomBytes } from 'node:crypto';
import { Client } from '#client/client';
import type { ChatClientOptions } from '#client/chat-options';
import { dial } from '#client/connect/dial';
import type { Dial } from '#client/connect/dialling';
import type { ChatError } from '#client/errors';

export interface PersonOptions {
  /** Replaces our way to connect. */
  readonly dial?: Dial;
  /** The certificates of the authorities that she trusts, PEM. */
  readonly ca?: string;
  /** She comes back at once, again and again, as a program does that nobody watches; each time under a name that the server gives. */
  readonly returns?: boolean;
  /** Logs in with this password. */
  readonly password?: string;
  /** Her client fills each message up to a multiple of so many bytes. */
  readonly padTo?: number;
  /** Logs in with the token of an earlier login. */
  readonly token?: string;
}

type Where = ChatClientOptions & {
  readonly name: string;
  readonly newestTls?: 'TLSv1.2' | undefined;
  /** Told of what a person sees who looks at the client. */
  readonly tell: (title: string, text: string) => void;
};

export class Person {
  /** Texts of others, in the order in which they came, with the name that the server gives for each. */
  readonly heard: { readonly name: string; readonly text: string }[] = [];
  /** Settles when the client has given up its connection for good, with the reason if there is one. */
  readonly ended: Promise<ChatError | undefined>;
  /** How often she has entered the room, over whatever connection. */
  entries = 0;
  /** What her client says of the protection of her connection. */
  protection = '';
  #client: Client;
  #isLeaving = false;
  #end: (error: ChatError | undefined) => void = () => undefined;
  readonly #name: string;
  readonly #tell: Where['tell'];
  readonly #newClient: () => Client;
  readonly #returns: boolean;
  readonly #waiting = new Set<() => void>();

  /** Resolves once she is in the room. Rejects with `ChatError`. */
  static async enter(where: Where, options: PersonOptions): Promise<Person> {
    const { name } = where;
    const { password } = options;
    const person = new Person(where, options);
    await person.client.connect().catch((error: ChatError) => {
      person.#tell(`${name}’s client does not get in`, error.code);
      throw error;
    });
    if (password !== undefined) await person.client.account.login(name, password, { confirmPlain: true });
    return person;
  }

  private constructor({ tell, ...where }: Where, options: PersonOptions) {
    this.#name = where.name;
    this.#tell = tell;
    this.#newClient = () => newClient(where, options);
    this.#returns = options.returns ?? false;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#client = this.#listened();
  }

  get client(): Client {
    return this.#client;
  }

  /** Resolves once the message is stored. Rejects with `ChatError`. */
  async say(text: string): Promise<void> {
    this.#tell(`${this.#name} says`, text);
    await this.client.say(text);
  }

  /** Says it to one person alone. Resolves once the message is stored. */
  async whisper(to: string, text: string): Promise<void> {
    await this.client.say(text, { room: `@${to}` });
  }

  /** Resolves once these texts were heard, among others and in whatever order. */
  hears(...texts: readonly string[]): Promise<void> {
    return this.#until(() => texts.every((text) => this.heard.some((each) => each.text === text)));
  }

  /** Names of those who are in the room, in the order in which they came. */
  get members(): readonly string[] {
    return this.client.members().names;
  }

  /** Resolves once somebody of this name is in the room. */
  sees(name: string): Promise<void> {
    return this.#until(() => this.members.includes(name));
  }

  /** Resolves once nobody of this name is in the room. */
  misses(name: string): Promise<void> {
    return this.#until(() => !this.members.includes(name));
  }

  /** Resolves once she has entered the room so often. */
  entered(times: number): Promise<void> {
    return this.#until(() => this.entries >= times);
  }

  #listened(): Client {
    const client = this.#newClient();
    client.subscribe((event) => {
      if (event.type === 'state' && event.state === 'closed') this.#onClosed(event.error);
      if (event.type === 'state' && event.state === 'open') this.#onOpen(event.protection);
      if (event.type === 'message') this.#hear(event.from, event.text);
      for (const look of [...this.#waiting]) look();
    });
    return client;
  }

  #hear(name: string, text: string): void {
    this.heard.push({ name, text });
    this.#tell(`${this.#name} hears from ${name}`, text);
  }

  #onOpen(protection: string): void {
    this.entries++;
    this.protection = protection;
    this.#tell(`${this.#name}’s client is in the room`, protection);
  }

  #onClosed(error: ChatError | undefined): void {
    if (error && !this.#isLeaving) this.#tell(`${this.#name}’s client has lost the connection`, error.code);
    if (!this.#returns || this.#isLeaving) return this.#end(error);
    this.#client = this.#listened();
    this.#client.connect().catch(() => undefined);
  }

  #until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isSo()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async close(): Promise<void> {
    this.#isLeaving = true;
    await this.client.close();
  }
}

function newClient(
  { newestTls, ...where }: Omit<Where, 'tell'>,
  { returns = false, password, token, ca, padTo, dial: how = dial }: PersonOptions,
): Client {
  const { name, ...rest } = where;
  const options: ChatClientOptions = {
    ...rest,
    ...(ca !== undefined && { ca }),
    padTo,
    historyLimit: 0,
    reconnect: false,
    // The server keeps the name of somebody who was cut off.
    ...(!returns && { name }),
    ...(token !== undefined && { login: { account: name, token }, confirmPlain: true }),
    ...(password !== undefined && { loginFirst: true, onLogin: 'wait', confirmPlain: true }),
  };
  const refPrefix = randomBytes(12).toString('base64url');
  return new Client(options, { dial: (to) => how({ ...to, newestTls }), refPrefix });
}
