/** CMAC (NIST SP 800-38B, RFC 4493), also called OMAC1: a MAC from a block cipher. */
import type { Aes } from '../contract.ts';

export const BLOCK_LENGTH = 16;
const ZERO_BLOCK = new Uint8Array(BLOCK_LENGTH);

/** The MAC of a message under one key: 16 bytes. */
export type Cmac = (message: Uint8Array) => Uint8Array;

export function cmac(aes: Aes): Cmac {
  const ofWhole = doubled(aes.cbcEncrypt(ZERO_BLOCK, ZERO_BLOCK));
  const ofPadded = doubled(ofWhole);
  return (message) => {
    const blocks = Math.max(1, Math.ceil(message.length / BLOCK_LENGTH));
    const padded = new Uint8Array(blocks * BLOCK_LENGTH);
    padded.set(message);
    const isWhole = message.length === padded.length;
    if (!isWhole) padded[message.length] = 0x80;
    xorInto(padded.subarray(-BLOCK_LENGTH), isWhole ? ofWhole : ofPadded);
    // The MAC is the last block of CBC with a zero iv.
    return aes.cbcEncrypt(ZERO_BLOCK, padded).slice(-BLOCK_LENGTH);
  };
}

/** `bytes` XOR `other`, in `bytes`. */
export function xorInto(bytes: Uint8Array, other: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) bytes[i] = (bytes[i] as number) ^ (other[i] as number);
}

/** A block times x in GF(2^128), by which the subkeys are made (RFC 4493 §2.3). */
function doubled(block: Uint8Array): Uint8Array {
  const out = new Uint8Array(BLOCK_LENGTH);
  for (let i = 0; i < BLOCK_LENGTH; i++) {
    out[i] = ((block[i] as number) << 1) | ((block[i + 1] ?? 0) >> 7);
  }
  // Without a branch, because the block is secret.
  out[BLOCK_LENGTH - 1] = (out[BLOCK_LENGTH - 1] as number) ^ (0x87 & -((block[0] as number) >> 7));
  return out;
}
