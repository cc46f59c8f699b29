/**
 * Lab 06: the keys of a connection, records that cannot be sent twice, and the server's end of a channel.
 *
 * The specification is docs/reference/psk-wire.md: "Key schedule", "Sealed records" and "Handshake", suite aes-256-gcm.
 */
import crypto from 'node:crypto';

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

/** `next` tells what has come. `bytes` belongs to write, which is for the client, and to plain, which came from it. */
type Event = { kind: 'write' | 'plain'; bytes: Uint8Array } | { kind: 'opened' | 'closed' };

export function createServerChannel(sharedKeys: { id: string; key: Uint8Array }[]) {
  return {
    /** Takes the next bytes from the wire, in pieces of any size. */
    push(bytes: Uint8Array): void {
      // Keep them until a record is whole.
    },

    /** One event, or undefined when more bytes are needed. Throws when the client breaks the rules. */
    next(): Event | undefined {
      return undefined;
    },

    /** The bytes of sealed records for `plain`. Throws when the channel is not open, or was closed. */
    send(plain: Uint8Array): Uint8Array {
      return plain;
    },

    /** The bytes of an alert with this code: 0 when all is well. Sealed once the channel is open. */
    close(code = 0): Uint8Array {
      return new Uint8Array(0);
    },
  };
}
