/**
 * Reads fields off bytes one after the other. What does not fit becomes a field that says so, and reading goes on
 * after the enclosing length-prefixed part: a damaged extension does not hide the ones behind it.
 */
import { readUint, toHex } from '#wire/bytes';
import type { Field } from '#wire/field';

/** Children kept of one part; a hello of the longest kind has a few dozen. */
const MAX_CHILDREN = 512;

export class Misfit extends Error {}

export type Show<T> = (value: T) => string | number;

export class FieldReader {
  readonly bytes: Uint8Array;
  readonly fields: Field[] = [];
  readonly #end: number;
  readonly #faults: string[];
  #at: number;

  constructor(bytes: Uint8Array, start: number, end: number, faults: string[] = []) {
    this.bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#faults = faults;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  get full(): boolean {
    return this.fields.length >= MAX_CHILDREN;
  }

  /** Big-endian unsigned integer of `size` bytes. */
  uint(name: string, size: number, note: string, show?: Show<number>): number {
    const start = this.#take(name, size);
    const value = readUint(this.bytes, start, size);
    this.#push({ name, value: show ? show(value) : value, start, end: start + size, note });
    return value;
  }

  raw(name: string, size: number, note: string, show: Show<Uint8Array> = toHex): Uint8Array {
    const start = this.#take(name, size);
    const value = this.bytes.subarray(start, start + size);
    this.#push({ name, value: show(value), start, end: start + size, note });
    return value;
  }

  /** `size` bytes whose parts `read` reads; it may give the text that sums them up. */
  part(
    name: string,
    size: number,
    note: string,
    read: (reader: FieldReader) => string | number | void,
  ): void {
    const start = this.#take(name, size);
    const inside = new FieldReader(this.bytes, start, start + size, this.#faults);
    const value = inside.#readAll(read) ?? '';
    const field = { name, value, start, end: start + size, note };
    this.#push(inside.fields.length > 0 ? { ...field, children: inside.fields } : field);
  }

  /** Unsigned integers that come next, by their sizes in bytes, without reading past them. They must be there. */
  peekUints(...sizes: number[]): number[] {
    let at = this.#at;
    return sizes.map((size) => readUint(this.bytes, (at += size) - size, size));
  }

  /** Calls `read` until the bytes are used up. */
  each(read: (reader: FieldReader) => void): void {
    while (this.left > 0) {
      if (this.full) return void this.raw('more', this.left, 'Too many to show one by one.', () => '…');
      read(this);
    }
  }

  /** Says that the bytes break the protocol; reading of this part stops. */
  fail(reason: string): never {
    throw new Misfit(reason);
  }

  #readAll(read: (reader: FieldReader) => string | number | void): string | number | void {
    try {
      const value = read(this);
      if (this.left > 0) this.fail(`${this.left} bytes too many`);
      return value;
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      this.#faults.push(error.message);
      const note = 'From here on it cannot be read.';
      const [start, end] = [this.#at, this.#end];
      this.fields.push({ name: 'fault', value: error.message, start, end, note, malformed: true });
    }
  }

  #take(name: string, size: number): number {
    if (size > this.left) throw new Misfit(`${name} needs ${size} bytes, ${this.left} are left`);
    this.#at += size;
    return this.#at - size;
  }

  #push(field: Field): void {
    this.fields.push(field);
  }

  /** Fields of `bytes` from `start` on, and why they do not fit, if they do not. */
  static read(
    bytes: Uint8Array,
    start: number,
    read: (reader: FieldReader) => void,
  ): { fields: Field[]; fault: string } {
    const faults: string[] = [];
    const reader = new FieldReader(bytes, start, bytes.length, faults);
    reader.#readAll(read);
    return { fields: reader.fields, fault: faults[0] ?? '' };
  }
}
