/** Values of fields, cut short where nobody would read on. */
import { toHex } from '#protocol/bytes';
import type { Field } from '#protocol/field';

export const MAX_SHOWN = 1_024;
const MAX_IN_LINE = 40;

/** Bytes in hex. The record's `raw` has them all. */
export function showBytes(bytes: Uint8Array): string {
  if (bytes.length <= MAX_SHOWN) return toHex(bytes);
  return `${toHex(bytes.subarray(0, MAX_SHOWN))}… (${bytes.length} bytes)`;
}

/** One character for each byte, 0x17 as U+0017 and so on, so that places in the text are places in the bytes. */
export function characterPerByte(bytes: Uint8Array): string {
  let text = '';
  // Not all at once: the arguments of a call go on the stack.
  for (let at = 0; at < bytes.length; at += 4_096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4_096));
  }
  return text;
}

/** Values with commas between them. */
export function inLine(values: readonly Field['value'][]): string {
  if (values.length <= MAX_IN_LINE) return values.join(', ');
  return `${values.slice(0, MAX_IN_LINE).join(', ')}, … (${values.length})`;
}
