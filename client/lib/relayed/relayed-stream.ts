/**
 * A TCP connection to a wire that the workbench makes for a page, as a stream of bytes: what a socket of Node is to the
 * clients that have one. It crosses a WebSocket, which whoever makes the stream brings along.
 */
import { concat } from '#protocol/bytes';
import type { ByteStream } from '#wires/byte-stream';
import type { TlsInUse } from '#wires/protection-text';
import { ChatError, type WireAddress } from '../errors.ts';
import { PIECE_BYTES, type WireHello, type WireRelayMessage } from './messages.ts';

/** A WebSocket that is being opened. */
export interface Carrier {
  readonly bufferedAmount: number;
  send(data: string | Uint8Array): void;
  close(): void;
}

export interface CarrierListener {
  opened(): void;
  text(text: string): void;
  bytes(bytes: Uint8Array): void;
  closed(): void;
}

export type OpenCarrier = (listener: CarrierListener) => Carrier;

/** No more is sent while this many bytes wait in the WebSocket. */
const HIGH_WATER = 128 * 1024;
/** A WebSocket does not say when its bytes have left, so it is asked, every so many milliseconds. */
const DRAIN_CHECK_MS = 20;

type EventName = 'data' | 'end' | 'error' | 'close' | 'drain';
type Listener = (value?: never) => void;
type Arrival = { readonly bytes: Uint8Array } | 'end' | 'close';

export class RelayedStream implements ByteStream {
  /** Resolves when the TCP connection is open, and TLS, where the wire uses it. Rejects with `ChatError`. */
  readonly connected: Promise<void>;
  localPort: number | undefined;
  tls: TlsInUse | undefined;
  closed = false;
  writable = false;
  readonly #address: WireAddress;
  readonly #carrier: Carrier;
  readonly #listeners = new Map<EventName, Set<Listener>>();
  #arrivals: Arrival[] = [];
  #flowing = false;
  #corked: Uint8Array[] | undefined;
  #drainCheck: ReturnType<typeof setTimeout> | undefined;
  #ended = false;
  // Both are set by the time the constructor ends.
  #onConnected!: () => void;
  #onFailed!: (error: Error) => void;

  constructor(open: OpenCarrier, address: WireAddress, token: string | undefined) {
    this.#address = address;
    this.connected = new Promise((resolve, reject) => {
      this.#onConnected = resolve;
      this.#onFailed = reject;
    });
    // Whoever destroys the stream need not wait for it.
    this.connected.catch(() => undefined);
    const hello = { type: 'hello', wire: address.wire, ...(token !== undefined && { token }) } as const;
    this.#carrier = open({
      opened: () => this.#carrier.send(JSON.stringify(hello satisfies WireHello)),
      text: (text) => this.#heard(JSON.parse(text) as WireRelayMessage),
      bytes: (bytes) => this.#arrived({ bytes }),
      closed: () => this.#carrierClosed(),
    });
  }

  get writableNeedDrain(): boolean {
    return this.#carrier.bufferedAmount > HIGH_WATER;
  }

  on(event: 'data', listener: (bytes: Uint8Array) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'end' | 'close' | 'drain', listener: () => void): this;
  on(event: EventName, listener: unknown): this {
    const known = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, known.add(listener as Listener));
    if (event === 'data') this.resume();
    return this;
  }

  once(event: 'close', listener: () => void): this {
    const onlyOnce = (): void => {
      this.#listeners.get(event)?.delete(onlyOnce);
      listener();
    };
    return this.on(event, onlyOnce);
  }

  write(bytes: Uint8Array): boolean {
    if (!this.writable) return false;
    if (this.#corked) this.#corked.push(bytes);
    else this.#send(bytes);
    return !this.writableNeedDrain;
  }

  end(): void {
    if (!this.writable) return;
    this.writable = false;
    this.#carrier.send(JSON.stringify({ type: 'end' }));
  }

  cork(): void {
    this.#corked ??= [];
  }

  uncork(): void {
    const pieces = this.#corked ?? [];
    this.#corked = undefined;
    if (pieces.length > 0) this.#send(concat(pieces));
  }

  pause(): void {
    this.#flowing = false;
  }

  resume(): void {
    if (this.#flowing) return;
    this.#flowing = true;
    // Later, as a socket does: whoever resumes it may not be ready for its bytes yet.
    queueMicrotask(() => this.#flow());
  }

  destroy(error?: Error): void {
    if (this.closed) return;
    this.#over();
    this.#arrivals = [];
    this.#carrier.close();
    this.#onFailed(error ?? this.#lost());
    queueMicrotask(() => {
      if (error) this.#emit('error', error);
      this.#emit('close');
    });
  }

  #send(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES)
      this.#carrier.send(bytes.slice(at, at + PIECE_BYTES));
    if (this.writableNeedDrain) this.#awaitDrain();
  }

  #awaitDrain(): void {
    this.#drainCheck ??= setTimeout(() => {
      this.#drainCheck = undefined;
      if (this.closed) return;
      if (this.writableNeedDrain) this.#awaitDrain();
      else this.#emit('drain');
    }, DRAIN_CHECK_MS);
  }

  #heard(message: WireRelayMessage): void {
    if (this.closed) return;
    if (message.type === 'end') return this.#arrived('end');
    if (message.type === 'error') return this.#refused(message);
    this.localPort = message.port;
    this.tls = message.tls ?? undefined;
    this.writable = true;
    this.#onConnected();
  }

  #refused({ code, message, fault }: Extract<WireRelayMessage, { type: 'error' }>): void {
    const refusal = fault ?? (code === 'too_slow' ? 'relay_lost' : 'relay_refused');
    this.destroy(new ChatError(refusal, { address: this.#address, detail: message }));
  }

  #arrived(arrival: Arrival): void {
    if (this.closed) return;
    this.#arrivals.push(arrival);
    if (this.#flowing) this.#flow();
  }

  #carrierClosed(): void {
    if (this.closed) return;
    // Without the end of the bytes, the workbench itself is gone.
    if (this.localPort === undefined || !this.#sawEnd()) return this.destroy(this.#lost());
    this.writable = false;
    this.#arrived('close');
  }

  #sawEnd(): boolean {
    return this.#ended || this.#arrivals.includes('end');
  }

  #flow(): void {
    while (this.#flowing && !this.closed) {
      const arrival = this.#arrivals.shift();
      if (arrival === undefined) return;
      if (arrival === 'close') this.#finish();
      else if (arrival === 'end') this.#atEnd();
      else this.#emit('data', arrival.bytes);
    }
  }

  #atEnd(): void {
    this.#ended = true;
    this.#emit('end');
  }

  #finish(): void {
    this.#over();
    this.#emit('close');
  }

  #over(): void {
    this.closed = true;
    this.writable = false;
    clearTimeout(this.#drainCheck);
  }

  #emit(event: EventName, value?: Uint8Array | Error): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])])
      (listener as (value?: Uint8Array | Error) => void)(value);
  }

  #lost(): ChatError {
    return new ChatError('relay_lost', { address: this.#address });
  }
}
