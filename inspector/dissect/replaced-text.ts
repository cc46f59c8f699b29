import { concat, indexOfBytes } from '#protocol/bytes';

/** The bytes with the first `old` in them replaced; `undefined` when it is not there. */
export function replacedText(bytes: Uint8Array, old: Uint8Array, text: Uint8Array): Uint8Array | undefined {
  const at = indexOfBytes(bytes, old);
  if (at < 0) return undefined;
  return concat([bytes.subarray(0, at), text, bytes.subarray(at + old.length)]);
}
