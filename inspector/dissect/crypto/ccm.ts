/**
 * AES-CCM (RFC 3610, NIST SP 800-38C): counter mode for the content, CBC-MAC for its authenticity, both under
 * one key. The package that brings the other ciphers does not have it; this is built on the package's AES
 * block.
 */
import { unsafe } from '@noble/ciphers/aes.js';
import { equalConstantTime, writeUint } from '#protocol/bytes';
import { type AeadOpener, BLOCK_LENGTH } from './record-ciphers.ts';

/** Opens what was sealed with this key and a tag of `tagLength` bytes: 4, 6, … 16. Nonces have 7 to 13 bytes. */
export function aesCcm(key: Uint8Array, tagLength: number): AeadOpener {
  const roundKeys = unsafe.expandKeyLE(key);
  return {
    open(nonce, aad, sealed) {
      const split = sealed.length - tagLength;
      if (split < 0 || nonce.length < 7 || nonce.length > 13) return undefined;
      // The tag is the MAC under the first block of the key stream, S_0; the content is under those that follow.
      const stream = new Uint8Array(BLOCK_LENGTH + split);
      stream.set(sealed.subarray(0, split), BLOCK_LENGTH);
      const plain = unsafe.ctrCounter(roundKeys, counterBlock(nonce), stream);
      const content = plain.subarray(BLOCK_LENGTH);
      const mac = new CbcMac(roundKeys);
      mac.update(firstBlock(nonce, aad.length > 0, tagLength, split));
      if (aad.length > 0) mac.update(withLength(aad));
      mac.update(content);
      const expected = mac.state().subarray(0, tagLength);
      for (let i = 0; i < tagLength; i++) expected[i] = (expected[i] as number) ^ (plain[i] as number);
      return equalConstantTime(expected, sealed.subarray(split)) ? content : undefined;
    },
  };
}

/** A_0 of RFC 3610 §2.3: flags, nonce, counter 0. */
function counterBlock(nonce: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK_LENGTH);
  block[0] = 14 - nonce.length;
  block.set(nonce, 1);
  return block;
}

/** B_0 of RFC 3610 §2.2: flags, nonce, and how many bytes the content has. */
function firstBlock(nonce: Uint8Array, hasAad: boolean, tagLength: number, length: number): Uint8Array {
  const block = counterBlock(nonce);
  block[0] = (hasAad ? 0x40 : 0) | (((tagLength - 2) / 2) << 3) | (14 - nonce.length);
  const lengthSize = 15 - nonce.length;
  writeUint(block, 1 + nonce.length, lengthSize, length);
  return block;
}

/** The additional data after its length, RFC 3610 §2.2: two bytes, or six for lengths that two cannot say. */
function withLength(aad: Uint8Array): Uint8Array {
  const short = aad.length < 0xff00;
  const out = new Uint8Array((short ? 2 : 6) + aad.length);
  if (!short) writeUint(out, 0, 2, 0xfffe);
  writeUint(out, short ? 0 : 2, short ? 2 : 4, aad.length);
  out.set(aad, short ? 2 : 6);
  return out;
}

/** Each update is filled up with zeros to whole blocks, as CCM asks of its parts. */
class CbcMac {
  readonly #roundKeys: Uint32Array;
  #s0 = 0;
  #s1 = 0;
  #s2 = 0;
  #s3 = 0;

  constructor(roundKeys: Uint32Array) {
    this.#roundKeys = roundKeys;
  }

  update(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    for (; at + BLOCK_LENGTH <= bytes.length; at += BLOCK_LENGTH) this.#block(view, at);
    if (at === bytes.length) return;
    const last = new Uint8Array(BLOCK_LENGTH);
    last.set(bytes.subarray(at));
    this.#block(new DataView(last.buffer), 0);
  }

  /** A block of 16 bytes. */
  state(): Uint8Array {
    const out = new Uint8Array(BLOCK_LENGTH);
    const view = new DataView(out.buffer);
    [this.#s0, this.#s1, this.#s2, this.#s3].forEach((word, i) => view.setUint32(4 * i, word, true));
    return out;
  }

  #block(view: DataView, at: number): void {
    const out = unsafe.encrypt(
      this.#roundKeys,
      this.#s0 ^ view.getUint32(at, true),
      this.#s1 ^ view.getUint32(at + 4, true),
      this.#s2 ^ view.getUint32(at + 8, true),
      this.#s3 ^ view.getUint32(at + 12, true),
    );
    this.#s0 = out.s0;
    this.#s1 = out.s1;
    this.#s2 = out.s2;
    this.#s3 = out.s3;
  }
}
