/**
 * Sealing and opening of psk records: one object per direction, each with its own counter. A suite that numbers its
 * records accepts the next one only; the others write zero and do not look.
 */
import { concat, readUint } from '#protocol/bytes';
import { LocalProtocolError, RemoteProtocolError } from '#protocol/errors';
import { encodeLayout } from '#protocol/layout';
import { LIMITS } from '#protocol/limits';
import type { Random, RecordCipher } from './record-cipher.ts';
import { RECORD_HEADER_LAYOUT } from './records.ts';
import { provenBy } from './suites.ts';

export function encodeHeader(type: number, length: number, sequence: number): Uint8Array<ArrayBuffer> {
  return encodeLayout(RECORD_HEADER_LAYOUT, { type, length, sequence });
}

/** Sequence number of a record whose header is whole. Above 2^53 it is close to the true one, and never one in use. */
export function recordSequence(record: Uint8Array): number {
  return readUint(record, 4, 8);
}

export class RecordSealer {
  readonly #cipher: RecordCipher;
  readonly #random: Random;
  readonly #limit: number;
  #count = 0;

  constructor(cipher: RecordCipher, random: Random, limit: number = LIMITS.recordsPerKey) {
    this.#cipher = cipher;
    this.#random = random;
    this.#limit = limit;
  }

  /** The key has sealed as many records as it may. */
  get exhausted(): boolean {
    return this.#count >= this.#limit;
  }

  /** Header, then the parts of the body. Throws `LocalProtocolError` sequence_exhausted once the key is used up. */
  seal(type: number, plain: Uint8Array): Uint8Array[] {
    if (this.exhausted) {
      throw new LocalProtocolError('sequence_exhausted', `${this.#limit} records`);
    }
    const sequence = this.#cipher.suite.numbered ? this.#count : 0;
    const header = encodeHeader(type, this.#cipher.sealedLength(plain.length), sequence);
    const body = this.#cipher.seal(header, sequence, plain, this.#random);
    this.#count += 1;
    return [header, ...body];
  }
}

export class RecordOpener {
  readonly #cipher: RecordCipher;
  readonly #limit: number;
  #count = 0;

  constructor(cipher: RecordCipher, limit: number = LIMITS.recordsPerKey) {
    this.#cipher = cipher;
    this.#limit = limit;
  }

  /**
   * Plain bytes of one whole record, header included. Throws `RemoteProtocolError` record_replayed, record_out_of_order
   * or sequence_exhausted, and the refusal of the suite when the record does not open.
   */
  open(record: Uint8Array): Uint8Array {
    const { suite } = this.#cipher;
    const sequence = recordSequence(record);
    if (suite.numbered) this.#checkSequence(sequence);
    const plain = this.#cipher.open(record, sequence);
    if (!plain) {
      throw new RemoteProtocolError(suite.refusal, {
        expected: `${provenBy(suite)} that fits record ${sequence}`,
      });
    }
    this.#count += 1;
    return plain;
  }

  /** The number is authenticated too; looking at it first only makes the error say what happened. */
  #checkSequence(sequence: number): void {
    const mismatch = { expected: `sequence number ${this.#count}`, got: String(sequence) };
    if (sequence < this.#count) throw new RemoteProtocolError('record_replayed', mismatch);
    if (sequence > this.#count) throw new RemoteProtocolError('record_out_of_order', mismatch);
    if (sequence >= this.#limit) throw new RemoteProtocolError('sequence_exhausted', mismatch);
  }
}

/** One record in one buffer, for callers that do not write in pieces. */
export function sealRecord(sealer: RecordSealer, type: number, plain: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(sealer.seal(type, plain));
}
