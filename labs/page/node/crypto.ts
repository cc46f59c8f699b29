/** As much of `node:crypto` as the labs in a page need: the same names, the same bytes, the same refusals. */
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { Buffer } from './buffer.ts';
import { Cipher, type CipherOptions } from './cipher.ts';
import { type Data, type Encoding, SecretKey, bytesOf, given } from './data.ts';

const HASHES = { sha1, sha224, sha256, sha384, sha512 } as const;
/** `getRandomValues` gives at most this many bytes at once. */
const MOST_RANDOM = 65_536;

interface Hashing {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

class Hash {
  readonly #hashing: Hashing;

  constructor(hashing: Hashing) {
    this.#hashing = hashing;
  }

  update(data: Data, encoding?: Encoding): this {
    this.#hashing.update(bytesOf(data, encoding));
    return this;
  }

  digest(encoding?: Encoding): Buffer | string {
    return given(this.#hashing.digest(), encoding);
  }
}

function hashOf(name: string): (typeof HASHES)[keyof typeof HASHES] {
  const found = Object.entries(HASHES).find(([known]) => known === name.toLowerCase().replace('-', ''));
  if (!found) throw new Error('Digest method not supported');
  return found[1];
}

function randomFillSync<T extends ArrayBufferView>(view: T): T {
  const bytes = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
  for (let at = 0; at < bytes.length; at += MOST_RANDOM)
    globalThis.crypto.getRandomValues(bytes.subarray(at, at + MOST_RANDOM));
  return view;
}

function hkdfSync(name: string, key: Data, salt: Data, info: Data, length: number): ArrayBuffer {
  const bytes = hkdf(hashOf(name), bytesOf(key), bytesOf(salt), bytesOf(info), length);
  return Uint8Array.from(bytes).buffer;
}

function timingSafeEqual(one: Data, other: Data): boolean {
  const [a, b] = [bytesOf(one), bytesOf(other)];
  if (a.length !== b.length) throw new RangeError('Input buffers must have the same byte length');
  return a.reduce((difference, byte, i) => difference | (byte ^ (b[i] as number)), 0) === 0;
}

export const nodeCrypto = {
  createHash: (name: string) => new Hash(hashOf(name).create()),
  createHmac: (name: string, key: Data) => new Hash(hmac.create(hashOf(name), bytesOf(key))),
  createCipheriv: (name: string, key: Data, iv: Data | null, options?: CipherOptions) =>
    new Cipher('encrypt', name, key, iv, options),
  createDecipheriv: (name: string, key: Data, iv: Data | null, options?: CipherOptions) =>
    new Cipher('decrypt', name, key, iv, options),
  createSecretKey: (key: Data, encoding?: Encoding) => new SecretKey(bytesOf(key, encoding)),
  randomBytes: (count: number) => randomFillSync(Buffer.alloc(count)),
  randomFillSync,
  hkdfSync,
  timingSafeEqual,
  get webcrypto() {
    return globalThis.crypto;
  },
  get subtle() {
    return globalThis.crypto.subtle;
  },
  getRandomValues: <T extends ArrayBufferView>(view: T) => randomFillSync(view),
  randomUUID: () => globalThis.crypto.randomUUID(),
  KeyObject: SecretKey,
};
