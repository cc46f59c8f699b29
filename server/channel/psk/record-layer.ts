/**
 * Sealing and opening of psk records: one object per direction, each with its own counter. The nonce is the
 * direction's iv XOR the sequence number (as in RFC 8446 §5.3), so it never repeats under one key.
 */
import type { Aead } from '../contract.ts';
import { counterNonce } from '../counter-nonce.ts';
import { concat, readUint } from '#protocol/bytes';
import { LocalProtocolError, RemoteProtocolError } from '#protocol/errors';
import { encodeLayout } from '#protocol/layout';
import { LIMITS } from '#protocol/limits';
import { RECORD_HEADER_LAYOUT, RECORD_HEADER_LENGTH, TAG_LENGTH } from './records.ts';

export function encodeHeader(type: number, length: number, sequence: number): Uint8Array<ArrayBuffer> {
  return encodeLayout(RECORD_HEADER_LAYOUT, { type, length, sequence });
}

/** Sequence number of a record whose header is whole. Above 2^53 it is close to the true one, and never one in use. */
export function recordSequence(record: Uint8Array): number {
  return readUint(record, 4, 8);
}

export class RecordSealer {
  readonly #aead: Aead;
  readonly #iv: Uint8Array;
  readonly #limit: number;
  #sequence = 0;

  constructor(aead: Aead, iv: Uint8Array, limit: number = LIMITS.recordsPerKey) {
    this.#aead = aead;
    this.#iv = iv;
    this.#limit = limit;
  }

  /** The key has sealed as many records as it may. */
  get exhausted(): boolean {
    return this.#sequence >= this.#limit;
  }

  /** Header, ciphertext, tag. Throws `LocalProtocolError` sequence_exhausted once the key is used up. */
  seal(type: number, plain: Uint8Array): [Uint8Array, Uint8Array, Uint8Array] {
    if (this.exhausted) {
      throw new LocalProtocolError('sequence_exhausted', `${this.#limit} records`);
    }
    const header = encodeHeader(type, plain.length + TAG_LENGTH, this.#sequence);
    const { ciphertext, tag } = this.#aead.seal(counterNonce(this.#iv, this.#sequence), header, plain);
    this.#sequence += 1;
    return [header, ciphertext, tag];
  }
}

export class RecordOpener {
  readonly #aead: Aead;
  readonly #iv: Uint8Array;
  readonly #limit: number;
  #sequence = 0;

  constructor(aead: Aead, iv: Uint8Array, limit: number = LIMITS.recordsPerKey) {
    this.#aead = aead;
    this.#iv = iv;
    this.#limit = limit;
  }

  /**
   * Plain bytes of one whole record, header included. Throws `RemoteProtocolError` record_replayed,
   * record_out_of_order, bad_record_mac or sequence_exhausted.
   */
  open(record: Uint8Array): Uint8Array {
    const header = record.subarray(0, RECORD_HEADER_LENGTH);
    const sequence = recordSequence(header);
    this.#checkSequence(sequence);
    const plain = this.#aead.open(
      counterNonce(this.#iv, sequence),
      header,
      record.subarray(RECORD_HEADER_LENGTH),
    );
    if (!plain) {
      throw new RemoteProtocolError('bad_record_mac', { expected: `a tag that fits record ${sequence}` });
    }
    this.#sequence += 1;
    return plain;
  }

  /** The number is authenticated too; looking at it first only makes the error say what happened. */
  #checkSequence(sequence: number): void {
    const mismatch = { expected: `sequence number ${this.#sequence}`, got: String(sequence) };
    if (sequence < this.#sequence) throw new RemoteProtocolError('record_replayed', mismatch);
    if (sequence > this.#sequence) throw new RemoteProtocolError('record_out_of_order', mismatch);
    if (sequence >= this.#limit) throw new RemoteProtocolError('sequence_exhausted', mismatch);
  }
}

/** One record in one buffer, for callers that do not write in pieces. */
export function sealRecord(sealer: RecordSealer, type: number, plain: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(sealer.seal(type, plain));
}
