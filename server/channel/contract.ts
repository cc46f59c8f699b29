/**
 * The channel contract. A secure channel turns bytes into bytes: wire bytes below, plain bytes above, and nothing
 * above it knows which channel it is. A channel does no I/O: the owner of the socket feeds it and sends what it
 * gives back. Our own channels and a learner's implement this same contract and pass the same suite.
 */
import type { ErrorCode } from '#protocol/errors';

export type Side = 'client' | 'server';

export type ChannelEvent =
  /** Put these bytes on the wire now (handshake records, alerts). */
  | { readonly kind: 'write'; readonly bytes: Uint8Array }
  /** The handshake is done: `send` may be called from here on. Comes exactly once, before any `plain`. */
  | {
      readonly kind: 'opened';
      /** How it protects, in words; empty when it does not. */
      readonly detail: string;
    }
  /** Plain bytes from the peer, valid until the next `push`. */
  | { readonly kind: 'plain'; readonly bytes: Uint8Array }
  /** The peer closed this channel on purpose, saying why: nothing was cut off. */
  | { readonly kind: 'closed'; readonly code: ErrorCode | 'done' };

export interface Channel {
  /** Bytes to send before anything has arrived, and `opened` when there is no handshake. Called once, first. */
  start(): ChannelEvent[];
  /** Takes bytes from the wire, in any pieces. */
  push(wireBytes: Uint8Array): void;
  /**
   * What the bytes taken so far mean, one event at a time; `undefined` when more bytes are needed. Throws
   * `RemoteProtocolError`, after every event that came before the fault; then the connection must be closed.
   */
  next(): ChannelEvent | undefined;
  /**
   * Bytes of a unit (a record, say) that has begun and is not whole, once `next` has given all that it can; 0 between
   * two units, and always where the channel has none. The owner of the socket limits the time for the rest by it.
   */
  readonly pending: number;
  /**
   * Wire bytes for plain bytes, as pieces to be written in this order. Throws `LocalProtocolError` when the
   * channel is not open or its key is used up.
   */
  send(plain: Uint8Array): Uint8Array[];
  /** Wire bytes that tell the peer that this side ends here, and why. Empty where the channel has no such thing. */
  close(code: ErrorCode | 'done'): Uint8Array;
  /** The wire ended. Throws `RemoteProtocolError` when that was inside a unit, or inside the handshake. */
  end(): void;
}

/** Authenticated encryption with one key. `seal` and `open` take a nonce that was never used with this key before. */
export interface Aead {
  /** Ciphertext (as long as `plain`) and tag. */
  seal(nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array): { ciphertext: Uint8Array; tag: Uint8Array };
  /** Plain bytes, or `undefined` when the tag does not fit. `sealed` is ciphertext followed by tag. */
  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

/** Where the ciphers come from: native ones where the host has them, pure ones elsewhere. */
export interface Ciphers {
  aes256gcm(key: Uint8Array): Aead;
}

/** One line of a key log, without its line end: `LABEL <client nonce or random, hex> <secret, hex>`. */
export type KeyLogSink = (line: string) => void;
