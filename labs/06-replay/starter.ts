/**
 * Lab 06: the keys of a connection, and records that cannot be sent twice.
 *
 * The specification is docs/reference/psk-wire.md: "Key schedule" and "Sealed records", suite aes-256-gcm.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';

/** The text behind `other`, which was made with the same key and nonce as `its`, whose text is known. */
export function readReusedNonce(knownText: Uint8Array, its: Uint8Array, other: Uint8Array): Uint8Array {
  return new Uint8Array(0);
}

interface Connection {
  /** The shared key. */
  key: Uint8Array;
  clientNonce: Uint8Array;
  serverNonce: Uint8Array;
  /** Both hellos, without the server's confirmation. */
  hellos: Uint8Array;
}

/** Returns { c2s: { key, iv }, s2c: { key, iv }, serverConfirmKey, clientConfirmKey }. */
export function deriveKeys({ key, clientNonce, serverNonce, hellos }: Connection) {
  return undefined;
}

interface Direction {
  key: Uint8Array;
  iv: Uint8Array;
}

export function createSealer({ key, iv }: Direction) {
  return {
    /** Header (type, length, number), ciphertext, tag. */
    seal(type: number, plain: Uint8Array): Uint8Array {
      return plain;
    },
  };
}

export function createOpener({ key, iv }: Direction) {
  return {
    /** Plain bytes of a whole record. Throws on anything but the next record, as it was sealed. */
    open(record: Uint8Array): Uint8Array {
      return record;
    },
  };
}
