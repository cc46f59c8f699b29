/** AES-CBC with the padding of PKCS#7, alone and with a MAC over what it made. */
import { EMPTY, concat, equalConstantTime, writeUint } from '#protocol/bytes';
import type { Aead, Aes, Ciphers, HashName } from '../contract.ts';
import { BLOCK_LENGTH } from './cmac.ts';

/**
 * CBC and nothing else: the nonce is the iv, the tag is empty and `aad` does not count. Opening fails on wrong padding
 * alone, and that it fails tells an attacker about the plain bytes (Vaudenay 2002): only for lessons.
 */
export function cbcPadded(aes: Aes): Aead {
  return {
    seal: (iv, _, plain) => ({ ciphertext: aes.cbcEncrypt(iv, padded(plain)), tag: EMPTY }),
    open(iv, _, ciphertext) {
      if (ciphertext.length === 0 || ciphertext.length % BLOCK_LENGTH !== 0) return undefined;
      return withoutPadding(aes.cbcDecrypt(iv, ciphertext));
    },
  };
}

/** Sizes in bytes. The key is the MAC's key followed by the cipher's. */
export interface CbcHmac {
  readonly hash: HashName;
  readonly macKeyLength: number;
  readonly keyLength: number;
  /** The HMAC is cut to this length. */
  readonly tagLength: number;
}

/**
 * Encrypt-then-MAC as RFC 7518 §5.2.2 composes it: the tag is the HMAC of `aad`, iv, ciphertext and the length of `aad`
 * in bits, as 8 bytes. It is checked before anything is decrypted, so that padding tells nobody anything.
 */
export function cbcHmac(ciphers: Ciphers, key: Uint8Array, sizes: CbcHmac): Aead {
  const { hash, macKeyLength, keyLength, tagLength } = sizes;
  if (key.length !== macKeyLength + keyLength)
    throw new RangeError(`CBC with HMAC needs a key of ${macKeyLength + keyLength} bytes, not ${key.length}`);
  const hmac = ciphers.hmac(hash, key.subarray(0, macKeyLength));
  const cbc = cbcPadded(ciphers.aes(key.subarray(macKeyLength)));
  const tagOf = (iv: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array => {
    const bits = new Uint8Array(8);
    writeUint(bits, 0, 8, aad.length * 8);
    return hmac(aad, iv, ciphertext, bits).subarray(0, tagLength);
  };
  return {
    seal(iv, aad, plain) {
      const { ciphertext } = cbc.seal(iv, aad, plain);
      return { ciphertext, tag: tagOf(iv, aad, ciphertext) };
    },
    open(iv, aad, sealed) {
      const split = sealed.length - tagLength;
      if (split < 0) return undefined;
      const ciphertext = sealed.subarray(0, split);
      if (!equalConstantTime(tagOf(iv, aad, ciphertext), sealed.subarray(split))) return undefined;
      return cbc.open(iv, aad, ciphertext);
    },
  };
}

/** Whole blocks: between 1 and 16 bytes are added, each with their number (RFC 5652 §6.3). */
export function padded(plain: Uint8Array): Uint8Array {
  const missing = BLOCK_LENGTH - (plain.length % BLOCK_LENGTH);
  return concat([plain, new Uint8Array(missing).fill(missing)]);
}

function withoutPadding(blocks: Uint8Array): Uint8Array | undefined {
  const count = blocks[blocks.length - 1] as number;
  if (count === 0 || count > BLOCK_LENGTH) return undefined;
  const split = blocks.length - count;
  return blocks.subarray(split).every((byte) => byte === count) ? blocks.subarray(0, split) : undefined;
}
