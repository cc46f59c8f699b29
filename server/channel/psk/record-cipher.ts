/** Seals and opens the body of one record as its suite says. It counts nothing. */
import type { Aead, Ciphers } from '../contract.ts';
import { counterNonce } from '../counter-nonce.ts';
import { EMPTY, concat } from '#protocol/bytes';
import { fixedSize } from '#protocol/layout';
import { type BodyPartName, type BodyParts, bodyParts, ciphertextStart, nonceLength } from './bodies.ts';
import { RECORD_HEADER_LENGTH } from './records.ts';
import type { DirectionKeys } from './schedule.ts';
import { type Suite, ciphertextLength } from './suites.ts';

export type Random = (count: number) => Uint8Array;

export class RecordCipher {
  readonly suite: Suite;
  readonly #aead: Aead;
  readonly #iv: Uint8Array;

  constructor(suite: Suite, ciphers: Ciphers, { key, iv }: DirectionKeys) {
    this.suite = suite;
    this.#aead = suite.aead(ciphers, key);
    this.#iv = iv;
  }

  /** Bytes of the body for this many plain bytes. */
  sealedLength(plainLength: number): number {
    return fixedSize(this.suite.body) + ciphertextLength(this.suite, plainLength);
  }

  /** The parts of the body, in their order. `header` is the record's whole header. */
  seal(header: Uint8Array, sequence: number, plain: Uint8Array, random: Random): Uint8Array[] {
    const nonce = this.#newNonce(sequence, random);
    const { ciphertext, tag } = this.#aead.seal(nonce, header, plain);
    const parts: Record<BodyPartName, Uint8Array> = { nonce, iv: nonce, ciphertext, tag };
    return this.suite.body.map(({ name }) => parts[name]);
  }

  /** Plain bytes of a whole record, or `undefined` when its body does not fit. */
  open(record: Uint8Array, sequence: number): Uint8Array | undefined {
    const header = record.subarray(0, RECORD_HEADER_LENGTH);
    const body = record.subarray(RECORD_HEADER_LENGTH);
    const parts = bodyParts(this.suite.body, body);
    if (!parts) return undefined;
    const nonce = parts.nonce ?? parts.iv ?? counterNonce(this.#iv, sequence);
    return this.#aead.open(nonce, header, this.#sealed(body, parts));
  }

  /** The ciphertext followed by its tag, as a view where they stand in this order. */
  #sealed(body: Uint8Array, { ciphertext = EMPTY, tag }: BodyParts): Uint8Array {
    const layout = this.suite.body;
    const inOrder = !tag || layout.at(-1)?.name === 'tag';
    return inOrder ? body.subarray(ciphertextStart(layout)) : concat([ciphertext, tag]);
  }

  #newNonce(sequence: number, random: Random): Uint8Array {
    switch (this.suite.nonce) {
      case 'counted':
        return counterNonce(this.#iv, sequence);
      case 'random':
        return random(nonceLength(this.suite.body));
      case 'fixed':
        return this.#iv;
    }
  }
}
