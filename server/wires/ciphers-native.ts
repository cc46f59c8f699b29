/** Ciphers of node:crypto: the same contract as the pure ones, with hardware support. */
import {
  type CipherGCMTypes,
  type KeyObject,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
} from 'node:crypto';
import { type Aead, type Ciphers, checkKeyLength } from '#channel/contract';

const TAG_LENGTH = 16;

export const nativeCiphers: Ciphers = {
  aes256gcm: (key) => nativeAead('aes-256-gcm', key),
  chacha20poly1305: (key) => nativeAead('chacha20-poly1305', key),

  aes(keyBytes) {
    checkKeyLength('AES', keyBytes, [16, 24, 32]);
    const key = createSecretKey(keyBytes);
    const name = `aes-${keyBytes.length * 8}`;
    return {
      cbcEncrypt: (iv, blocks) =>
        asBytes(createCipheriv(`${name}-cbc`, key, iv).setAutoPadding(false).update(blocks)),
      cbcDecrypt: (iv, blocks) =>
        asBytes(createDecipheriv(`${name}-cbc`, key, iv).setAutoPadding(false).update(blocks)),
      ctr: (counter, bytes) => asBytes(createCipheriv(`${name}-ctr`, key, counter).update(bytes)),
    };
  },

  hmac(hash, keyBytes) {
    const key = createSecretKey(keyBytes);
    return (...parts) => {
      const mac = createHmac(hash, key);
      for (const part of parts) mac.update(part);
      return asBytes(mac.digest());
    };
  },
};

type Algorithm = 'aes-256-gcm' | 'chacha20-poly1305';

function nativeAead(algorithm: Algorithm, keyBytes: Uint8Array): Aead {
  checkKeyLength(algorithm, keyBytes, [32]);
  const key = createSecretKey(keyBytes);
  return {
    seal(nonce, aad, plain) {
      const cipher = createCipheriv(...given(algorithm, key, nonce));
      cipher.setAAD(aad);
      const ciphertext = cipher.update(plain);
      cipher.final();
      return { ciphertext: asBytes(ciphertext), tag: asBytes(cipher.getAuthTag()) };
    },
    open(nonce, aad, sealed) {
      if (sealed.length < TAG_LENGTH || !fits(algorithm, nonce)) return undefined;
      const split = sealed.length - TAG_LENGTH;
      try {
        const decipher = createDecipheriv(...given(algorithm, key, nonce));
        decipher.setAAD(aad);
        decipher.setAuthTag(sealed.subarray(split));
        const plain = decipher.update(sealed.subarray(0, split));
        decipher.final();
        return asBytes(plain);
      } catch {
        return undefined;
      }
    },
  };
}

/** OpenSSL would fill up a shorter nonce of ChaCha20 with zeros. */
function fits(algorithm: Algorithm, nonce: Uint8Array): boolean {
  return algorithm !== 'chacha20-poly1305' || nonce.length === 12;
}

/** Both kinds share all the methods used here, but Node's types treat them separately. */
function given(algorithm: Algorithm, key: KeyObject, nonce: Uint8Array) {
  // Without an explicit tag length, Node would accept a tag of four bytes.
  return [algorithm as CipherGCMTypes, key, nonce, { authTagLength: TAG_LENGTH }] as const;
}

/** The same bytes as a plain `Uint8Array`, whose `slice` copies. */
function asBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
