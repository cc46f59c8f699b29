/** Ciphers of node:crypto: the same contract as the pure ones, with hardware support. */
import { type CipherGCMTypes, createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import type { Aead, Ciphers } from '#channel/contract';

const TAG_LENGTH = 16;

export const nativeCiphers: Ciphers = {
  aes256gcm: (key) => gcmAead('aes-256-gcm', key),
};

function gcmAead(algorithm: CipherGCMTypes, keyBytes: Uint8Array): Aead {
  const key = createSecretKey(keyBytes);
  // Without an explicit tag length, Node would accept a tag of four bytes.
  const options = { authTagLength: TAG_LENGTH };
  return {
    seal(nonce, aad, plain) {
      const cipher = createCipheriv(algorithm, key, nonce, options);
      cipher.setAAD(aad);
      const ciphertext = cipher.update(plain);
      cipher.final();
      return { ciphertext, tag: cipher.getAuthTag() };
    },
    open(nonce, aad, sealed) {
      if (sealed.length < TAG_LENGTH) return undefined;
      const split = sealed.length - TAG_LENGTH;
      const decipher = createDecipheriv(algorithm, key, nonce, options);
      decipher.setAAD(aad);
      decipher.setAuthTag(sealed.subarray(split));
      const plain = decipher.update(sealed.subarray(0, split));
      try {
        decipher.final();
        return plain;
      } catch {
        return undefined;
      }
    },
  };
}
