/** A connected socket with its channel: plain bytes in, plain bytes out, whatever the wire. */
import type { Socket } from 'node:net';
import type { Channel, ChannelEvent } from '#channel/contract';
import { type ErrorCode, LocalProtocolError, RemoteProtocolError } from '#protocol/errors';
import { ChatError, type Place, asChatError } from '../errors.ts';

export interface LinkReceiver {
  /** Plain bytes, valid until the call returns. */
  data(plain: Uint8Array): void;
  /** More may be sent again after `writable` was false. */
  drain(): void;
  /** Called once. Without an error, the peer closed the connection in an orderly way. */
  end(error: ChatError | undefined): void;
}

/** How long a peer may take to close its side before the socket is dropped. */
const CLOSE_TIMEOUT_MS = 2_000;

export class Link {
  readonly place: Place;
  /** Port of this end of the TCP connection. */
  readonly localPort: number;
  readonly #socket: Socket;
  readonly #channel: Channel;
  #onOpened: ((detail: string) => void) | undefined;
  #receiver: LinkReceiver | undefined;
  #ended = false;
  #error: ChatError | undefined;

  /** The socket must be connected, and nothing may have been read from it. The link closes it. */
  constructor(socket: Socket, channel: Channel, place: Place) {
    this.#socket = socket;
    this.#channel = channel;
    this.place = place;
    this.localPort = socket.localPort ?? 0;
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
    const socket = this.#socket;
    socket.on('data', (bytes: Buffer) => this.#take(() => this.#channel.push(bytes)));
    socket.on('drain', () => this.#receiver?.drain());
    socket.on('end', () => this.#peerEnded());
    socket.on('error', (error) => this.#finish(asChatError(error, this.place)));
    socket.on('close', () => this.#finish(this.#lost()));
    this.#take(() => this.#channel.start().forEach((event) => this.#handle(event)));
    return opened;
  }

  /** Sets the receiver of everything that follows. Until then nothing is read after the handshake. */
  receive(receiver: LinkReceiver): void {
    this.#receiver = receiver;
    if (this.#ended) return receiver.end(this.#error);
    this.#take(() => undefined);
    if (!this.#ended) this.#socket.resume();
  }

  /** Whether the socket takes more now. */
  get writable(): boolean {
    return !this.#ended && this.#socket.writable && !this.#socket.writableNeedDrain;
  }

  send(plain: Uint8Array): void {
    if (this.#ended) return;
    this.#socket.cork();
    try {
      for (const piece of this.#channel.send(plain)) this.#socket.write(piece);
    } catch (error) {
      if (!(error instanceof LocalProtocolError)) throw error;
      this.#fail(asChatError(error, this.place), error.code);
    } finally {
      this.#socket.uncork();
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
    this.#socket.destroy();
  }

  #take(take: () => void): void {
    if (this.#ended) return;
    try {
      take();
      // After the handshake, bytes in the channel wait there for the receiver.
      while (!this.#ended && this.#receiver) {
        const event = this.#channel.next();
        if (!event) return;
        this.#handle(event);
      }
    } catch (error) {
      if (!(error instanceof RemoteProtocolError)) throw error;
      this.#fail(asChatError(error, this.place), error.code);
    }
  }

  #handle(event: ChannelEvent): void {
    switch (event.kind) {
      case 'write':
        this.#socket.write(event.bytes);
        return;
      case 'opened':
        this.#receiver = undefined;
        this.#socket.pause();
        return this.#onOpened?.(event.detail);
      case 'plain':
        return this.#receiver?.data(event.bytes);
      case 'closed':
        return this.#saidByPeer(event.code);
    }
  }

  #saidByPeer(code: ErrorCode | 'done'): void {
    const detail = `the server ended the connection: ${code}`;
    this.#finish(code === 'done' ? undefined : new ChatError(code, { place: this.place, detail }));
    this.#socket.end();
  }

  #peerEnded(): void {
    this.#take(() => this.#channel.end());
    this.#finish(undefined);
    this.#socket.end();
  }

  /** The peer broke the protocol: it is told so in the channel's way, and nothing more is read. */
  #fail(error: ChatError, code: ErrorCode): void {
    if (this.#ended) return;
    this.#finish(error);
    this.#sayGoodbye(code);
    void this.#socketClosed();
  }

  #sayGoodbye(code: ErrorCode | 'done'): void {
    if (this.#socket.writable) {
      const goodbye = this.#channel.close(code);
      if (goodbye.length > 0) this.#socket.write(goodbye);
      this.#socket.end();
    }
    // Nobody needs further bytes, but the end of the stream must be read.
    this.#socket.resume();
  }

  async #socketClosed(): Promise<void> {
    if (this.#socket.closed) return;
    const cut = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
    await new Promise((resolve) => this.#socket.once('close', resolve));
    clearTimeout(cut);
  }

  #lost(): ChatError {
    return new ChatError('connection_lost', { place: this.place });
  }

  #finish(error: ChatError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#receiver?.end(error);
  }
}
