/** Small conversions on `Uint8Array` that run anywhere: no `Buffer`, no DOM. */

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const encoder = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossyUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export const EMPTY = new Uint8Array(0);

/** Bytes from which it is worth while to write the digits into a buffer: a long string put together from pairs is slow to read. */
const MANY = 64;
const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** Lower-case hex, two digits per byte. */
export function toHex(bytes: Uint8Array): string {
  if (bytes.length >= MANY) return longHex(bytes);
  let out = '';
  for (const byte of bytes) out += HEX[byte];
  return out;
}

function longHex(bytes: Uint8Array): string {
  const digits = new Uint8Array(2 * bytes.length);
  let at = 0;
  for (const byte of bytes) {
    digits[at++] = DIGITS[byte >> 4] as number;
    digits[at++] = DIGITS[byte & 0x0f] as number;
  }
  return lossyUtf8.decode(digits);
}

/** Bytes of a hex string; white space between digits is ignored. Throws `TypeError` on anything else. */
export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  const digits = hex.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) {
    throw new TypeError(`not an even number of hex digits: ${hex.slice(0, 40)}`);
  }
  const out = new Uint8Array(digits.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return out;
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Text of well-formed UTF-8, or `undefined`. A byte-order mark is kept, not swallowed. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Text for display: every ill-formed sequence becomes U+FFFD. */
export function showUtf8(bytes: Uint8Array): string {
  return lossyUtf8.decode(bytes);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Where `wanted` begins in `bytes`, or -1. */
export function indexOfBytes(bytes: Uint8Array, wanted: Uint8Array): number {
  const last = bytes.length - wanted.length;
  if (wanted.length === 0) return 0;
  for (let at = bytes.indexOf(wanted[0] as number); at >= 0 && at <= last;) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
    if (same === wanted.length) return at;
    at = bytes.indexOf(wanted[0] as number, at + 1);
  }
  return -1;
}

/** Equality in time that depends on the length alone, for secrets and authentication tags. */
export function equalConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** Big-endian unsigned integer of `size` bytes (at most 6 significant ones; 8 if the value stays below 2^53). */
export function readUint(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[at + i] as number);
  return value;
}

export function writeUint(bytes: Uint8Array, at: number, size: number, value: number): void {
  let rest = value;
  for (let i = size - 1; i >= 0; i--) {
    bytes[at + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}
