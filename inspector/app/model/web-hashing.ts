/** Hash functions for computing a key schedule again: the browser's own, or those of a library where it gives none. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import type { Hashing } from '#dissect/key-schedule/recompute';

/** Web Crypto. A browser gives it to a page that came over HTTPS or from this machine. */
export function webHashing(subtle: SubtleCrypto): Hashing {
  return {
    digest: async (hash, bytes) => new Uint8Array(await subtle.digest(hash, new Uint8Array(bytes))),
    async hmac(hash, key, message) {
      const algorithm = { name: 'HMAC', hash };
      const imported = await subtle.importKey('raw', new Uint8Array(key), algorithm, false, ['sign']);
      return new Uint8Array(await subtle.sign('HMAC', imported, new Uint8Array(message)));
    },
  };
}

const HASHES = { 'SHA-256': sha256, 'SHA-384': sha384 } as const;

/** The library that the schedule itself uses. */
export const LIBRARY_HASHING: Hashing = {
  digest: (hash, bytes) => Promise.resolve(HASHES[hash](bytes)),
  hmac: (hash, key, message) => Promise.resolve(hmac(HASHES[hash], key, message)),
};
