/**
 * How a compressed certificate is decompressed (RFC 8879 §3): a row for each algorithm that is read here.
 *
 * zstd has no row: the one decoder in plain JavaScript, fzstd 0.1.1, does not stop at the end of what it may
 * write, and a frame of thirty bytes keeps it busy for minutes.
 */
import { Unzlib } from 'fflate';
import { concat } from '#protocol/bytes';
import { counted } from '#protocol/shown';
import { COMPRESSIONS, nameIn } from '../names.ts';
import { MAX_BROTLI, unbrotli } from './brotli.ts';

/** How many bytes one compressed byte may become; certificates hardly reach 3. */
const MAX_RATIO = 100;
/** About as long as the longest handshake message that is read here. */
const MAX_LENGTH = MAX_BROTLI;
/** Deflate makes at most about a thousand bytes of one: that many are taken before the cap is checked. */
const STEP = 512;

/** Returns `length` bytes, or says what there is instead. Throws when the bytes are broken. */
type Decompress = (compressed: Uint8Array, length: number) => Uint8Array | 'more' | 'fewer' | 'blocks';

const ALGORITHMS: Readonly<Record<number, Decompress>> = { 1: inflate, 2: unbrotli };

export type Decompressed =
  | { readonly plain: Uint8Array }
  /** What is wrong with the bytes. */
  | { readonly fault: string }
  /** Why the bytes are not read here, although nothing is wrong with them. */
  | { readonly unread: string };

/** Exactly `length` bytes, or why there are none. Never throws. */
export function decompress(algorithm: number, compressed: Uint8Array, length: number): Decompressed {
  const name = nameIn(COMPRESSIONS, 2)(algorithm);
  const read = ALGORITHMS[algorithm];
  if (!read) return { unread: `${name} is not decompressed here` };
  if (length > compressed.length * MAX_RATIO) {
    const sizes = `${counted(length, 'byte')} from ${compressed.length}`;
    return { fault: `${sizes}: more than ${MAX_RATIO} to 1 is not decompressed here` };
  }
  if (length > MAX_LENGTH) {
    return { fault: `${length} bytes: more than ${MAX_LENGTH} are not decompressed here` };
  }
  try {
    const plain = read(compressed, length);
    if (plain === 'blocks') return { unread: `${name} in several blocks is not decompressed here` };
    return typeof plain === 'string'
      ? { fault: `it decompresses to ${plain} than ${counted(length, 'byte')}` }
      : { plain };
  } catch {
    return { fault: `these bytes are not compressed with ${name}` };
  }
}

function inflate(compressed: Uint8Array, length: number): Uint8Array | 'more' | 'fewer' {
  const pieces: Uint8Array[] = [];
  let made = 0;
  const stream = new Unzlib((piece) => {
    pieces.push(piece);
    made += piece.length;
  });
  for (let at = 0; at < compressed.length && made <= length; at += STEP) {
    stream.push(compressed.subarray(at, at + STEP), at + STEP >= compressed.length);
  }
  if (made === length) return concat(pieces);
  return made > length ? 'more' : 'fewer';
}
