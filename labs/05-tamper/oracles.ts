/** Padding oracles of the judge's: they say whether a padding is right, and no more. */
import { cbc } from '@noble/ciphers/aes.js';
import { mustEqual } from '#judge/failure';
import type { PieceObject } from '#judge/piece';
import type { Random } from '#judge/random';
import { concat, equalConstantTime, fromUtf8, toHex, utf8 } from '#protocol/bytes';
import { counted } from '#protocol/shown';

export const BLOCK = 16;
export const READ = 'decryptWithOracle';

/** IV and ciphertext. */
export function encrypt(key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array {
  return concat([iv, cbc(key, iv).encrypt(plain)]);
}

/** Throws unless the text is read. Returns how often the oracle was asked. */
export async function mustRead(
  piece: PieceObject,
  random: Random,
  { text }: { readonly text: string },
): Promise<number> {
  const key = random.bytes(32);
  const sealed = encrypt(key, random.bytes(BLOCK), utf8(text));
  let questions = 0;
  const isPaddingRight = (message: unknown): boolean => {
    questions += 1;
    return hasRightPadding(key, message);
  };
  const given = await piece.call(READ, sealed, isPaddingRight);
  mustEqual(given, text, `the text that was read with ${counted(questions, 'question')}`);
  return questions;
}

/** Only the last block counts: what CBC makes of it depends on it and on the block before. */
function hasRightPadding(key: Uint8Array, message: unknown): boolean {
  const asked = lastBlocks(message);
  if (!asked) return false;
  return endsInPadding(cbc(key, asked.before, { disablePadding: true }).decrypt(asked.block));
}

function lastBlocks(
  message: unknown,
): { readonly before: Uint8Array; readonly block: Uint8Array } | undefined {
  if (!(message instanceof Uint8Array) || message.length < 2 * BLOCK || message.length % BLOCK !== 0)
    return undefined;
  return { before: message.subarray(-2 * BLOCK, -BLOCK), block: message.subarray(-BLOCK) };
}

function endsInPadding(plain: Uint8Array): boolean {
  const padding = plain.at(-1) as number;
  return (
    padding >= 1 && padding <= BLOCK && plain.subarray(BLOCK - padding).every((byte) => byte === padding)
  );
}

/** Blocks of text before the last one, which is all padding. */
const TRICKY_BLOCKS = 2;

/**
 * A cipher that chooses each block when it is first asked about, so that 02 02 is right as early as it can be: whatever is put
 * in front of the block, and in whatever order the values are tried.
 */
export async function mustReadTricky(piece: PieceObject, random: Random): Promise<void> {
  const ascii = (): Uint8Array => random.bytes(BLOCK).map((byte) => byte & 0x7d);
  const blocks = Array.from({ length: TRICKY_BLOCKS + 2 }, ascii);
  const inner = new Map<string, Uint8Array>();
  const choose = (at: number, forged: Uint8Array): Uint8Array => {
    const before = blocks[at - 1] as Uint8Array;
    if (at === blocks.length - 1) return before.map((byte) => byte ^ BLOCK);
    const chosen = before.map((byte) => byte ^ (random.between(0x61, 0x7a) & 0x7d));
    // The text must stay ASCII, so not every byte can be chosen freely. Where the values are tried from above, 02 02 comes
    // first because the bit of 2 is not set.
    for (const i of [14, 15]) if ((forged[i] as number) < 0x80) chosen[i] = (forged[i] as number) ^ 2;
    return chosen;
  };
  const innerOf = (at: number, forged: Uint8Array): Uint8Array => {
    const name = toHex(blocks[at] as Uint8Array);
    const known = inner.get(name) ?? choose(at, forged);
    inner.set(name, known);
    return known;
  };
  const isPaddingRight = (message: unknown): boolean => {
    const asked = lastBlocks(message);
    const at = asked ? blocks.findIndex((block, i) => i > 0 && equalConstantTime(block, asked.block)) : -1;
    if (!asked || at === -1) return false;
    return endsInPadding(xor(innerOf(at, asked.before), asked.before));
  };
  const given = await piece.call(READ, concat(blocks), isPaddingRight);
  const plain = blocks
    .slice(1, -1)
    .map((_, i) => xor(innerOf(i + 1, new Uint8Array(BLOCK)), blocks[i] as Uint8Array));
  mustEqual(given, fromUtf8(concat(plain)), 'the text that was read where 02 02 is often right');
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] as number));
}
