/**
 * Clients of a learner's chat server, as raw as can be. They see every message in order, and they know without waiting when
 * nothing more comes: the server says how much it has handled, and how much it has written.
 */
import { type Socket, connect } from 'node:net';
import { once } from 'node:events';
import { RemoteProtocolError } from '#protocol/errors';
import { FrameDecoder, encodeFrame } from '#protocol/frame';
import { showUtf8, utf8 } from '#protocol/bytes';
import { type ClientMessage, type Server, type ServerMessage, parseServerMessage } from '#protocol/messages';
import { CheckFailure, describe, fail } from '#judge/failure';
import type { PieceObject } from '#judge/piece';
import type { Sent, Settled } from './chat-server.ts';

/** All clients of one server. */
export class ChatPeers {
  readonly #chat: PieceObject;
  readonly #peers: ChatPeer[] = [];

  /** `chat`: a `ServedChat`. */
  constructor(chat: PieceObject) {
    this.#chat = chat;
  }

  async dial(): Promise<ChatPeer> {
    const port = (await this.#chat.call('port')) as number;
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    const peer = new ChatPeer(socket, () => this.settle());
    this.#peers.push(peer);
    return peer;
  }

  /** Resolves when everything that was sent has been handled, and everything that was answered has arrived. */
  async settle(): Promise<void> {
    const peers = [...this.#peers];
    const settled = (await this.#chat.call(
      'settled',
      peers.map(({ sent }) => sent),
    )) as Settled[];
    await Promise.all(peers.map((peer, i) => peer.catchUp(settled[i] as Settled)));
  }

  async close(): Promise<void> {
    await Promise.all(this.#peers.map((peer) => peer.leave()));
  }
}

export class ChatPeer {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #settle: () => Promise<void>;
  readonly #decoder = new FrameDecoder();
  readonly #arrived: ServerMessage[] = [];
  readonly #closed: Promise<unknown>;
  #fault: CheckFailure | undefined;
  #sent = 0;
  #open = true;
  readonly #waiting: (() => void)[] = [];
  #left = false;

  constructor(socket: Socket, settle: () => Promise<void>) {
    this.#socket = socket;
    this.#port = socket.localPort ?? 0;
    this.#settle = settle;
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#wake());
  }

  get sent(): Sent {
    return { port: this.#port, bytes: this.#sent, left: this.#left };
  }

  send(message: ClientMessage): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    const frame = encodeFrame(utf8(text));
    this.#sent += frame.length;
    this.#socket.write(frame);
  }

  /** The next message. Throws `CheckFailure` when none comes, when it is of another type, or not a message at all. */
  async next<T extends ServerMessage['type']>(type: T, after: string): Promise<Server<T>> {
    if (this.#arrived.length === 0) await this.#settle();
    const message = this.#arrived.shift();
    const expected = `a message of type ${type}`;
    if (message?.type === type) return message as Server<T>;
    if (message) fail({ what: `the wrong message came ${after}`, expected, got: describe(message) });
    const got = this.#open ? 'nothing' : 'the server closed the connection';
    return fail({ what: `no ${type} came ${after}`, expected, got });
  }

  /** Everything that has been sent to this peer so far, and was not taken before. */
  async all(): Promise<ServerMessage[]> {
    await this.#settle();
    return this.#arrived.splice(0);
  }

  /** Throws unless nothing has come. */
  async nothing(after: string): Promise<void> {
    const [first] = await this.all();
    if (first) fail({ what: `something came ${after}`, expected: 'nothing', got: describe(first) });
  }

  /** Throws unless the server has hung up. */
  async closed(after: string): Promise<void> {
    await this.#settle();
    if (this.#open) fail({ what: `the connection stayed open ${after}`, expected: 'the server closes it' });
  }

  async leave(): Promise<void> {
    if (this.#left) return;
    await this.#settle().catch(() => undefined);
    this.#left = true;
    this.#socket.destroy();
    await this.#closed;
  }

  /** Waits for the bytes that the server has written. Throws when they are not messages. */
  async catchUp({ written, open }: Settled): Promise<void> {
    while (this.#socket.bytesRead < written && !this.#socket.destroyed && !this.#fault)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#open = open;
    if (this.#fault) throw this.#fault;
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #take(bytes: Uint8Array): void {
    this.#decoder.push(bytes);
    try {
      for (let payload = this.#decoder.next(); payload; payload = this.#decoder.next())
        this.#arrived.push(understood(payload));
    } catch (error) {
      this.#fault = faultIn(error);
    }
    this.#wake();
  }
}

/** The message, whose type a failure names: a learner sends ten kinds of them. */
function understood(payload: Uint8Array): ServerMessage {
  try {
    return parseServerMessage(payload);
  } catch (error) {
    throw faultIn(error, `a message${typeIn(payload)}`);
  }
}

function faultIn(error: unknown, what = 'a frame'): CheckFailure {
  if (error instanceof CheckFailure) return error;
  if (!(error instanceof RemoteProtocolError)) throw error;
  const { message, expected, got } = error;
  const start = `${what} came that a client does not understand`;
  if (expected === undefined) return new CheckFailure({ what: `${start}: ${message}` });
  return new CheckFailure({ what: start, expected, ...(got !== undefined && { got }) });
}

function typeIn(payload: Uint8Array): string {
  try {
    const { type } = JSON.parse(showUtf8(payload)) as { readonly type?: unknown };
    return typeof type === 'string' ? ` of type ${type.slice(0, 40)}` : '';
  } catch {
    return '';
  }
}
