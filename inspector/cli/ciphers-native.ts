/**
 * The ciphers that open records, from node:crypto. They have the same contract as the pure ones, and hardware support.
 */
import {
  type CipherCCMTypes,
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  getCiphers,
} from 'node:crypto';
import { checkKeyLength } from '#channel/contract';
import { gcm } from '#dissect/crypto/gcm';
import {
  AEADS,
  type AeadName,
  type AeadOpener,
  BLOCK_CIPHERS,
  BLOCK_LENGTH,
  type BlockCipherName,
  NONCE_LENGTH,
  type RecordCiphers,
} from '#dissect/crypto/record-ciphers';
import { nativeCiphers } from '#wires/ciphers-native';

const ALGORITHMS: Record<
  Exclude<AeadName, BuiltHere>,
  CipherGCMTypes | CipherCCMTypes | 'chacha20-poly1305'
> = {
  'aes-128-gcm': 'aes-128-gcm',
  'aes-256-gcm': 'aes-256-gcm',
  'chacha20-poly1305': 'chacha20-poly1305',
  'aes-128-ccm': 'aes-128-ccm',
  'aes-256-ccm': 'aes-256-ccm',
  'aes-128-ccm-8': 'aes-128-ccm',
  'aes-256-ccm-8': 'aes-256-ccm',
  // Node's types do not include ARIA.
  'aria-128-gcm': 'aria-128-gcm' as CipherGCMTypes,
  'aria-256-gcm': 'aria-256-gcm' as CipherGCMTypes,
};

/** OpenSSL has these ciphers, but not in this mode. */
type BuiltHere = 'camellia-128-gcm' | 'camellia-256-gcm';
const BLOCKS: Record<BuiltHere, string> = {
  'camellia-128-gcm': 'camellia-128',
  'camellia-256-gcm': 'camellia-256',
};

const KNOWN = new Set(getCiphers());

export const nativeRecordCiphers: RecordCiphers = {
  has(name) {
    if (isBuiltHere(name)) return ['ecb', 'ctr'].every((mode) => KNOWN.has(`${BLOCKS[name]}-${mode}`));
    if (name in ALGORITHMS) return KNOWN.has(ALGORITHMS[name as keyof typeof ALGORITHMS]);
    const { keyLengths } = BLOCK_CIPHERS[name as BlockCipherName];
    return keyLengths.every((length) => KNOWN.has(cbcAlgorithm(name as BlockCipherName, length)));
  },

  aead,

  cbc(name, keyBytes) {
    const { keyLengths, blockLength } = BLOCK_CIPHERS[name];
    checkKeyLength(`${name} in CBC mode`, keyBytes, keyLengths);
    const algorithm = cbcAlgorithm(name, keyBytes.length);
    const key = createSecretKey(keyBytes);
    return {
      decrypt(iv, ciphertext) {
        if (ciphertext.length === 0 || ciphertext.length % blockLength !== 0) return undefined;
        const decipher = createDecipheriv(algorithm, key, iv).setAutoPadding(false);
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

  psk: nativeCiphers,
};

function cbcAlgorithm(name: BlockCipherName, keyLength: number): string {
  return name === '3des-ede' ? 'des-ede3-cbc' : `${name}-${keyLength * 8}-cbc`;
}

function aead(name: AeadName, keyBytes: Uint8Array): AeadOpener {
  const { keyLength, tagLength } = AEADS[name];
  checkKeyLength(name, keyBytes, [keyLength]);
  if (isBuiltHere(name)) return gcmOf(BLOCKS[name], keyBytes);
  const key = createSecretKey(keyBytes);
  // The three kinds share all the methods used here, but Node's types treat each of them separately.
  const algorithm = ALGORITHMS[name] as CipherCCMTypes;
  // Without an explicit tag length, Node would accept a tag of four bytes for GCM.
  const options = { authTagLength: tagLength };
  return {
    open(nonce, aad, sealed) {
      const split = sealed.length - tagLength;
      if (split < 0 || nonce.length !== NONCE_LENGTH) return undefined;
      try {
        const decipher = createDecipheriv(algorithm, key, nonce, options);
        decipher.setAuthTag(sealed.subarray(split));
        // CCM authenticates the length before the content, so it must be given.
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

function isBuiltHere(name: string): name is BuiltHere {
  return name in BLOCKS;
}

/** GCM over a block cipher of OpenSSL, with nonces of 12 bytes: the counter then never carries beyond its 32 bits. */
function gcmOf(block: string, keyBytes: Uint8Array): AeadOpener {
  const key = createSecretKey(keyBytes);
  const zeros = new Uint8Array(BLOCK_LENGTH);
  const hashKey = createCipheriv(`${block}-ecb`, key, null).setAutoPadding(false).update(zeros);
  const opener = gcm({
    hashKey: new DataView(hashKey.buffer, hashKey.byteOffset, BLOCK_LENGTH),
    counted: (counter, content) => asBytes(createDecipheriv(`${block}-ctr`, key, counter).update(content)),
  });
  return {
    open: (nonce, aad, sealed) =>
      nonce.length === NONCE_LENGTH ? opener.open(nonce, aad, sealed) : undefined,
  };
}

/** The same bytes as a plain `Uint8Array`, whose `slice` copies. */
function asBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
