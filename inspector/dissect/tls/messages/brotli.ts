/**
 * Brotli (RFC 7932) with the package of that name, which has no limits of its own: it allocates whatever a
 * block claims to hold, 16 MiB from a few bytes, and takes as many blocks as come. So the headers of the stream
 * and of the block are read here first. What goes to the package has one block, of the expected length, and a
 * window of 256 KiB at most. A chain of certificates is always packed into one block.
 */
import { decompress } from 'brotli/decompress';
import { EMPTY } from '#protocol/bytes';

/** Bytes that fit the window of 18 bits (RFC 7932 §9.1). */
export const MAX_BROTLI = 2 ** 18 - 16;

/** An empty last block, as it follows a block that is not the last. */
const END = 0x03;

/** Why there is no content: there is more or less of it, or it is in several blocks, which are not read. */
type Misfit = 'more' | 'fewer' | 'blocks';

/** The content, which must have `length` bytes, up to `MAX_BROTLI`. Throws when the bytes are broken. */
export function unbrotli(compressed: Uint8Array, length: number): Uint8Array | Misfit {
  const header = readHeader(compressed);
  if (header.length > length) return 'more';
  if (header.uncompressed) return stored(compressed, header, length);
  if (header.length < length) return header.last ? 'fewer' : 'blocks';
  if (length === 0) return EMPTY;
  const plain = decompress(withOneBlock(compressed, header), length);
  if (plain.length === length) return plain;
  return plain.length > length ? 'more' : 'fewer';
}

interface Header {
  /** Bits of the code for the size of the window; the first block begins after it. */
  readonly windowCode: number;
  readonly last: boolean;
  readonly length: number;
  readonly uncompressed: boolean;
  /** Bits up to the content of the block. */
  readonly end: number;
}

/** RFC 7932 §9.1 and §9.2: bits are counted from the least significant one of each byte. */
function readHeader(bytes: Uint8Array): Header {
  const windowCode = windowCodeLength(bytes);
  let at = windowCode;
  const last = bit(bytes, at++) === 1;
  if (last && bit(bytes, at++) === 1) {
    return { windowCode, last, length: 0, uncompressed: false, end: at };
  }
  const nibbles = bits(bytes, at, 2) + 4;
  // A block of nothing but metadata: no encoder puts one before certificates.
  if (nibbles === 7) throw new Error('metadata');
  at += 2;
  const length = bits(bytes, at, 4 * nibbles) + 1;
  at += 4 * nibbles;
  const uncompressed = !last && bit(bytes, at++) === 1;
  return { windowCode, last, length, uncompressed, end: at };
}

function windowCodeLength(bytes: Uint8Array): number {
  if (bit(bytes, 0) === 0) return 1;
  return bits(bytes, 1, 3) === 0 ? 7 : 4;
}

/** Content that could not be made shorter is stored as it is, followed by an empty last block. */
function stored(bytes: Uint8Array, header: Header, length: number): Uint8Array | Misfit {
  const start = (header.end + 7) >> 3;
  const end = start + header.length;
  if (bytes.length <= end) throw new Error('cut off');
  if (bytes.length !== end + 1 || bytes[end] !== END) return 'blocks';
  return header.length < length ? 'fewer' : bytes.slice(start, end);
}

/**
 * The same stream with its first block marked as the last one, whose header has as many bits, and with a
 * smaller window where the code for that has as many bits. For content that fits the window this makes no
 * difference.
 */
function withOneBlock(compressed: Uint8Array, { windowCode, last, end }: Header): Uint8Array {
  const copy = compressed.slice();
  if (windowCode === 4) putBits(copy, 0, [1, 1, 0, 0]);
  if (last) return copy;
  const size = Array.from({ length: end - windowCode - 2 }, (_, i) => bit(compressed, windowCode + 1 + i));
  putBits(copy, windowCode, [1, 0, ...size]);
  return copy;
}

function bit(bytes: Uint8Array, at: number): number {
  const byte = bytes[at >> 3];
  if (byte === undefined) throw new Error('cut off');
  return (byte >> (at & 7)) & 1;
}

function bits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) value += bit(bytes, at + i) * 2 ** i;
  return value;
}

function putBits(bytes: Uint8Array, at: number, values: readonly number[]): void {
  for (const [i, value] of values.entries()) {
    const [index, mask] = [(at + i) >> 3, 1 << ((at + i) & 7)];
    bytes[index] = ((bytes[index] as number) & ~mask) | (value * mask);
  }
}
