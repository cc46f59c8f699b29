/**
 * One socket with its channel and its frame decoder: wire bytes below, messages above. It gathers the frames to be
 * sent, so that all frames of a tick leave in one write and, where the channel has records, in one record.
 */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Channel } from '#channel/contract';
import { concat } from '#protocol/bytes';
import { type ErrorCode, LocalProtocolError, RemoteProtocolError } from '#protocol/errors';
import { FrameDecoder } from '#protocol/frame';
import { withoutUndefined } from '#protocol/without-undefined';
import { LIMITS } from '#protocol/limits';
import type { WireName } from '#protocol/messages';
import { frameOf } from '#chat/broadcast';
import type { Account } from '#chat/records';
import { type Departure, asProtocolError, transportFault } from './departure.ts';
import { PeerActivity } from './peer-activity.ts';
import { protectionOf } from '#wires/protection';
import { Pump, type PumpEvent } from '#wires/pump';

export interface ConnectionHandler {
  opened(connection: Connection, detail: string, keyId: string | undefined): void;
  /** One frame's payload; may throw `RemoteProtocolError`, which ends this connection alone. */
  payload(connection: Connection, payload: Uint8Array): void;
  /** Called exactly once, whatever ended the connection. */
  gone(connection: Connection, why: Departure): void;
  /** Frames wait to be sent: call `flush` at the end of this tick. */
  dirty(connection: Connection): void;
}

/** What all connections of a server speak to. */
export interface Host extends ConnectionHandler {
  /** A connection from this address has been turned away. */
  turnedAway(via: WireName, address: string): void;
}

/** As `FrameDecoder`. */
export type PayloadDecoder = Pick<FrameDecoder, 'push' | 'next' | 'pending' | 'end'>;

export interface ConnectionOptions {
  readonly id: number;
  readonly wire: WireName;
  /** `address:port` for the log. */
  readonly peer: string;
  /** The peer's IP address, in its usual spelling. */
  readonly address: string;
  /** The account that it belongs to without a login. */
  readonly owner?: Account | undefined;
  readonly socket: Duplex;
  readonly channel: Channel;
  readonly decoder?: PayloadDecoder | undefined;
  readonly handler: ConnectionHandler;
  /** Set for encrypting transports: they make one record of each piece they are given, so the pieces are joined. */
  readonly joinPieces: boolean;
  readonly handshakeTimeout: number;
  /** Returns milliseconds of a monotonic clock; tests pass their own. */
  readonly now?: () => number;
}

/** A peer that should have closed has its socket destroyed after this many milliseconds without a byte either way … */
const LINGER_MS = 2_000;
/** … and after this many milliseconds even if bytes still move. */
const LINGER_AT_MOST_MS = 15_000;

const DROPPED: Departure = { code: 'reset', detail: 'the connection was dropped' };

export class Connection {
  readonly id: number;
  readonly wire: WireName;
  readonly peer: string;
  readonly address: string;
  readonly owner: Account | undefined;
  /** When the connection came, in milliseconds since 1970. */
  readonly since = Date.now();
  readonly #activity: PeerActivity;
  readonly #now: () => number;
  readonly #socket: Duplex;
  readonly #pump: Pump;
  readonly #handler: ConnectionHandler;
  readonly #decoder: PayloadDecoder;
  readonly #handshakeTimer: NodeJS.Timeout;
  #waiting: Uint8Array[] = [];
  #state: 'opening' | 'open' | 'ending' | 'gone' = 'opening';

  constructor({
    id,
    wire,
    peer,
    address,
    owner,
    socket,
    channel,
    decoder = new FrameDecoder(),
    handler,
    joinPieces,
    handshakeTimeout,
    now = () => performance.now(),
  }: ConnectionOptions) {
    this.id = id;
    this.wire = wire;
    this.peer = peer;
    this.address = address;
    this.owner = owner;
    this.#socket = socket;
    this.#handler = handler;
    this.#decoder = decoder;
    this.#pump = new Pump({ socket, channel, joinPieces, onEvent: (event) => this.#onEvent(event) });
    this.#now = now;
    this.#activity = new PeerActivity(now());
    this.#handshakeTimer = setTimeout(
      () => this.fail(new RemoteProtocolError('handshake_timeout')),
      handshakeTimeout,
    );
    this.#handshakeTimer.unref();
  }

  /** Attaches to the socket and starts. Nothing is read before this. */
  start(): void {
    this.#pump.start();
  }

  get activity(): Pick<PeerActivity, 'heardAt' | 'unfinishedSince'> {
    return this.#activity;
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
      this.#pump.send(plain);
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

  #onEvent(event: PumpEvent): void {
    switch (event.kind) {
      case 'arrived':
        return this.#activity.heard(this.#now());
      case 'taken':
        return this.#taken(event.completed, event.pending);
      case 'opened':
        return this.#opened(event.detail, event.keyId);
      case 'plain':
        return this.#onPlain(event.bytes);
      case 'closed':
        return this.#closedByPeer(event.code);
      case 'ended':
        return this.#peerEnded();
      case 'failed':
        return this.fail(asProtocolError(event.error));
      case 'lost':
        return this.#leave(event.error ? transportFault(event.error) : DROPPED);
    }
  }

  #opened(detail: string, keyId: string | undefined): void {
    clearTimeout(this.#handshakeTimer);
    this.#state = 'open';
    this.#handler.opened(this, protectionOf(this.#socket, detail), keyId);
  }

  #taken(completed: boolean, pending: number): void {
    if (completed) this.#activity.completed('record');
    this.#activity.owes('record', pending);
    this.#activity.owes('frame', this.#decoder.pending);
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
      this.#activity.completed('frame');
      this.#handler.payload(this, payload);
    }
  }

  /** A cut inside a frame is an error to report. */
  #peerEnded(): void {
    this.#decoder.end();
    this.close('done', 'the peer closed');
  }

  #end(code: ErrorCode | 'done', detail: string): void {
    if (this.#state === 'ending' || this.#state === 'gone') return;
    this.#state = 'ending';
    this.#pump.end(code);
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
    this.#pump.stop();
    this.#socket.destroy();
    if (wasHere) this.#departed(why);
  }

  #departed(why: Departure): void {
    clearTimeout(this.#handshakeTimer);
    this.#waiting = [];
    this.#handler.gone(this, why);
  }
}
