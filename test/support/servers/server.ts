/** The real chat server on all four wires, in a folder of its own, with its log kept for the test to read. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { type Certificates, ensureCertificates } from '#certs/ensure';
import type { SharedKey } from '#channel/psk/keys';
import { type DialOptions, dial } from '#client/connect/dial';
import type { Dial } from '#client/connect/dialling';
import type { WireSocket } from '#client/connect/wire-socket';
import { type ChatServer, type ListenAddress, type ServerOptions, startServer } from '#runtime/server';
import { type Store, openStore } from '#store/store';
import { fromHex } from '#protocol/bytes';
import { FrameDecoder, encodeFrame } from '#protocol/frame';
import {
  type ClientMessage,
  type Server,
  type ServerMessage,
  WIRE_NAMES,
  type WireName,
  encodeMessage,
  parseServerMessage,
} from '#protocol/messages';

export const TEST_KEY: SharedKey = { id: 'test-key', key: fromHex('5a'.repeat(32)) };

export interface LogLine {
  readonly msg: string;
  readonly code?: string;
  readonly wire?: WireName;
  readonly level: number;
}

export interface TestServer {
  readonly server: ChatServer;
  readonly store: Store;
  readonly folder: string;
  readonly ca: string;
  readonly log: readonly LogLine[];
  /** Resolves with the first line, past or future, for which `wanted` holds. */
  logged(wanted: (line: LogLine) => boolean): Promise<LogLine>;
  address(wire: WireName): ListenAddress;
  /** What `dial` needs for this wire. */
  target(wire: WireName, change?: Partial<DialOptions>): DialOptions;
  close(): Promise<void>;
}

type Tuning = Partial<
  Pick<
    ServerOptions,
    | 'defence'
    | 'keyLog'
    | 'keys'
    | 'passwords'
    | 'peerOf'
    | 'pieces'
    | 'policy'
    | 'store'
    | 'suites'
    | 'tapped'
    | 'weakSuitesOnLan'
  >
>;

/** Made once per test file: the keys take longer than anything else about a server. */
let certificates: Promise<Certificates> | undefined;

async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-certificates-'));
  const made = await ensureCertificates(folder, { hosts: ['localhost', '127.0.0.1'], now: new Date() });
  await rm(folder, { recursive: true });
  return made;
}

/** Without limits on rates, and with passwords that take a millisecond, unless the test asks for them. */
export async function startTestServer({ store: given, ...tuning }: Tuning = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-test-'));
  const tls = await (certificates ??= makeCertificates());
  const store = given ?? (await openStore(join(folder, 'chat.sqlite')));
  const log: LogLine[] = [];
  const waiting = new Set<() => void>();
  const stream = {
    write(text: string) {
      log.push(JSON.parse(text) as LogLine);
      for (const look of waiting) look();
    },
  };
  const listen = Object.fromEntries(WIRE_NAMES.map((wire) => [wire, { host: '127.0.0.1', port: 0 }]));
  const server = await startServer({
    store,
    tls,
    keys: [TEST_KEY],
    listen,
    log: pino({ base: null }, stream),
    passwords: { cost: 4 },
    ...tuning,
    defence: { rates: undefined, ...tuning.defence },
  });
  const address = (wire: WireName): ListenAddress => server.addresses[wire] as ListenAddress;
  return {
    server,
    store,
    folder,
    ca: tls.ca,
    log,
    logged: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          const line = log.find(wanted);
          if (!line) return;
          waiting.delete(look);
          resolve(line);
        };
        waiting.add(look);
        look();
      }),
    address,
    target: (wire, change) => ({ wire, ...address(wire), ca: tls.ca, keys: [TEST_KEY], ...change }),
    async close() {
      await server.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A client of the protocol and nothing more: sends what it is told, hands over what comes, in order. */
export class Puppet {
  readonly #socket: WireSocket;
  readonly #decoder = new FrameDecoder();
  readonly #inbox: ServerMessage[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  static async dial(options: DialOptions, how: Dial = dial): Promise<Puppet> {
    return new Puppet((await how(options)).socket);
  }

  /** Connects and joins the lobby under `name`; the messages that this brings are already taken. */
  static async join(options: DialOptions, name: string): Promise<Puppet> {
    const puppet = await Puppet.dial(options);
    await puppet.expect('welcome');
    puppet.say({ type: 'join', name });
    await puppet.expect('joined');
    return puppet;
  }

  constructor(socket: WireSocket) {
    this.#socket = socket;
    socket.receive({
      data: (plain) => {
        this.#decoder.push(plain);
        for (let payload = this.#decoder.next(); payload; payload = this.#decoder.next()) {
          this.#inbox.push(parseServerMessage(payload));
        }
        this.#wake?.();
      },
      drain: () => undefined,
      end: () => {
        this.#ended = true;
        this.#wake?.();
      },
    });
  }

  get localPort(): number {
    return this.#socket.localPort;
  }

  say(...messages: ClientMessage[]): void {
    for (const message of messages) this.#socket.send(encodeFrame(encodeMessage(message)));
  }

  /** Plain bytes as they are, right or wrong. */
  raw(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  /** The next message, which must be of this type. What a server with accounts says first is skipped unless asked for. */
  async expect<T extends ServerMessage['type']>(type: T): Promise<Server<T>> {
    let message = await this.next();
    if (message?.type === 'auth_required' && type !== 'auth_required') message = await this.next();
    if (message?.type !== type)
      throw new Error(`expected ${type}, got ${JSON.stringify(message ?? 'the end')}`);
    return message as Server<T>;
  }

  /** The next message, or `undefined` at the end of the connection. */
  async next(): Promise<ServerMessage | undefined> {
    while (this.#inbox.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#inbox.shift();
  }

  /** Everything up to the end of the connection. */
  async rest(): Promise<ServerMessage[]> {
    const messages: ServerMessage[] = [];
    for (let message = await this.next(); message; message = await this.next()) messages.push(message);
    return messages;
  }

  async close(): Promise<void> {
    await this.#socket.close();
  }
}
