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
      /** On the server’s side: id of the shared key that the client has proved to hold. Absent where there is none. */
      readonly keyId?: string;
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

/** Encryption with one key. A tag, where there is one, shows that neither `aad` nor the ciphertext was changed. */
export interface Aead {
  /** Ciphertext and tag; the tag is empty where nothing is authenticated. */
  seal(nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array): { ciphertext: Uint8Array; tag: Uint8Array };
  /** Plain bytes, or `undefined` when tag or padding does not fit. `sealed` is ciphertext followed by tag. */
  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

/** AES with one key, in modes that authenticate nothing: what the suites build theirs on. */
export interface Aes {
  /** CBC without padding (NIST SP 800-38A §6.2). `iv` is one block of 16 bytes, `blocks` whole ones. */
  cbcEncrypt(iv: Uint8Array, blocks: Uint8Array): Uint8Array;
  cbcDecrypt(iv: Uint8Array, blocks: Uint8Array): Uint8Array;
  /** CTR (§6.5), the same both ways. `counter` is the first counter block, counted up as a number of 128 bits. */
  ctr(counter: Uint8Array, bytes: Uint8Array): Uint8Array;
}

/** HMAC (RFC 2104) of the parts, one after the other, under one key. As long as the hash. */
export type Hmac = (...parts: Uint8Array[]) => Uint8Array;
export type HashName = 'sha256' | 'sha512';

/**
 * Where the ciphers come from: native ones where the host has them, pure ones elsewhere. A key of another size throws
 * `RangeError`. What they return are plain `Uint8Array`s.
 */
export interface Ciphers {
  /** A key of 32 bytes, tags of 16, nonces of 12 in every suite here (NIST SP 800-38D). */
  aes256gcm(key: Uint8Array): Aead;
  /** A key of 32 bytes, nonces of 12, tags of 16 (RFC 8439 §2.8). */
  chacha20poly1305(key: Uint8Array): Aead;
  /** A key of 16, 24 or 32 bytes. */
  aes(key: Uint8Array): Aes;
  hmac(hash: HashName, key: Uint8Array): Hmac;
}

/** Throws `RangeError` when the key does not have one of these sizes, in bytes. */
export function checkKeyLength(cipher: string, key: Uint8Array, lengths: readonly number[]): void {
  if (lengths.includes(key.length)) return;
  throw new RangeError(`${cipher} needs a key of ${lengths.join(' or ')} bytes, not ${key.length}`);
}

/** One line of a key log, without its line end: `LABEL <client nonce or random, hex> <secret, hex>`. */
export type KeyLogSink = (line: string) => void;
