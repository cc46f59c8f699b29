/** Changes of the bytes of a unit, and the bytes in what a person types. */
import { concat, fromHex, fromUtf8, utf8 } from '#protocol/bytes';
import { FRAME_HEADER_LENGTH } from '#protocol/frame';

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
