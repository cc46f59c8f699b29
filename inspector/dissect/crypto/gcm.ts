/**
 * GCM (NIST SP 800-38D) for many records under one key, with AES or with a block cipher of the host: round keys and the
 * table of GHASH are made once. The package's own mode makes both for every record, which takes longer than opening a
 * short one. This is built on its AES block and counter mode. Tables are looked up by secret values, so the time taken tells
 * something about them: that does no harm in a tool that opens what was recorded, but it would in one that
 * takes part in a conversation.
 */
import { unsafe } from '@noble/ciphers/aes.js';
import { equalConstantTime } from '#protocol/bytes';
import { Ghash } from './ghash.ts';
import { type AeadOpener, BLOCK_LENGTH } from './record-ciphers.ts';

const TAG_LENGTH = 16;
/** A nonce of this size is used as it is; any other is hashed. */
const DIRECT_NONCE = 12;

/** A block cipher of 16-byte blocks under one key. */
export interface GcmCipher {
  /** H of §7.1: the block of zeros, encrypted. */
  readonly hashKey: DataView;
  /**
   * GCTR of §6.5: what `content` becomes when it is combined with the encrypted counters from this block on. Neither is
   * changed.
   */
  readonly counted: (counter: Uint8Array, content: Uint8Array) => Uint8Array;
}

/** Opens what was sealed with this key, of 16, 24 or 32 bytes, and a tag of 16. Any nonce but an empty one will do. */
export function aesGcm(key: Uint8Array): AeadOpener {
  const roundKeys = unsafe.expandKeyLE(key);
  return gcm({
    hashKey: aesHashKey(roundKeys),
    counted(counter, content) {
      // Copies: the package counts in the bytes that it is given, and wants the content at a multiple of four.
      const copy = content.slice();
      return unsafe.ctr32(roundKeys, false, counter.slice(), copy, copy);
    },
  });
}

/** The same with any block cipher. */
export function gcm({ hashKey, counted }: GcmCipher): AeadOpener {
  const ghash = new Ghash(hashKey);
  return {
    open(nonce, aad, sealed) {
      const split = sealed.length - TAG_LENGTH;
      if (split < 0 || nonce.length === 0) return undefined;
      const counter = firstCounter(ghash, nonce);
      const mask = counted(counter, new Uint8Array(BLOCK_LENGTH));
      const ciphertext = sealed.subarray(0, split);
      ghash.reset();
      ghash.update(aad);
      ghash.update(ciphertext);
      ghash.lengths(aad.length, split);
      const tag = ghash.digest().map((byte, i) => byte ^ (mask[i] as number));
      if (!equalConstantTime(tag, sealed.subarray(split))) return undefined;
      return counted(next(counter), ciphertext);
    },
  };
}

/** inc32 of §6.2. */
function next(counter: Uint8Array): Uint8Array {
  const block = counter.slice();
  const view = new DataView(block.buffer);
  view.setUint32(12, view.getUint32(12) + 1);
  return block;
}

function aesHashKey(roundKeys: Uint32Array): DataView {
  const { s0, s1, s2, s3 } = unsafe.encrypt(roundKeys, 0, 0, 0, 0);
  const block = new DataView(new ArrayBuffer(BLOCK_LENGTH));
  [s0, s1, s2, s3].forEach((word, i) => block.setInt32(4 * i, word, true));
  return block;
}

/** J_0 of §7.1. */
function firstCounter(ghash: Ghash, nonce: Uint8Array): Uint8Array {
  if (nonce.length === DIRECT_NONCE) {
    const block = new Uint8Array(BLOCK_LENGTH);
    block.set(nonce);
    block[BLOCK_LENGTH - 1] = 1;
    return block;
  }
  ghash.reset();
  ghash.update(nonce);
  ghash.lengths(0, nonce.length);
  return ghash.digest();
}
