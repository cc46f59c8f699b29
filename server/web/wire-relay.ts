/**
 * `/ws/wire`: one page’s TCP connection to one of the workbench’s own wires, through the tap like any other client’s. For
 * plain and psk the bytes pass as they are, so that the channel, and the key, are in the page. Where a wire uses TLS, TLS
 * is added here, checked against the CA, and the page has what is inside.
 */
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { type Transport, openTransport } from '#client/connect/dial';
import { DIAL_TIMEOUT_MS } from '#client/connect/dialling';
import { type ChatError, asChatError } from '#client/errors';
import type { WireRelayMessage } from '#client/relayed/messages';
import type { WireInfo } from '#dissect/page-stream';
import { tlsOf } from '#wires/protection';
import { reachable } from './guard.ts';
import type { PageSocket } from './page-socket.ts';
import type { RelayKeys } from './relay.ts';
import { parseEnd } from './requests.ts';

/** The wire is not read while this many bytes wait for the page. */
const RELAY_HIGH_WATER = 256 * 1024;

type Page = PageSocket<WireRelayMessage>;
type RelayParts = readonly [page: Page, web: WebSocket, info: WireInfo, relay: RelayKeys];

export class WireRelay {
  readonly #page: Page;
  readonly #web: WebSocket;
  readonly #info: WireInfo;
  readonly #transport: Transport;
  #isOpen = false;

  /** Begins to connect, and tells the page when that has succeeded or failed. */
  static start(...[page, web, info, { ca, onLocalEnd }]: RelayParts): WireRelay | undefined {
    try {
      const { wire, host, port } = info;
      return new WireRelay(
        page,
        web,
        info,
        openTransport({ wire, host: reachable(host), port, ca, onLocalEnd }),
      );
    } catch (error) {
      failed(page, 'wire_unreachable', asChatError(error, info));
      return undefined;
    }
  }

  private constructor(page: Page, web: WebSocket, info: WireInfo, transport: Transport) {
    this.#page = page;
    this.#web = web;
    this.#info = info;
    this.#transport = transport;
    void this.#begin();
  }

  /** Bytes of the page. While the wire takes no more, nothing more is read from the page. */
  binary(data: RawData): void {
    const { socket } = this.#transport;
    if (!this.#isOpen) return this.#page.fail('bad_request', 'bytes may be sent once the wire is open');
    if (!socket.writable || socket.write(bytesOf(data))) return;
    this.#web.pause();
    socket.once('drain', () => this.#web.resume());
  }

  text(text: string): void {
    const end = parseEnd(text);
    if ('problem' in end) this.#page.fail('bad_request', end.problem);
    else this.#transport.socket.end();
  }

  /** The page has gone, whether it said so or not. */
  end(): Promise<void> {
    const { socket } = this.#transport;
    if (socket.closed) return Promise.resolve();
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.destroy();
    return closed;
  }

  async #begin(): Promise<void> {
    const { socket, connected } = this.#transport;
    socket.setTimeout(DIAL_TIMEOUT_MS, () =>
      socket.destroy(Object.assign(new Error(''), { code: 'ETIMEDOUT' })),
    );
    try {
      await connected();
      socket.setTimeout(0);
      this.#opened(socket);
    } catch (error) {
      socket.destroy();
      failed(this.#page, 'wire_unreachable', asChatError(error, this.#info));
    }
  }

  #opened(socket: Socket): void {
    this.#isOpen = true;
    const { wire } = this.#info;
    this.#page.send({ type: 'open', wire, port: socket.localPort ?? 0, tls: tlsOf(socket) ?? null });
    socket.on('data', (bytes) => this.#deliver(bytes));
    socket.on('end', () => this.#page.send({ type: 'end' }));
    socket.on('error', (error) => failed(this.#page, 'wire_lost', asChatError(error, this.#info)));
    socket.on('close', () => {
      // What the page still sends is read, so that its answer to the goodbye is.
      this.#web.resume();
      this.#page.done();
    });
  }

  #deliver(bytes: Uint8Array): void {
    if (!this.#page.open) return;
    const { socket } = this.#transport;
    this.#web.send(bytes, () => {
      if (this.#web.bufferedAmount < RELAY_HIGH_WATER) socket.resume();
    });
    if (this.#web.bufferedAmount >= RELAY_HIGH_WATER) socket.pause();
  }
}

function failed(
  page: Page,
  code: 'wire_unreachable' | 'wire_lost',
  { code: fault, message }: ChatError,
): void {
  page.fail(code, message, { fault });
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
