/** Opens one TLS record with one key: nonce and additional data of TLS 1.3 and 1.2. */
import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { concat, writeUint } from '#wire/bytes';
import { recordNonce } from '#channel/psk/record-layer';
import { type TrafficKeys, fixedIvLength } from './schedule.ts';
import type { TlsAead } from './suites.ts';

export const RECORD_HEADER_LENGTH = 5;
export const TAG_LENGTH = 16;

/** Content of a TLS 1.3 record, the inner content type and padding still at its end; `undefined` when the tag does not fit. */
export function open13(
  aead: TlsAead,
  { key, iv }: TrafficKeys,
  sequence: number,
  record: Uint8Array,
): Uint8Array | undefined {
  // RFC 8446 §5.2: the header is the additional data. §5.3: the nonce is iv XOR sequence number.
  const header = record.subarray(0, RECORD_HEADER_LENGTH);
  return open(aead, key, recordNonce(iv, sequence), header, record.subarray(RECORD_HEADER_LENGTH));
}

/** Bytes between the header and the ciphertext of a TLS 1.2 record: GCM sends half of its nonce along (RFC 5288 §3). */
export function explicitNonceLength(aead: TlsAead): number {
  return 12 - fixedIvLength(aead);
}

/** Content of a TLS 1.2 record; `undefined` when the tag does not fit. */
export function open12(
  aead: TlsAead,
  { key, iv }: TrafficKeys,
  sequence: number,
  record: Uint8Array,
): Uint8Array | undefined {
  const start = RECORD_HEADER_LENGTH + explicitNonceLength(aead);
  const length = record.length - start - TAG_LENGTH;
  if (length < 0) return undefined;
  const nonce =
    aead === 'chacha20-poly1305'
      ? recordNonce(iv, sequence)
      : concat([iv, record.subarray(RECORD_HEADER_LENGTH, start)]);
  // RFC 5246 §6.2.3.3: sequence number, type, version, length of the content.
  const aad = new Uint8Array(13);
  writeUint(aad, 0, 8, sequence);
  aad.set(record.subarray(0, 3), 8);
  writeUint(aad, 11, 2, length);
  return open(aead, key, nonce, aad, record.subarray(start));
}

function open(
  aead: TlsAead,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const cipher = aead === 'chacha20-poly1305' ? chacha20poly1305 : gcm;
  try {
    return cipher(key, nonce, aad).decrypt(sealed);
  } catch {
    // It verifies the tag before it gives a byte out; a record too short for one fails as well.
    return undefined;
  }
}
