/** The ciphers that open records, in plain TypeScript: for pages, workers and tests. */
import { cbc } from '@noble/ciphers/aes.js';
import { checkKeyLength } from '#channel/contract';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { pureCiphers } from '#channel/ciphers-pure';
import { aesCcm } from './ccm.ts';
import { aesGcm } from './gcm.ts';
import {
  AEADS,
  type AeadName,
  type AeadOpener,
  BLOCK_CIPHERS,
  BLOCK_LENGTH,
  type CipherName,
  NONCE_LENGTH,
  type RecordCiphers,
} from './record-ciphers.ts';

const HASHES = { md5, sha1, sha256, sha384 } as const;

export const pureRecordCiphers: RecordCiphers = {
  // No well-kept package for pages has the others.
  has: (name) => name === 'aes' || (name in AEADS && !/^(aria|camellia)-/.test(name)),

  aead(name, key) {
    checkKeyLength(name, key, [AEADS[name].keyLength]);
    return twelveByteNonces(openerOf(name, key));
  },

  cbc(name, key) {
    if (name !== 'aes') throw missing(name);
    checkKeyLength('AES-CBC', key, BLOCK_CIPHERS.aes.keyLengths);
    return {
      decrypt(iv, ciphertext) {
        if (ciphertext.length === 0 || ciphertext.length % BLOCK_LENGTH !== 0) return undefined;
        return cbc(key, iv, { disablePadding: true }).decrypt(ciphertext);
      },
    };
  },

  hmac(hash, key) {
    // Both pads are hashed once for the key, and their states copied for each record.
    const keyed = hmac.create(HASHES[hash], key);
    return {
      digest(...parts) {
        const mac = keyed.clone();
        for (const part of parts) mac.update(part);
        return mac.digest();
      },
    };
  },

  psk: {
    ...pureCiphers,
    // The GCM from here prepares its tables once for a key.
    aes256gcm(key) {
      const opener = aesGcm(key);
      return { ...pureCiphers.aes256gcm(key), open: (nonce, aad, sealed) => opener.open(nonce, aad, sealed) };
    },
  },
};

function openerOf(name: AeadName, key: Uint8Array): AeadOpener {
  switch (name) {
    case 'aes-128-gcm':
    case 'aes-256-gcm':
      return aesGcm(key);
    case 'chacha20-poly1305':
      return {
        open: (nonce, aad, sealed) => attempt(() => chacha20poly1305(key, nonce, aad).decrypt(sealed)),
      };
    case 'aes-128-ccm':
    case 'aes-256-ccm':
    case 'aes-128-ccm-8':
    case 'aes-256-ccm-8':
      return aesCcm(key, AEADS[name].tagLength);
    case 'aria-128-gcm':
    case 'aria-256-gcm':
    case 'camellia-128-gcm':
    case 'camellia-256-gcm':
      throw missing(name);
  }
}

function missing(name: CipherName): RangeError {
  return new RangeError(`${name} is not among the ciphers of this host`);
}

function twelveByteNonces(opener: AeadOpener): AeadOpener {
  return {
    open: (nonce, aad, sealed) =>
      nonce.length === NONCE_LENGTH ? opener.open(nonce, aad, sealed) : undefined,
  };
}

/**
 * The package throws where the tag does not fit, before it gives out a byte, and where the input is too short
 * for a tag.
 */
function attempt(open: () => Uint8Array): Uint8Array | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}
