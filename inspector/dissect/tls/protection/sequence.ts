/** Counts the records of one direction, and finds the number of the next one when records are missing. */
import type { Protection, SealedParts } from './protection.ts';

/** No sealed record is shorter: a header and a tag of 8 bytes with one byte of content. */
const SHORTEST_RECORD = 14;
/** Sequence numbers tried for one record after a gap, and for all records under one key. */
const MAX_TRIES = 2048;
const MAX_TRIES_IN_ALL = 16_384;

/** Opens records of one direction, one after the other. */
export interface Opener {
  readonly parts: SealedParts;
  /** Records opened so far. */
  readonly opened: number;
  /** True when records are missing and the number of the next one has not been found. */
  readonly lost: boolean;
  /** The content of the next record, or `undefined`; then the caller decides whether that record counts. */
  open(record: Uint8Array): Uint8Array | undefined;
  /** Counts the record that did not open: it was sealed under this key, so its receiver would have counted it. */
  skip(): void;
  /** This many bytes of the direction are missing. */
  gap(bytes: number): void;
}

export class RecordSequence implements Opener {
  readonly #protection: Protection;
  #next = 0;
  #opened = 0;
  /** How many records may be missing before the next one; only a valid tag proves how many are. */
  #missing = 0;
  #triesLeft = MAX_TRIES_IN_ALL;

  constructor(protection: Protection) {
    this.#protection = protection;
  }

  get parts(): SealedParts {
    return this.#protection.parts;
  }

  get opened(): number {
    return this.#opened;
  }

  get lost(): boolean {
    return this.#missing > 0;
  }

  open(record: Uint8Array): Uint8Array | undefined {
    const last = this.#next + Math.min(this.#missing, MAX_TRIES, this.#triesLeft);
    for (let sequence = this.#next; sequence <= last; sequence++) {
      const content = this.#protection.open(sequence, record);
      if (sequence > this.#next) this.#triesLeft--;
      if (!content) continue;
      this.#next = sequence + 1;
      this.#missing = 0;
      this.#opened++;
      return content;
    }
    return undefined;
  }

  skip(): void {
    this.#next++;
  }

  gap(bytes: number): void {
    this.#missing += Math.ceil(bytes / SHORTEST_RECORD);
  }
}

/** Several keys, of which one is right: the first record that opens shows which. */
export class FirstThatOpens implements Opener {
  #candidates: readonly Opener[];

  /** At least one. */
  constructor(candidates: readonly [Opener, ...Opener[]]) {
    this.#candidates = candidates;
  }

  get parts(): SealedParts {
    return this.#first.parts;
  }

  get opened(): number {
    return this.#first.opened;
  }

  get lost(): boolean {
    return this.#first.lost;
  }

  open(record: Uint8Array): Uint8Array | undefined {
    for (const candidate of this.#candidates) {
      const content = candidate.open(record);
      if (!content) continue;
      this.#candidates = [candidate];
      return content;
    }
    return undefined;
  }

  skip(): void {
    for (const candidate of this.#candidates) candidate.skip();
  }

  gap(bytes: number): void {
    for (const candidate of this.#candidates) candidate.gap(bytes);
  }

  get #first(): Opener {
    return this.#candidates[0] as Opener;
  }
}
