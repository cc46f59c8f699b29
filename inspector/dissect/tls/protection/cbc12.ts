/**
 * Records with a block cipher in CBC mode and an HMAC. The MAC is either sealed with the content (RFC 5246 §6.2.3.2) or
 * computed over the ciphertext (encrypt-then-MAC, RFC 7366). A record counts as opened only if both MAC and padding are
 * right.
 */
import { equalConstantTime } from '#protocol/bytes';
import { BLOCK_CIPHERS, type RecordCiphers } from '../../crypto/record-ciphers.ts';
import type { RecordKeys } from '../schedule.ts';
import type { CbcSuite } from '../suites.ts';
import { pseudoHeader } from './aead12.ts';
import { type Protection, RECORD_HEADER_LENGTH, type SealedParts } from './protection.ts';

export interface CbcOptions {
  readonly encryptThenMac: boolean;
  /** TLS 1.0: the iv is the last block of the previous record; for the first record it comes from the key block. */
  readonly impliedIv?: boolean;
}

export function cbcParts(
  macLength: number,
  { cipher }: CbcSuite,
  { encryptThenMac, impliedIv = false }: CbcOptions,
): SealedParts {
  return {
    along: impliedIv ? 0 : BLOCK_CIPHERS[cipher].blockLength,
    tag: encryptThenMac ? macLength : 0,
    innerMac: encryptThenMac ? 0 : macLength,
    blocks: true,
  };
}

interface Opener {
  open(sequence: number, record: Uint8Array): Uint8Array | undefined;
}

export function cbc12(
  ciphers: RecordCiphers,
  suite: CbcSuite,
  { key, mac: macKey, iv }: RecordKeys,
  options: CbcOptions,
): Protection {
  const { encryptThenMac, impliedIv = false } = options;
  const hmac = ciphers.hmac(suite.mac, macKey);
  const cipher = ciphers.cbc(suite.cipher, key);
  const { blockLength } = BLOCK_CIPHERS[suite.cipher];
  const macLength = macKey.length;
  const parts = cbcParts(macLength, suite, options);
  const start = RECORD_HEADER_LENGTH + parts.along;
  const ivs = impliedIv ? new ChainedIvs(iv, blockLength) : undefined;
  const macOf = (sequence: number, record: Uint8Array, sealed: Uint8Array): Uint8Array =>
    hmac.digest(pseudoHeader(sequence, record, sealed.length), sealed);
  const decrypt = (record: Uint8Array, end: number): Uint8Array | undefined => {
    if (end < start + blockLength) return undefined;
    const used = ivs ? ivs.of(record, end) : record.subarray(RECORD_HEADER_LENGTH, start);
    return cipher.decrypt(used, record.subarray(start, end));
  };

  const macThenEncrypt: Opener = {
    open(sequence, record) {
      const plain = decrypt(record, record.length);
      const padded = plain && unpad(plain);
      if (!padded || padded.length < macLength) return undefined;
      const content = padded.subarray(0, padded.length - macLength);
      const given = padded.subarray(content.length);
      return equalConstantTime(macOf(sequence, record, content), given) ? content : undefined;
    },
  };
  const macOverCiphertext: Opener = {
    open(sequence, record) {
      const end = record.length - macLength;
      if (end < start + blockLength) return undefined;
      const expected = macOf(sequence, record, record.subarray(RECORD_HEADER_LENGTH, end));
      if (!equalConstantTime(expected, record.subarray(end))) return undefined;
      const plain = decrypt(record, end);
      return plain && unpad(plain);
    },
  };
  return { parts, ...(encryptThenMac ? macOverCiphertext : macThenEncrypt) };
}

/** Removes the padding: its last byte says how many bytes precede it, and each of them repeats that number. */
function unpad(plain: Uint8Array): Uint8Array | undefined {
  const count = plain.at(-1);
  if (count === undefined || count >= plain.length) return undefined;
  const end = plain.length - 1 - count;
  return plain.subarray(end, -1).every((byte) => byte === count) ? plain.subarray(0, end) : undefined;
}

/** The iv of each record is the last block of ciphertext before it (RFC 2246 §6.2.3.2). */
class ChainedIvs {
  readonly #blockLength: number;
  #next: Uint8Array;
  #last: { readonly record: Uint8Array; readonly iv: Uint8Array } | undefined;

  constructor(first: Uint8Array, blockLength: number) {
    this.#blockLength = blockLength;
    this.#next = first;
  }

  /** Gives the same iv when called again for the same record. */
  of(record: Uint8Array, end: number): Uint8Array {
    if (this.#last?.record === record) return this.#last.iv;
    this.#last = { record, iv: this.#next };
    this.#next = record.slice(end - this.#blockLength, end);
    return this.#last.iv;
  }
}
