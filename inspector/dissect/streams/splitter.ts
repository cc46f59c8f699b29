/**
 * Cuts a byte stream into length-prefixed units, and goes on with whatever is left when the lengths stop making sense.
 * A layer whose units state their own length has one such stream each way.
 */
import { ByteQueue } from '#protocol/byte-queue';
import { EMPTY } from '#protocol/bytes';
import { counted } from '#protocol/shown';
import type { Layer, Unit } from '../layer.ts';
import type { Direction, Proto } from '../model.ts';

/** A unit that is too long to be kept. */
export interface TooLong {
  readonly length: number;
  readonly fault: string;
}

/** Whole length of the unit with this header, which begins at this offset of its stream, or why it cannot be one. */
export type Measure = (header: Uint8Array, offset: number) => number | string | TooLong;

export interface Piece {
  readonly bytes: Uint8Array;
  /** Offset of the first byte in the stream. */
  readonly offset: number;
  /** Set when this is not a unit: why. */
  readonly fault?: string;
}

const RESUMING = 'bytes are missing before these: where a unit begins cannot be told';
const LOST = 'the boundaries were lost before: it is unknown where a unit begins';

export class Splitter {
  readonly #headerLength: number;
  readonly #measure: Measure;
  readonly #queue = new ByteQueue();
  #offset = 0;
  #lost = false;
  /** Bytes of a unit that was too long which must still be skipped. */
  #skip = 0;
  /**
   * Bytes are missing before the waiting ones: a unit is believed to begin with the waiting bytes if they look
   * like one.
   */
  #resuming = false;

  constructor(headerLength: number, measure: Measure) {
    this.#headerLength = headerLength;
    this.#measure = measure;
  }

  get pending(): number {
    return this.#queue.length;
  }

  /** Bytes of the units that were given out so far. */
  get offset(): number {
    return this.#offset;
  }

  /** Takes in bytes, which must not change afterwards. */
  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
  }

  /** The next whole unit, a view of what was pushed where it can be; `undefined` when more bytes are needed. */
  next(): Piece | undefined {
    if (this.#lost) return this.#rest(LOST);
    this.#passOver();
    const header = this.#queue.peek(this.#headerLength);
    if (!header) return undefined;
    const length = this.#measure(header, this.#offset);
    if (typeof length === 'string' && this.#resuming) return this.#rest(RESUMING);
    this.#resuming = false;
    if (typeof length === 'object') {
      this.#skip = length.length - this.#headerLength;
      return this.#take(this.#headerLength, length.fault);
    }
    if (typeof length === 'string') {
      this.#lost = true;
      return this.#take(this.#headerLength, length);
    }
    return this.#queue.length < length ? undefined : this.#take(length);
  }

  /** `length` bytes are missing. Returns what they cut short, and an empty piece in their place. */
  gap(length: number): Piece[] {
    const cut = this.#rest(this.#lost ? LOST : 'the rest of this unit is missing from the capture');
    const fault = `${counted(length, 'byte')} ${length === 1 ? 'is' : 'are'} missing from the capture here`;
    const missing = { bytes: EMPTY, offset: this.#offset, fault };
    this.#offset += length;
    this.#lost = false;
    this.#skip = 0;
    this.#resuming = true;
    return cut ? [cut, missing] : [missing];
  }

  /** What is left when the stream ends. */
  end(): Piece | undefined {
    return this.#rest(this.#lost ? LOST : 'the stream ended in the middle of this unit');
  }

  #passOver(): void {
    const length = Math.min(this.#skip, this.#queue.length);
    if (length === 0) return;
    this.#skip -= length;
    this.#take(length);
  }

  #rest(fault: string): Piece | undefined {
    return this.#queue.length === 0 ? undefined : this.#take(this.#queue.length, fault);
  }

  #take(length: number, fault?: string): Piece {
    const offset = this.#offset;
    const bytes = this.#queue.take(length) ?? EMPTY;
    this.#offset += length;
    return fault === undefined ? { bytes, offset } : { bytes, offset, fault };
  }
}

/** What all layers have in common whose units state their own length. */
export abstract class SplitLayer implements Layer {
  abstract readonly cipher: string;
  abstract readonly stack: readonly Proto[];
  readonly #streams: Readonly<Record<Direction, Splitter>>;

  constructor(headerLength: number, measure: Measure) {
    this.#streams = {
      c2s: new Splitter(headerLength, measure),
      s2c: new Splitter(headerLength, measure),
    };
  }

  push(dir: Direction, bytes: Uint8Array): Unit[] {
    const stream = this.#streams[dir];
    stream.push(bytes);
    const units: Unit[] = [];
    for (let piece = stream.next(); piece; piece = stream.next()) units.push(this.unitOf(dir, piece));
    return units;
  }

  gap(dir: Direction, length: number): Unit[] {
    return this.#streams[dir].gap(length).map((piece) => this.unitOf(dir, piece));
  }

  end(dir: Direction): Unit[] {
    const piece = this.#streams[dir].end();
    return piece ? [this.unitOf(dir, piece)] : [];
  }

  pending(dir: Direction): number {
    return this.#streams[dir].pending;
  }

  /** The unit that a piece of this direction is; pieces come in order. */
  protected abstract unitOf(dir: Direction, piece: Piece): Unit;
}
