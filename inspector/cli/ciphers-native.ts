/** The ciphers that open records, from node:crypto: the same contract as the pure ones, with hardware support. */
import {
  type CipherCCMTypes,
  type CipherGCMTypes,
  createDecipheriv,
  createHmac,
  createSecretKey,
} from 'node:crypto';
import {
  AEADS,
  type AeadName,
  type AeadOpener,
  BLOCK_LENGTH,
  NONCE_LENGTH,
  type RecordCiphers,
  checkKey,
} from '#dissect/crypto/record-ciphers';

const ALGORITHMS: Record<AeadName, CipherGCMTypes | CipherCCMTypes | 'chacha20-poly1305'> = {
  'aes-128-gcm': 'aes-128-gcm',
  'aes-256-gcm': 'aes-256-gcm',
  'chacha20-poly1305': 'chacha20-poly1305',
  'aes-128-ccm': 'aes-128-ccm',
  'aes-256-ccm': 'aes-256-ccm',
  'aes-128-ccm-8': 'aes-128-ccm',
  'aes-256-ccm-8': 'aes-256-ccm',
};

export const nativeRecordCiphers: RecordCiphers = {
  aead,

  aesCbc(keyBytes) {
    checkKey('AES-CBC', keyBytes, [16, 32]);
    const key = createSecretKey(keyBytes);
    return {
      decrypt(iv, ciphertext) {
        if (ciphertext.length === 0 || ciphertext.length % BLOCK_LENGTH !== 0) return undefined;
        const decipher = createDecipheriv(`aes-${keyBytes.length * 8}-cbc`, key, iv).setAutoPadding(false);
        const plain = decipher.update(ciphertext);
        decipher.final();
        return asBytes(plain);
      },
    };
  },

  hmac(hash, keyBytes) {
    const key = createSecretKey(keyBytes);
    return {
      digest(...parts) {
        const mac = createHmac(hash, key);
        for (const part of parts) mac.update(part);
        return asBytes(mac.digest());
      },
    };
  },
};

function aead(name: AeadName, keyBytes: Uint8Array): AeadOpener {
  const { keyLength, tagLength } = AEADS[name];
  checkKey(name, keyBytes, [keyLength]);
  const key = createSecretKey(keyBytes);
  // The three kinds share all the methods that are used here; the types of Node know each only by itself.
  const algorithm = ALGORITHMS[name] as CipherCCMTypes;
  // Without an explicit tag length Node would take a tag of four bytes for a good one of GCM.
  const options = { authTagLength: tagLength };
  return {
    open(nonce, aad, sealed) {
      const split = sealed.length - tagLength;
      if (split < 0 || nonce.length !== NONCE_LENGTH) return undefined;
      try {
        const decipher = createDecipheriv(algorithm, key, nonce, options);
        decipher.setAuthTag(sealed.subarray(split));
        // CCM authenticates the length before the content, so it has to be told.
        decipher.setAAD(aad, { plaintextLength: split });
        const plain = decipher.update(sealed.subarray(0, split));
        decipher.final();
        return asBytes(plain);
      } catch {
        return undefined;
      }
    },
  };
}

/** The same bytes as a plain `Uint8Array`, whose `slice` copies. */
function asBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
