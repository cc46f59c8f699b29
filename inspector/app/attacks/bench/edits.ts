/** Changes of the bytes of a unit, and the bytes in what a person types. */
import { RECORD_HEADER_LENGTH } from '#channel/psk/records';
import { concat, fromHex, fromUtf8, utf8 } from '#protocol/bytes';
import { FRAME_HEADER_LENGTH } from '#protocol/frame';

/** RFC 8446 §5.1: type, version, length. */
const TLS_RECORD_HEADER_LENGTH = 5;

export function withByte(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const changed = bytes.slice();
  changed[at] = byte;
  return changed;
}

/** With a zero before this byte; behind the last one at the end. */
export function withInserted(bytes: Uint8Array, at: number): Uint8Array {
  return concat([bytes.subarray(0, at), new Uint8Array(1), bytes.subarray(at)]);
}

export function withoutByte(bytes: Uint8Array, at: number): Uint8Array {
  return concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
}

/** The text that a plain frame says, if it says one. */
export function textIn(bytes: Uint8Array): string | undefined {
  try {
    const message: unknown = JSON.parse(fromUtf8(bytes.subarray(FRAME_HEADER_LENGTH)) ?? '');
    const { text } = (message ?? {}) as { readonly text?: unknown };
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A text as it stands in a frame. */
export function inJson(text: string): Uint8Array {
  return utf8(JSON.stringify(text).slice(1, -1));
}

/** Bytes from hex, with blanks or colons between them; undefined when it is none. */
export function bytesFromHex(typed: string): Uint8Array | undefined {
  const digits = typed.replaceAll(/[\s:]/g, '').toLowerCase();
  return /^([0-9a-f]{2})+$/.test(digits) ? fromHex(digits) : undefined;
}

/**
 * What the bytes were, laid beside what they are: where something was put in or taken out, the bytes behind it have moved along,
 * and are not called changed. The header is compared byte by byte.
 */
export function laidBeside(before: Uint8Array, now: Uint8Array, header: number): Uint8Array {
  if (before.length === now.length) return before;
  const shorter = Math.min(before.length, now.length);
  let [start, end] = [Math.min(header, shorter), 0];
  while (start < shorter && before[start] === now[start]) start++;
  while (end < shorter - start && before.at(-1 - end) === now.at(-1 - end)) end++;
  // Inside, nothing is as it was.
  const inside = now.subarray(start, now.length - end).map((byte) => byte ^ 0xff);
  return concat([before.subarray(0, start), inside, before.subarray(before.length - end)]);
}

/** Bytes of the header of a unit, by what stands outermost on its wire. */
export function headerLength(wire: string): number {
  if (wire.startsWith('tls')) return TLS_RECORD_HEADER_LENGTH;
  return wire === 'psk' ? RECORD_HEADER_LENGTH : FRAME_HEADER_LENGTH;
}
