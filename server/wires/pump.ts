/**
 * Moves bytes between a socket and its channel, on both sides: wire bytes below, plain bytes above. It makes no
 * decisions; its owner hears what happens, and says when to send and when to close.
 */
import type { Channel, ChannelEvent } from '#channel/contract';
import { concat } from '#protocol/bytes';
import type { ErrorCode } from '#protocol/errors';
import type { ByteStream, SocketError } from './byte-stream.ts';

export type PumpEvent =
  | Exclude<ChannelEvent, { readonly kind: 'write' }>
  /** Bytes have arrived and are about to be read. */
  | { readonly kind: 'arrived' }
  /** They have been read. `completed`: some ended a unit; `pending`: how many are of a unit that is not whole. */
  | { readonly kind: 'taken'; readonly completed: boolean; readonly pending: number }
  /** The peer sends no more, and nothing was cut off as far as the channel can tell. */
  | { readonly kind: 'ended' }
  /** The peer broke the protocol (`RemoteProtocolError`), or what was done about an event threw something else. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The socket is gone: for this reason, or without one. */
  | { readonly kind: 'lost'; readonly error: SocketError | undefined };

export interface PumpOptions {
  readonly socket: ByteStream;
  readonly channel: Channel;
  /** One function and not one for each kind: ten thousand connections have one each. */
  readonly onEvent: (event: PumpEvent) => void;
  /** Set for encrypting transports: they make one record of each piece they are given, so the pieces are joined. */
  readonly joinPieces: boolean;
}

const ARRIVED: PumpEvent = { kind: 'arrived' };

export class Pump {
  readonly #socket: ByteStream;
  readonly #channel: Channel;
  readonly #onEvent: (event: PumpEvent) => void;
  readonly #joinPieces: boolean;
  #held = false;
  #over = false;

  constructor({ socket, channel, onEvent, joinPieces }: PumpOptions) {
    this.#socket = socket;
    this.#channel = channel;
    this.#onEvent = onEvent;
    this.#joinPieces = joinPieces;
  }

  /** Attaches to the socket and begins the handshake. Nothing is read before this. */
  start(): void {
    this.#socket.on('data', (bytes: Uint8Array) => this.#take(bytes));
    this.#socket.on('end', () =>
      this.#attempt(() => {
        this.#channel.end();
        this.#onEvent({ kind: 'ended' });
      }),
    );
    this.#socket.on('error', (error: SocketError) => this.#onEvent({ kind: 'lost', error }));
    this.#socket.on('close', () => this.#onEvent({ kind: 'lost', error: undefined }));
    this.#attempt(() => this.#channel.start().forEach((event) => this.#handle(event)));
  }

  /** Reads no more until `release`; bytes that have been read wait in the channel. */
  hold(): void {
    this.#held = true;
    this.#socket.pause();
  }

  release(): void {
    this.#held = false;
    this.#attempt(() => this.#drain());
    if (!this.#over) this.#socket.resume();
  }

  /** Sends plain bytes in one write. Throws `LocalProtocolError` as the channel does. */
  send(plain: Uint8Array): void {
    this.#write(this.#channel.send(plain));
  }

  /** Says goodbye in the channel's way and ends this side. Nothing that arrives from now on is read. */
  end(code: ErrorCode | 'done'): void {
    this.#over = true;
    if (!this.#socket.writable) return;
    const goodbye = this.#channel.close(code);
    if (goodbye.length > 0) this.#socket.write(goodbye);
    this.#socket.end();
  }

  /** Nothing that arrives from now on is read. */
  stop(): void {
    this.#over = true;
  }

  #take(bytes: Uint8Array): void {
    this.#attempt(() => {
      this.#onEvent(ARRIVED);
      this.#channel.push(bytes);
      const completed = this.#drain();
      this.#onEvent({ kind: 'taken', completed, pending: this.#channel.pending });
    });
  }

  #attempt(step: () => void): void {
    if (this.#over) return;
    try {
      step();
    } catch (error) {
      this.#onEvent({ kind: 'failed', error });
    }
  }

  /** Whether there was anything. Even an empty record was complete. */
  #drain(): boolean {
    let some = false;
    while (!this.#held && !this.#over) {
      const event = this.#channel.next();
      if (!event) break;
      some = true;
      this.#handle(event);
    }
    return some;
  }

  #handle(event: ChannelEvent): void {
    if (event.kind === 'write') this.#write([event.bytes]);
    else this.#onEvent(event);
  }

  #write(pieces: readonly Uint8Array[]): void {
    const [first] = pieces;
    if (first && pieces.length === 1) {
      this.#socket.write(first);
    } else if (this.#joinPieces) {
      this.#socket.write(concat(pieces));
    } else {
      this.#socket.cork();
      for (const piece of pieces) this.#socket.write(piece);
      this.#socket.uncork();
    }
  }
}
