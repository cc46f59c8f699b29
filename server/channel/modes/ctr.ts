/** AES-CTR alone: the nonce is the first counter block, the tag is empty, and nothing is ever refused. Only for lessons. */
import { EMPTY } from '#protocol/bytes';
import type { Aead, Aes } from '../contract.ts';

export function ctrAlone(aes: Aes): Aead {
  return {
    seal: (nonce, _, plain) => ({ ciphertext: aes.ctr(nonce, plain), tag: EMPTY }),
    open: (nonce, _, ciphertext) => aes.ctr(nonce, ciphertext),
  };
}
