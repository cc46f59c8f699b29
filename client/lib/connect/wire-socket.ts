/** A connected socket with its channel: plain bytes in, plain bytes out, whatever the wire. */
import type { Channel } from '#channel/contract';
import { type ErrorCode, LocalProtocolError, RemoteProtocolError } from '#protocol/errors';
import { transportOf, wireByName } from '#protocol/wires';
import type { ByteStream } from '#wires/byte-stream';
import { Pump, type PumpEvent } from '#wires/pump';
import { ChatError, type WireAddress, asChatError } from '../errors.ts';

export interface WireReceiver {
  /** Plain bytes, valid until the call returns. */
  data(plain: Uint8Array): void;
  /** More may be sent again after `writable` was false. */
  drain(): void;
  /** Called once. Without an error, the peer closed the connection in an orderly way. */
  end(error: ChatError | undefined): void;
}

/** How long a peer may take to close its side before the socket is dropped. */
const CLOSE_TIMEOUT_MS = 2_000;

export class WireSocket {
  readonly address: WireAddress;
  /** Port of this end of the TCP connection. */
  readonly localPort: number;
  readonly #socket: ByteStream;
  readonly #pump: Pump;
  #onOpened: ((detail: string) => void) | undefined;
  #receiver: WireReceiver | undefined;
  #ended = false;
  #error: ChatError | undefined;

  /** The socket must be connected, and nothing may have been read from it. It closes the socket. */
  constructor(socket: ByteStream, channel: Channel, address: WireAddress) {
    this.#socket = socket;
    this.address = address;
    this.localPort = socket.localPort ?? 0;
    this.#pump = new Pump({
      socket,
      channel,
      joinPieces: transportOf(wireByName(address.wire)) === 'tls',
      onEvent: (event) => this.#onEvent(event),
    });
  }

  /** Does the channel's handshake. Resolves with its outcome in words; rejects with `ChatError`. Called once, first. */
  open(): Promise<string> {
    const opened = new Promise<string>((resolve, reject) => {
      this.#onOpened = resolve;
      this.#receiver = {
        data: () => undefined,
        drain: () => undefined,
        end: (error) => reject(error ?? this.#lost()),
      };
    });
    this.#socket.on('drain', () => this.#receiver?.drain());
    this.#pump.start();
    return opened;
  }

  /** Sets the receiver of everything that follows. Until then nothing is read after the handshake. */
  receive(receiver: WireReceiver): void {
    this.#receiver = receiver;
    if (this.#ended) return receiver.end(this.#error);
    this.#pump.release();
  }

  /** Whether the socket takes more now. */
  get writable(): boolean {
    return !this.#ended && this.#socket.writable && !this.#socket.writableNeedDrain;
  }

  send(plain: Uint8Array): void {
    if (this.#ended) return;
    try {
      this.#pump.send(plain);
    } catch (error) {
      if (!(error instanceof LocalProtocolError)) throw error;
      this.#fail(error);
    }
  }

  /** Closes in an orderly way: sent bytes go out, the channel says goodbye. Resolves when the socket is closed. */
  async close(): Promise<void> {
    this.#ended = true;
    this.#sayGoodbye('done');
    await this.#socketClosed();
  }

  /** Closes at once, without saying goodbye. */
  destroy(): void {
    this.#ended = true;
    this.#pump.stop();
    this.#socket.destroy();
  }

  #onEvent(event: PumpEvent): void {
    switch (event.kind) {
      case 'opened':
        return this.#opened(event.detail);
      case 'plain':
        return this.#receiver?.data(event.bytes);
      case 'closed':
        return this.#closedByPeer(event.code);
      case 'ended':
        return this.#closedByPeer('done');
      case 'failed':
        return this.#failed(event.error);
      case 'lost':
        return this.#finish(event.error ? asChatError(event.error, this.address) : this.#lost());
      case 'arrived':
      case 'taken':
    }
  }

  #opened(detail: string): void {
    this.#receiver = undefined;
    this.#pump.hold();
    this.#onOpened?.(detail);
  }

  #closedByPeer(code: ErrorCode | 'done'): void {
    const detail = `the server ended the connection: ${code}`;
    this.#finish(code === 'done' ? undefined : new ChatError(code, { address: this.address, detail }));
    this.#pump.end('done');
  }

  #failed(error: unknown): void {
    // Anything else is a mistake in this program.
    if (!(error instanceof RemoteProtocolError)) throw error;
    this.#fail(error);
  }

  /** The connection is no use any more: the peer is told why in the channel's way, and nothing more is read. */
  #fail(error: RemoteProtocolError | LocalProtocolError): void {
    if (this.#ended) return;
    this.#finish(asChatError(error, this.address));
    this.#sayGoodbye(error.code);
    void this.#socketClosed();
  }

  #sayGoodbye(code: ErrorCode | 'done'): void {
    this.#pump.end(code);
    // Nobody needs further bytes, but the end of the stream must be read.
    this.#socket.resume();
  }

  async #socketClosed(): Promise<void> {
    if (this.#socket.closed) return;
    const cut = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
    await new Promise<void>((resolve) => this.#socket.once('close', resolve));
    clearTimeout(cut);
  }

  #lost(): ChatError {
    return new ChatError('connection_lost', { address: this.address });
  }

  #finish(error: ChatError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pump.stop();
    this.#error = error;
    this.#receiver?.end(error);
  }
}
