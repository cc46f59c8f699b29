/** The real client in a dialogue with a learner's server channel: what the judge sends, and what comes back. */
import type { Bench } from '#judge/check';
import { describe, fail, must } from '#judge/failure';
import { type PieceObject, PieceThrew, mustHaveMethods } from '#judge/piece';
import type { ChannelEvent } from '#channel/contract';
import { pureCiphers } from '#channel/ciphers-pure';
import { PskChannel } from '#channel/psk/channel';
import type { SharedKey } from '#channel/psk/keys';
import { DEFAULT_SUITE, type Suite } from '#channel/psk/suites';
import { concat } from '#protocol/bytes';
import { RemoteProtocolError } from '#protocol/errors';

export const CHANNEL = 'createServerChannel';
const METHODS = ['push', 'next', 'send', 'close'];

/** Cuts what crosses into the pieces in which it arrives. */
export type Delivery = (bytes: Uint8Array) => Uint8Array[];

export const whole: Delivery = (bytes) => [bytes];
export const bytewise: Delivery = (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte));

export interface ServerEvent {
  readonly kind: string;
  readonly bytes: Uint8Array;
}

export interface DialogueOptions {
  /** The server's keys; the client uses the first, unless it is given another. */
  readonly keys: readonly SharedKey[];
  readonly clientKey?: SharedKey;
  readonly suites?: readonly Suite[];
  readonly deliver?: Delivery;
  /** Gets the line of the client's key log. */
  readonly keyLog?: (line: string) => void;
  /** Gets what each side writes, in the order in which it crosses. */
  readonly onWritten?: (side: 'client' | 'server', bytes: Uint8Array) => void;
}

export function sharedKey(random: Bench['random'], id = 'lab'): SharedKey {
  return { id, key: random.bytes(32) };
}

export async function openDialogue(
  bench: Pick<Bench, 'piece' | 'random'>,
  options: DialogueOptions,
): Promise<Dialogue> {
  const server = await bench.piece.call(CHANNEL, options.keys);
  mustHaveMethods(server, METHODS, `${CHANNEL}(sharedKeys)`);
  return new Dialogue(server, bench.random, options);
}

export class Dialogue {
  readonly server: PieceObject;
  readonly client: PskChannel;
  readonly #deliver: Delivery;
  readonly #onWritten: NonNullable<DialogueOptions['onWritten']>;
  /** Kinds of what the server's channel said, in order. */
  readonly kinds: string[] = [];
  /** What the client has read. */
  readonly heard: Uint8Array[] = [];
  /** What each side has written. */
  readonly written = { client: [] as Uint8Array[], server: [] as Uint8Array[] };
  clientIsOpen = false;
  /** How the client was told that the other side ends. */
  clientClosed: string | undefined;

  constructor(server: PieceObject, random: Bench['random'], options: DialogueOptions) {
    const { keys, clientKey, suites = [DEFAULT_SUITE], deliver = whole } = options;
    this.server = server;
    this.#deliver = deliver;
    this.#onWritten = options.onWritten ?? (() => undefined);
    this.client = new PskChannel({
      side: 'client',
      keys: clientKey ? [clientKey] : keys,
      suites,
      ciphers: pureCiphers,
      random: (count) => random.bytes(count),
      ...(options.keyLog && { keyLog: options.keyLog }),
    });
  }

  /** The handshake, as far as it comes. Returns the plain bytes that the server has read. */
  async shakeHands(): Promise<void> {
    for (const event of this.client.start()) if (event.kind === 'write') await this.give(event.bytes);
  }

  /** The client's channel is open, and the server has said that its own is. */
  async open(): Promise<this> {
    await this.shakeHands().catch((error: unknown) => this.#explain(error));
    must(this.clientIsOpen, {
      what: 'the handshake with the real client did not end',
      expected: 'next() gives write with a server hello, and opened once the client has answered it',
      got: this.kinds.join(', ') || 'nothing',
    });
    const opened = this.kinds.filter((kind) => kind === 'opened').length;
    must(opened === 1, {
      what: `next() gave opened ${opened} times`,
      expected: 'once',
      got: `${opened} times`,
    });
    return this;
  }

  /** The real client has done nothing wrong: says which of its records the server's channel did not take. */
  #explain(error: unknown): never {
    if (!(error instanceof PieceThrew)) throw error;
    const record = this.written.server.length > 0 ? 'finished' : 'hello';
    return fail({
      what: `the ${record} of the real client was refused: ${error.message}`,
      thrown: error.thrown,
    });
  }

  /** Gives bytes to the server's channel, hands its answers to the client, and returns what it has read. */
  async give(bytes: Uint8Array): Promise<Uint8Array> {
    this.written.client.push(bytes);
    this.#onWritten('client', bytes);
    const plain: Uint8Array[] = [];
    for (const piece of this.#deliver(bytes)) {
      await this.server.call('push', piece);
      for (const event of await this.events()) {
        if (event.kind === 'plain') plain.push(event.bytes);
        if (event.kind === 'write') await this.#giveClient(event.bytes);
      }
    }
    return concat(plain);
  }

  /** What the client says crosses, and is read by the server. Returns what it has read. */
  async clientSays(plain: Uint8Array): Promise<Uint8Array> {
    return this.give(concat(this.client.send(plain)));
  }

  /** The bytes that the server sends for `plain`; the client reads them. */
  async serverSays(plain: Uint8Array): Promise<Uint8Array> {
    const bytes = await this.server.call('send', plain);
    must(bytes instanceof Uint8Array, {
      what: 'send() did not return bytes',
      expected: 'the bytes of sealed records',
      got: describe(bytes),
    });
    await this.#giveClient(bytes);
    return bytes;
  }

  async closeServer(code?: number): Promise<void> {
    const bytes = await this.server.call('close', ...(code === undefined ? [] : [code]));
    must(bytes instanceof Uint8Array, { what: 'close() did not return bytes', got: describe(bytes) });
    await this.#giveClient(bytes);
  }

  /** Everything that next() gives now. */
  async events(): Promise<ServerEvent[]> {
    const events = await this.server.drain('next', 1_000);
    return events.map((event) => {
      const { kind, bytes } = (event ?? {}) as { readonly kind?: unknown; readonly bytes?: unknown };
      const carries = kind === 'write' || kind === 'plain';
      if ((carries && bytes instanceof Uint8Array) || kind === 'opened' || kind === 'closed') {
        this.kinds.push(kind);
        return { kind, bytes: bytes instanceof Uint8Array ? bytes : new Uint8Array(0) };
      }
      return fail({
        what: 'next() gave something that is no event',
        expected:
          "{ kind: 'write', bytes }, { kind: 'opened' }, { kind: 'plain', bytes } or { kind: 'closed' }",
        got: describe(event),
      });
    });
  }

  async #giveClient(bytes: Uint8Array): Promise<void> {
    this.written.server.push(bytes);
    this.#onWritten('server', bytes);
    for (const event of clientEvents(this.client, bytes)) {
      if (event.kind === 'opened') this.clientIsOpen = true;
      else if (event.kind === 'plain') this.heard.push(event.bytes);
      else if (event.kind === 'closed') this.clientClosed = event.code;
      else await this.give(event.bytes);
    }
  }
}

/** What the bytes of the server mean to the real client. Throws `CheckFailure` when it refuses them. */
export function clientEvents(client: PskChannel, bytes: Uint8Array): ChannelEvent[] {
  const events: ChannelEvent[] = [];
  try {
    client.push(bytes);
    for (let event = client.next(); event; event = client.next())
      events.push(event.kind === 'plain' ? { ...event, bytes: event.bytes.slice() } : event);
    return events;
  } catch (error) {
    if (!(error instanceof RemoteProtocolError)) throw error;
    const { code, message, expected, got } = error;
    return fail({
      what: `the real client refused what the server wrote: ${message} (${code})`,
      ...(expected !== undefined && { expected }),
      ...(got !== undefined && { got }),
    });
  }
}
