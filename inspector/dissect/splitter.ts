/** Cuts a byte stream into length-prefixed units, and goes on with whatever is left when the lengths stop making sense. */
import { ByteQueue } from '#wire/byte-queue';

/** Whole length of the unit with this header, or why it cannot be one. */
export type Measure = (header: Uint8Array) => number | string;

export interface Piece {
  readonly bytes: Uint8Array;
  /** Offset of the first byte in the stream. */
  readonly offset: number;
  /** Set when this is not a unit: why. */
  readonly fault?: string;
}

const LOST = 'the boundaries were lost before: where a unit begins can no longer be told';

export class Splitter {
  readonly #headerLength: number;
  readonly #measure: Measure;
  readonly #queue = new ByteQueue();
  #offset = 0;
  #lost = false;

  constructor(headerLength: number, measure: Measure) {
    this.#headerLength = headerLength;
    this.#measure = measure;
  }

  get pending(): number {
    return this.#queue.length;
  }

  /** Bytes of units that were given out so far. */
  get offset(): number {
    return this.#offset;
  }

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
  }

  /** The next whole unit, in a buffer of its own; `undefined` when more bytes are needed. */
  next(): Piece | undefined {
    if (this.#lost) return this.#rest(LOST);
    if (this.#queue.length < this.#headerLength) return undefined;
    const length = this.#measure(this.#queue.peek(this.#headerLength));
    if (typeof length === 'string') {
      this.#lost = true;
      return this.#take(this.#headerLength, length);
    }
    return this.#queue.length < length ? undefined : this.#take(length);
  }

  /** What is left when the stream ends. */
  end(): Piece | undefined {
    return this.#rest(this.#lost ? LOST : 'the stream ended in the middle of this unit');
  }

  #rest(fault: string): Piece | undefined {
    return this.#queue.length === 0 ? undefined : this.#take(this.#queue.length, fault);
  }

  #take(length: number, fault?: string): Piece {
    // A copy: `slice` of a Node buffer would not be one.
    const piece = { bytes: new Uint8Array(this.#queue.peek(length)), offset: this.#offset };
    this.#queue.drop(length);
    this.#offset += length;
    return fault === undefined ? piece : { ...piece, fault };
  }
}
