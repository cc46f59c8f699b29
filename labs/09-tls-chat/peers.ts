/** Clients of a learner's server, on each wire. They wait for what comes, and for no longer than the patience of a run. */
import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { type ConnectionOptions, type TLSSocket, connect as connectTls } from 'node:tls';
import { fail } from '#judge/failure';
import { EMPTY, concat, utf8 } from '#protocol/bytes';
import { FrameDecoder, encodeFrame } from '#protocol/frame';
import {
  type ClientMessage,
  type Server as FromServer,
  type ServerMessage,
  parseServerMessage,
} from '#protocol/messages';
import type { Layer } from './layers.ts';

const HOST = '127.0.0.1';

/** How long one waits for what does not come: less each time that it has not come, so that no run takes for ever. */
export class Patience {
  #milliseconds = 3_000;

  /** Throws `CheckFailure` when it does not come. */
  async until(holds: () => boolean, failure: () => Parameters<typeof fail>[0]): Promise<void> {
    const end = Date.now() + this.#milliseconds;
    while (!holds()) {
      if (Date.now() > end) {
        this.#milliseconds = Math.max(500, this.#milliseconds / 2);
        fail(failure());
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

interface PeerOptions {
  readonly raw?: Socket;
  readonly layer: Layer;
  readonly patience: Patience;
}

export class Peer {
  readonly stream: Socket;
  readonly #raw: Socket;
  readonly #layer: Layer;
  readonly #patience: Patience;
  readonly #decoder = new FrameDecoder();
  readonly #arrived: ServerMessage[] = [];
  #fault: string | undefined;
  #isOver = false;
  /** The channel has said that nothing more comes. */
  goodbye = false;

  /** `raw`: the TCP socket below the stream, where that is another one. */
  constructor(stream: Socket, { raw = stream, layer, patience }: PeerOptions) {
    this.stream = stream;
    this.#raw = raw;
    this.#layer = layer;
    this.#patience = patience;
    stream.on('data', (bytes: Buffer) => this.#take(bytes));
    stream.on('error', () => undefined);
    for (const event of ['end', 'close']) stream.on(event, () => (this.#isOver = true));
    stream.write(layer.hello());
  }

  send(message: ClientMessage): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    this.sendPlain(encodeFrame(utf8(text)));
  }

  /** Bytes for the other end of the channel. */
  sendPlain(bytes: Uint8Array): void {
    this.stream.write(this.#layer.seal(bytes));
  }

  /** Goes away politely: says so, if the wire has a word for it. */
  leave(): void {
    this.stream.end(this.#layer.goodbye());
  }

  /** Goes away as when the network is lost: the server hears of it as an error. */
  breakOff(): void {
    this.#raw.resetAndDestroy();
  }

  /**
   * The next message of this type, and of those the first that is meant. Others stay where they are. Throws `CheckFailure`
   * when none comes.
   */
  async next<T extends ServerMessage['type']>(
    type: T,
    after: string,
    isMeant: (message: FromServer<T>) => boolean = () => true,
  ): Promise<FromServer<T>> {
    const isIt = (message: ServerMessage): boolean =>
      message.type === type && isMeant(message as FromServer<T>);
    const isOver = (): boolean => this.#fault !== undefined || this.#isOver;
    const [what, expected] = [`no ${type} came ${after}`, `a message of type ${type}`];
    await this.#patience.until(
      () => this.#arrived.some(isIt) || isOver(),
      () => ({ what, expected, got: 'nothing' }),
    );
    const at = this.#arrived.findIndex(isIt);
    if (at < 0) fail({ what, expected, got: this.#fault ?? 'the server ended the connection' });
    return this.#arrived.splice(at, 1)[0] as FromServer<T>;
  }

  /** Throws `CheckFailure` when the server does not end the connection. */
  async ended(after: string): Promise<void> {
    await this.#patience.until(
      () => this.#isOver,
      () => ({ what: `the connection stays open ${after}`, expected: 'the server ends it' }),
    );
  }

  /** The same, and an answer to a ping shows at once that it does not. */
  async hungUp(after: string): Promise<void> {
    this.send({ type: 'ping', ref: 'still there?' });
    await this.#patience.until(
      () => this.#isOver || this.#arrived.some(({ type }) => type === 'pong'),
      () => ({ what: `the connection stays open ${after}`, expected: 'the server ends it' }),
    );
    if (this.#isOver) return;
    fail({ what: `the server goes on answering ${after}`, expected: 'it ends the connection' });
  }

  /** Resolves with the welcome. `where`: `on plain`. */
  async join(name: string, where: string): Promise<FromServer<'welcome'>> {
    const welcome = await this.next('welcome', `after connecting ${where}`);
    this.send({ type: 'join', name });
    await this.next('joined', `after a join ${where}`);
    return welcome;
  }

  /** Everything that was sent has been handled, and what was answered has arrived. */
  async roundTrip(after: string): Promise<void> {
    this.send({ type: 'ping', ref: 'r' });
    await this.next('pong', `after a ping ${after}`);
  }

  #take(bytes: Uint8Array): void {
    try {
      const { plain, write, goodbye } = this.#layer.open(bytes);
      if (write.length > 0) this.stream.write(write);
      this.#decoder.push(plain);
      for (let payload = this.#decoder.next(); payload; payload = this.#decoder.next())
        this.#arrived.push(parseServerMessage(payload));
      this.goodbye ||= goodbye;
    } catch (error) {
      this.#fault ??= `bytes that a client does not understand: ${(error as Error).message}`;
    }
  }
}

export async function dial(port: number): Promise<Socket> {
  const socket = connect({ host: HOST, port, noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect').catch(() => fail(`nothing listens on port ${port}`));
  return socket;
}

/** Resolves once the client has accepted the server. Rejects with the error of the client. */
export async function dialTls(
  port: number,
  options: ConnectionOptions,
): Promise<{ readonly socket: TLSSocket; readonly raw: Socket }> {
  const raw = await dial(port);
  const socket = connectTls({ socket: raw, ...options });
  await once(socket, 'secureConnect');
  return { socket, raw };
}

/** Passes everything on to a port, and keeps it. */
export class Recorder {
  bytes: Uint8Array = EMPTY;
  readonly #server: Server;
  readonly #sockets: Socket[] = [];

  constructor(target: number) {
    this.#server = createServer((near) => {
      near.setNoDelay(true);
      const far = connect({ host: HOST, port: target, noDelay: true });
      this.#sockets.push(near, far);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        from.on('data', (bytes: Buffer) => {
          this.bytes = concat([this.bytes, bytes]);
          to.write(bytes);
        });
        from.on('error', () => undefined);
        from.on('close', () => to.end());
      }
    });
  }

  async listen(): Promise<number> {
    await once(this.#server.listen(0, HOST), 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
