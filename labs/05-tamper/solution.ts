/** Two attacks on CBC without a MAC, and encrypt-then-MAC, which stops both. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const BLOCK = 16;
const MAC_LENGTH = 32;

/** The server's answer: was the padding right? */
type Oracle = (message: Uint8Array) => boolean | Promise<boolean>;

/** The first block of text is XORed with the IV: what is changed there changes in the text, bit by bit. */
export function flipText(sealed: Uint8Array, was: string, wanted: string): Uint8Array {
  const [from, to] = [Buffer.from(was), Buffer.from(wanted)];
  if (from.length !== to.length) throw new RangeError('both texts must have the same number of bytes');
  if (from.length > BLOCK) throw new RangeError('the IV reaches the first block only');
  const changed = Uint8Array.from(sealed);
  for (let i = 0; i < from.length; i++) changed[i] = at(sealed, i) ^ at(from, i) ^ at(to, i);
  return changed;
}

/** Each block of text is found alone, with its ciphertext and the block before it. */
export async function decryptWithOracle(sealed: Uint8Array, isPaddingRight: Oracle): Promise<string> {
  const padded: number[] = [];
  for (let start = BLOCK; start < sealed.length; start += BLOCK) {
    const before = sealed.subarray(start - BLOCK, start);
    const inner = await innerBlock(sealed.subarray(start, start + BLOCK), isPaddingRight);
    padded.push(...xor(inner, before));
  }
  const padding = padded.at(-1) ?? 0;
  return Buffer.from(padded.slice(0, padded.length - padding)).toString('utf8');
}

/** What AES makes of a block before the XOR, found from the last byte to the first. */
async function innerBlock(block: Uint8Array, isPaddingRight: Oracle): Promise<Uint8Array> {
  const inner = new Uint8Array(BLOCK);
  for (let i = BLOCK - 1; i >= 0; i--) {
    const padding = BLOCK - i;
    // The bytes that are known already become padding.
    const forged = inner.map((byte, j) => (j > i ? byte ^ padding : 0));
    inner[i] = padding ^ (await findByte({ forged, i, block }, isPaddingRight));
  }
  return inner;
}

interface Forgery {
  /** Stands before the block in place of the real one. */
  readonly forged: Uint8Array;
  /** Which byte of it is looked for. */
  readonly i: number;
  readonly block: Uint8Array;
}

/** The value of byte i with which the padding is right. */
async function findByte({ forged, i, block }: Forgery, isPaddingRight: Oracle): Promise<number> {
  for (let value = 0; value < 256; value++) {
    forged[i] = value;
    if (!(await isPaddingRight(joined(forged, block)))) continue;
    if (i < BLOCK - 1) return value;
    // It may be 02 02 and not 01: then it is wrong as soon as the byte before changes.
    const other = forged.map((byte, j) => (j === i - 1 ? byte ^ 1 : byte));
    if (await isPaddingRight(joined(other, block))) return value;
  }
  throw new Error('the oracle never says that a padding is right');
}

/** Two keys: one for the cipher, one for the MAC. The MAC is over everything that is sent before it. */
export function sealAndAuthenticate(encKey: Uint8Array, macKey: Uint8Array, text: string): Uint8Array {
  const iv = randomBytes(BLOCK);
  const cipher = createCipheriv('aes-256-cbc', encKey, iv);
  const body = joined(iv, cipher.update(text, 'utf8'), cipher.final());
  return joined(body, macOf(macKey, body));
}

/** Checks the MAC before anything else. Throws one error for all faults, so that it is no oracle. */
export function openAuthenticated(encKey: Uint8Array, macKey: Uint8Array, sealed: Uint8Array): string {
  try {
    const body = sealed.subarray(0, -MAC_LENGTH);
    const mac = sealed.subarray(-MAC_LENGTH);
    // timingSafeEqual takes equally long, wherever the first difference is; it throws when the lengths differ.
    if (!timingSafeEqual(mac, macOf(macKey, body))) throw new Error('wrong MAC');
    const decipher = createDecipheriv('aes-256-cbc', encKey, body.subarray(0, BLOCK));
    const plain = joined(decipher.update(body.subarray(BLOCK)), decipher.final());
    return Buffer.from(plain).toString('utf8');
  } catch {
    throw new Error('this message was not sealed under these keys, or was changed');
  }
}

function macOf(key: Uint8Array, body: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(body).digest();
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ at(b, i));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function at(bytes: Uint8Array, i: number): number {
  return bytes[i] ?? 0;
}
