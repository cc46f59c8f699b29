/** The psk channel's own part: keys of a connection, and records that are numbered and sealed. */
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';

const HEADER_LENGTH = 12;
const TAG_LENGTH = 16;

interface Direction {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

interface Connection {
  /** The shared key. */
  readonly key: Uint8Array;
  readonly clientNonce: Uint8Array;
  readonly serverNonce: Uint8Array;
  /** Both hellos as they crossed the wire, without the server's confirmation. */
  readonly hellos: Uint8Array;
}

/**
 * The text under a nonce that was used twice: both ciphertexts are a text XOR the same key stream. `knownText` is the
 * text of the first one.
 */
export function readReusedNonce(knownText: Uint8Array, its: Uint8Array, other: Uint8Array): Uint8Array {
  const length = Math.min(knownText.length, its.length, other.length);
  return Uint8Array.from(
    { length },
    (_, i) => (knownText[i] as number) ^ (its[i] as number) ^ (other[i] as number),
  );
}

/** Keys that no other connection has, because both nonces go into them. */
export function deriveKeys({ key, clientNonce, serverNonce, hellos }: Connection) {
  const secret = hmac(Buffer.concat([clientNonce, serverNonce]), key);
  const transcript = createHash('sha256').update(hellos).digest();
  const derive = (label: string, length: number): Uint8Array => {
    const info = Buffer.concat([Buffer.from(`wireglass psk1 ${label}\0`), transcript]);
    // One block of HKDF-Expand is 32 bytes, and nothing here is longer.
    return hmac(secret, info, Uint8Array.of(1)).subarray(0, length);
  };
  return {
    c2s: { key: derive('c2s key', 32), iv: derive('c2s iv', 12) },
    s2c: { key: derive('s2c key', 32), iv: derive('s2c iv', 12) },
    serverConfirmKey: derive('server confirm', 32),
    clientConfirmKey: derive('client confirm', 32),
  };
}

/** Seals one direction. Each record has the next number, and so a nonce that never comes again under this key. */
export function createSealer({ key, iv }: Direction) {
  let sequence = 0;
  return {
    seal(type: number, plain: Uint8Array): Uint8Array {
      const header = headerOf(type, plain.length + TAG_LENGTH, sequence);
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(iv, sequence));
      cipher.setAAD(header);
      sequence += 1;
      return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
  };
}

/** Opens one direction. Throws on anything but the next record, as it was sealed. */
export function createOpener({ key, iv }: Direction) {
  let sequence = 0;
  return {
    open(record: Uint8Array): Uint8Array {
      const header = Buffer.from(record.subarray(0, HEADER_LENGTH));
      const body = record.subarray(HEADER_LENGTH);
      if (header.length < HEADER_LENGTH || body.length < TAG_LENGTH) throw new Error('the record is cut');
      if (header.readBigUInt64BE(4) !== BigInt(sequence)) throw new Error(`record ${sequence} must come now`);
      const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(iv, sequence));
      decipher.setAAD(header);
      decipher.setAuthTag(body.subarray(-TAG_LENGTH));
      const plain = Buffer.concat([decipher.update(body.subarray(0, -TAG_LENGTH)), decipher.final()]);
      // Only a record that is whole counts: one that was refused must not move the number on.
      sequence += 1;
      return plain;
    },
  };
}

/** Type, three bytes of length, eight bytes of number. */
function headerOf(type: number, length: number, sequence: number): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUInt32BE(length, 0);
  header.writeUInt8(type, 0);
  header.writeBigUInt64BE(BigInt(sequence), 4);
  return header;
}

/** The iv with the number XORed into its last eight bytes. */
function nonceOf(iv: Uint8Array, sequence: number): Uint8Array {
  const nonce = Buffer.from(iv);
  nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ BigInt(sequence), 4);
  return nonce;
}

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}
