/** Ciphers in plain TypeScript, for pages, workers and tests: no `crypto.subtle`, no native code. */
import { cbc, ctr, gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { type Aead, type Ciphers, checkKeyLength } from './contract.ts';

const TAG_LENGTH = 16;
const HASHES = { sha256, sha512 } as const;

type NonceCipher = (
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
) => { encrypt(plain: Uint8Array): Uint8Array; decrypt(sealed: Uint8Array): Uint8Array };

export const pureCiphers: Ciphers = {
  aes256gcm: (key) => pureAead('AES-256-GCM', gcm, key),
  chacha20poly1305: (key) => pureAead('ChaCha20-Poly1305', chacha20poly1305, key),

  aes(key) {
    checkKeyLength('AES', key, [16, 24, 32]);
    return {
      cbcEncrypt: (iv, blocks) => cbc(key, iv, { disablePadding: true }).encrypt(blocks),
      cbcDecrypt: (iv, blocks) => cbc(key, iv, { disablePadding: true }).decrypt(blocks),
      ctr: (counter, bytes) => ctr(key, counter).encrypt(bytes),
    };
  },

  hmac(hash, key) {
    // Both pads are hashed once for the key, and their states copied for each message.
    const keyed = hmac.create(HASHES[hash], key);
    return (...parts) => {
      const mac = keyed.clone();
      for (const part of parts) mac.update(part);
      return mac.digest();
    };
  },
};

function pureAead(name: string, cipher: NonceCipher, key: Uint8Array): Aead {
  checkKeyLength(name, key, [32]);
  return {
    seal(nonce, aad, plain) {
      const sealed = cipher(key, nonce, aad).encrypt(plain);
      const split = sealed.length - TAG_LENGTH;
      return { ciphertext: sealed.subarray(0, split), tag: sealed.subarray(split) };
    },
    open(nonce, aad, sealed) {
      try {
        return cipher(key, nonce, aad).decrypt(sealed);
      } catch {
        return undefined;
      }
    },
  };
}
