/** Ciphers in plain TypeScript, for pages, workers and tests: no `crypto.subtle`, no native code. */
import { gcm } from '@noble/ciphers/aes.js';
import type { Aead, Ciphers } from './contract.ts';

const TAG_LENGTH = 16;

type NonceCipher = (
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
) => { encrypt(plain: Uint8Array): Uint8Array; decrypt(sealed: Uint8Array): Uint8Array };

export const pureCiphers: Ciphers = {
  aes256gcm: (key) => pureAead(gcm, key),
};

function pureAead(cipher: NonceCipher, key: Uint8Array): Aead {
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
