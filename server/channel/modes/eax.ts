/** EAX (Bellare, Rogaway, Wagner 2003, <https://eprint.iacr.org/2003/069>): CTR with CMAC, for nonces of any length. */
import { EMPTY, equalConstantTime } from '#protocol/bytes';
import type { Aead, Aes } from '../contract.ts';
import { BLOCK_LENGTH, cmac, xorInto } from './cmac.ts';

const TAG_LENGTH = 16;
/** What is put before each of the three parts, so that no part can be taken for another. */
const DOMAIN = { nonce: 0, aad: 1, ciphertext: 2 } as const;

export function eax(aes: Aes): Aead {
  const mac = cmac(aes);
  const macOf = (domain: number, bytes: Uint8Array): Uint8Array => {
    const message = new Uint8Array(BLOCK_LENGTH + bytes.length);
    message[BLOCK_LENGTH - 1] = domain;
    message.set(bytes, BLOCK_LENGTH);
    return mac(message);
  };
  const tagOf = (start: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array => {
    const tag = start.slice();
    xorInto(tag, macOf(DOMAIN.aad, aad));
    xorInto(tag, macOf(DOMAIN.ciphertext, ciphertext));
    return tag;
  };
  return {
    seal(nonce, aad, plain) {
      const start = macOf(DOMAIN.nonce, nonce);
      const ciphertext = plain.length === 0 ? EMPTY : aes.ctr(start, plain);
      return { ciphertext, tag: tagOf(start, aad, ciphertext) };
    },
    open(nonce, aad, sealed) {
      const split = sealed.length - TAG_LENGTH;
      if (split < 0) return undefined;
      const ciphertext = sealed.subarray(0, split);
      const start = macOf(DOMAIN.nonce, nonce);
      if (!equalConstantTime(tagOf(start, aad, ciphertext), sealed.subarray(split))) return undefined;
      return split === 0 ? EMPTY : aes.ctr(start, ciphertext);
    },
  };
}
