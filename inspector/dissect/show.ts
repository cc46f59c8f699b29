/** Bytes as the value of a field: in hex, and cut short where nobody would read on. The record's `raw` has them all. */
import { toHex } from '#wire/bytes';

const MAX_SHOWN = 1_024;

export function showBytes(bytes: Uint8Array): string {
  if (bytes.length <= MAX_SHOWN) return toHex(bytes);
  return `${toHex(bytes.subarray(0, MAX_SHOWN))}… (${bytes.length} bytes)`;
}
