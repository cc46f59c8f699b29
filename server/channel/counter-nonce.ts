/** The nonce of a record that is counted: psk records, TLS 1.3 (RFC 8446 §5.3), ChaCha20 in TLS 1.2 (RFC 7905 §2). */
import { writeUint } from '#protocol/bytes';

/** `iv` XOR the sequence number, right-aligned: 12 bytes, different for each record under one key. */
export function counterNonce(iv: Uint8Array, sequence: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(iv);
  const counter = new Uint8Array(8);
  writeUint(counter, 0, 8, sequence);
  const offset = nonce.length - counter.length;
  for (let i = 0; i < counter.length; i++) {
    nonce[offset + i] = (nonce[offset + i] as number) ^ (counter[i] as number);
  }
  return nonce;
}
