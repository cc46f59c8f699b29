/**
 * One socket with its channel and its frame decoder: wire bytes below, messages above. It gathers the frames to be
 * sent, so that all frames of a tick leave in one write and, where the channel has records, in one record.
 */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Channel, ChannelEvent } from '#channel/contract';
import { concat } from '#protocol/bytes';
import { type ErrorCode, LocalProtocolError, RemoteProtocolError } from '#protocol/errors';
import { FrameDecoder } from '#protocol/frame';
import { withoutUndefined } from '#protocol/without-undefined';
import { LIMITS } from '#protocol/limits';
import type { WireName } from '#protocol/messages';
import { frameOf } from '../broadcast.ts';
import { type Departure, asProtocolError, transportFault } from './departure.ts';
import { Silence } from './silence.ts';

export interface ConnectionHandler {
  opened(connection: Connection, detail: string): void;
  /** One frame's payload; may throw `RemoteProtocolError`, which ends this connection alone. */
  payload(connection: Connection, payload: Uint8Array): void;
  /** Called exactly once, whatever ended the connection. */
  gone(connection: Connection, why: Departure): void;
  /** Frames wait to be sent: call `flush` at the end of this tick. */
  dirty(connection: Connection): void;
}

export interface ConnectionOptions {
  readonly id: number;
  readonly wire: WireName;
  /** `address:port` for the log. */
  readonly peer: string;
  /** The peer's IP address, in its usual spelling. */
  readonly address: string;
  readonly socket: Duplex;
  readonly channel: Channel;
  readonly handler: ConnectionHandler;
  /** Set for encrypting transports: they make one record of each piece they are given, so the pieces are joined. */
  readonly joinPieces: boolean;
  /** The protection that the transport provides, in words: `TLSv1.3, TLS_AES_256_GCM_SHA384`. */
  readonly transport?: string;
  readonly handshakeTimeout: number;
  /** Returns milliseconds of a monotonic clock; tests pass their own. */
  readonly now?: () => number;
}

/** A peer that should have closed has its socket destroyed after this many milliseconds without a byte either way … */
const LINGER_MS = 2_000;
/** … and after this many milliseconds even if bytes still move. */
const LINGER_AT_MOST_MS = 15_000;

export class Connection {
  readonly id: number;
  readonly wire: WireName;
  readonly peer: string;
  readonly address: string;
  /** When the connection came, in milliseconds since 1970. */
  readonly since = Date.now();
  readonly #silence: Silence;
  readonly #now: () => number;
  readonly #socket: Duplex;
  readonly #channel: Channel;
  readonly #handler: ConnectionHandler;
  readonly #joinPieces: boolean;
  readonly #transport: string | undefined;
  readonly #decoder = new FrameDecoder();
  readonly #handshakeTimer: NodeJS.Timeout;
  #waiting: Uint8Array[] = [];
  #state: 'opening' | 'open' | 'ending' | 'gone' = 'opening';

  constructor({
    id,
    wire,
    peer,
    address,
    socket,
    channel,
    handler,
    joinPieces,
    transport,
    handshakeTimeout,
    now = () => performance.now(),
  }: ConnectionOptions) {
    this.id = id;
    this.wire = wire;
    this.peer = peer;
    this.address = address;
    this.#socket = socket;
    this.#channel = channel;
    this.#handler = handler;
    this.#joinPieces = joinPieces;
    this.#transport = transport;
    this.#now = now;
    this.#silence = new Silence(now());
    this.#handshakeTimer = setTimeout(
      () => this.fail(new RemoteProtocolError('handshake_timeout')),
      handshakeTimeout,
    );
    this.#handshakeTimer.unref();
  }

  /** Attaches to the socket and starts. Nothing is read before this. */
  start(): void {
    this.#socket.on('data', (bytes: Uint8Array) => this.#receive(bytes));
    this.#socket.on('end', () => this.#peerEnded());
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#leave(transportFault(error)));
    this.#socket.on('close', () => this.#leave({ code: 'reset', detail: 'the connection was dropped' }));
    for (const event of this.#channel.start()) this.#onChannel(event);
  }

  get silence(): Pick<Silence, 'heardAt' | 'unfinishedSince'> {
    return this.#silence;
  }

  /** Bytes that wait for the peer to read. */
  get backlog(): number {
    return this.#socket.writableLength;
  }

  /** Queues whole frames to be sent at the end of this tick. */
  enqueue(frames: Uint8Array): void {
    if (this.#state !== 'open') return;
    if (this.#waiting.length === 0) this.#handler.dirty(this);
    this.#waiting.push(frames);
  }

  /** Sends all queued frames in one write; cuts off a reader that has fallen too far behind. */
  flush(): void {
    const [first] = this.#waiting;
    if (!first || this.#state !== 'open') return;
    const plain = this.#waiting.length === 1 ? first : concat(this.#waiting);
    this.#waiting = [];
    try {
      this.#write(this.#channel.send(plain));
    } catch (error) {
      if (!(error instanceof LocalProtocolError)) throw error;
      return this.#end(error.code, error.message);
    }
    if (this.#socket.writableLength > LIMITS.sendQueue) {
      this.#leave({ code: 'slow_reader', detail: `${this.#socket.writableLength} bytes waiting` });
    }
  }

  /** Tells the peer what it did wrong, in a frame and, if the channel has one, an alert; then closes. */
  fail(error: RemoteProtocolError): void {
    const { code, message, expected, got } = error;
    const notice = { type: 'error' as const, code, message, fatal: true, expected, got };
    this.enqueue(frameOf(withoutUndefined(notice)));
    this.close(code, message);
  }

  /** Sends the queued frames, says goodbye in the channel's way, and closes. */
  close(code: ErrorCode | 'done', detail = ''): void {
    this.flush();
    this.#end(code, detail);
  }

  #receive(bytes: Uint8Array): void {
    if (this.#state === 'ending' || this.#state === 'gone') return;
    this.#silence.heard(this.#now());
    try {
      this.#channel.push(bytes);
      for (let event = this.#channel.next(); event; event = this.#channel.next()) {
        // Even an empty record was complete.
        this.#silence.completed('record');
        this.#onChannel(event);
      }
      this.#silence.owes('record', this.#channel.pending);
      this.#silence.owes('frame', this.#decoder.pending);
    } catch (error) {
      this.fail(asProtocolError(error));
    }
  }

  #onChannel(event: ChannelEvent): void {
    switch (event.kind) {
      case 'write':
        return this.#write([event.bytes]);
      case 'opened':
        clearTimeout(this.#handshakeTimer);
        this.#state = 'open';
        return this.#handler.opened(this, protectionOf(this.#transport, event.detail));
      case 'plain':
        return this.#onPlain(event.bytes);
      case 'closed':
        return this.#closedByPeer(event.code);
    }
  }

  /** An orderly end may still come in the middle of a frame. */
  #closedByPeer(code: ErrorCode | 'done'): void {
    const cut = code === 'done' && this.#decoder.pending > 0;
    this.#end(cut ? 'frame_truncated' : code, 'announced by the peer');
  }

  #onPlain(bytes: Uint8Array): void {
    this.#decoder.push(bytes);
    for (let payload = this.#decoder.next(); payload; payload = this.#decoder.next()) {
      if (this.#state !== 'open') return;
      this.#silence.completed('frame');
      this.#handler.payload(this, payload);
    }
  }

  /** The peer will send no more. A cut inside a frame, or on psk without a closing alert, is an error to report. */
  #peerEnded(): void {
    if (this.#state === 'ending' || this.#state === 'gone') return;
    try {
      this.#channel.end();
      this.#decoder.end();
      this.close('done', 'the peer closed');
    } catch (error) {
      this.fail(asProtocolError(error));
    }
  }

  #end(code: ErrorCode | 'done', detail: string): void {
    if (this.#state === 'ending' || this.#state === 'gone') return;
    const goodbye = this.#channel.close(code);
    this.#state = 'ending';
    if (goodbye.length > 0) this.#socket.write(goodbye);
    this.#socket.end();
    this.#departed({ code, detail });
    const over = (): void => void this.#socket.destroy();
    const linger = setTimeout(over, LINGER_AT_MOST_MS);
    this.#socket.once('close', () => clearTimeout(linger));
    if (this.#socket instanceof Socket) this.#socket.setTimeout(LINGER_MS, over);
  }

  /** Closes at once and without a goodbye: the peer is gone already, or does not read. */
  #leave(why: Departure): void {
    if (this.#state === 'gone') return;
    const wasHere = this.#state !== 'ending';
    this.#state = 'gone';
    this.#socket.destroy();
    if (wasHere) this.#departed(why);
  }

  #departed(why: Departure): void {
    clearTimeout(this.#handshakeTimer);
    this.#waiting = [];
    this.#handler.gone(this, why);
  }

  #write(pieces: readonly Uint8Array[]): void {
    if (pieces.length === 1) {
      this.#socket.write(pieces[0]);
    } else if (this.#joinPieces) {
      this.#socket.write(concat(pieces));
    } else {
      this.#socket.cork();
      for (const piece of pieces) this.#socket.write(piece);
      this.#socket.uncork();
    }
  }
}

/** The protection that the layers provide, in words; `no protection` if none does. */
function protectionOf(...layers: readonly (string | undefined)[]): string {
  return layers.filter((layer) => layer !== undefined && layer !== '').join('; ') || 'no protection';
}
