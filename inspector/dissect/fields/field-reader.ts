/**
 * Reads fields from bytes one after the other, by their specs. What does not fit becomes a field that says so,
 * and reading goes on after the enclosing length-prefixed part: a damaged extension does not hide the ones
 * after it.
 */
import { readUint } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { counted } from '#protocol/shown';
import { type FieldSpec, faultField, fieldOf } from './dictionary.ts';
import { showBytes } from './show.ts';

/** Children kept of one part; a hello of the longest kind has a few dozen. */
const MAX_CHILDREN = 512;

export class Misfit extends Error {}

export type Show<T> = (value: T) => string | number;
/** Reads a part; it may return a text that sums the part up. */
export type ReadPart = (reader: FieldReader) => string | number | void;

/** What another reader makes of bytes: fields with ranges relative to the whole buffer. */
export interface Reading {
  readonly fields: readonly Field[];
  readonly value?: string;
  /** Why the bytes are not what they should be; `fields` then shows it where it is. */
  readonly fault?: string;
}

export class FieldReader {
  readonly bytes: Uint8Array;
  readonly fields: Field[] = [];
  readonly #end: number;
  readonly #source: string;
  readonly #faults: string[];
  #at: number;

  /** `source` says where the part is specified; the field for what cannot be read names it. */
  constructor(
    bytes: Uint8Array,
    [start, end]: readonly [number, number],
    source: string,
    faults: string[] = [],
  ) {
    this.bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#source = source;
    this.#faults = faults;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  get full(): boolean {
    return this.fields.length >= MAX_CHILDREN;
  }

  /**
   * Big-endian unsigned integer of `size` bytes. Where `show` gives it a name, the field keeps the number as
   * well.
   */
  uint(spec: FieldSpec, size: number, show?: Show<number>): number {
    const start = this.#take(spec, size);
    const value = readUint(this.bytes, start, size);
    const shown = show ? show(value) : value;
    const named = typeof shown === 'string' ? { number: value } : {};
    this.fields.push(fieldOf(spec, shown, [start, start + size], named));
    return value;
  }

  raw(spec: FieldSpec, size: number, show: Show<Uint8Array> = showBytes): Uint8Array {
    const start = this.#take(spec, size);
    const value = this.bytes.subarray(start, start + size);
    this.fields.push(fieldOf(spec, show(value), [start, start + size]));
    return value;
  }

  /** All bytes that are left. */
  rest(spec: FieldSpec, show?: Show<Uint8Array>): Uint8Array {
    return this.raw(spec, this.left, show);
  }

  /** A length of `size` bytes, and as many bytes as it says. */
  sized(length: FieldSpec, size: number, spec: FieldSpec, show?: Show<Uint8Array>): Uint8Array {
    return this.raw(spec, this.uint(length, size), show);
  }

  /** `size` bytes whose parts `read` reads. */
  part(spec: FieldSpec, size: number, read: ReadPart): void {
    const start = this.#take(spec, size);
    const inside = new FieldReader(this.bytes, [start, start + size], spec.source, this.#faults);
    const value = String(inside.#readAll(read) ?? '');
    this.fields.push(fieldOf(spec, value, [start, start + size], { children: inside.fields }));
  }

  /** A length of `size` bytes, and a part as long as it says. */
  sizedPart(length: FieldSpec, size: number, spec: FieldSpec, read: ReadPart): void {
    this.part(spec, this.uint(length, size), read);
  }

  /** Leaves all bytes that are left to another reader. */
  handOver(read: (bytes: Uint8Array, start: number, end: number) => Reading): string {
    const { fields, value, fault } = read(this.bytes, this.#at, this.#end);
    this.#at = this.#end;
    this.fields.push(...fields);
    if (fault !== undefined) this.#faults.push(fault);
    return value ?? '';
  }

  /** The next unsigned integers, by their sizes in bytes; they stay unread. They must be there. */
  peekUints(...sizes: number[]): number[] {
    let at = this.#at;
    return sizes.map((size) => readUint(this.bytes, (at += size) - size, size));
  }

  /** Calls `read` until the bytes are used up. */
  each(read: (reader: FieldReader) => void): void {
    while (this.left > 0) {
      if (this.full) return this.#giveUp();
      const before = this.left;
      read(this);
      if (this.left === before) return;
    }
  }

  /** Says that the bytes break the protocol; the reading of this part stops. */
  fail(reason: string): never {
    throw new Misfit(reason);
  }

  #giveUp(): void {
    const [note, source] = ['Too many to show one by one.', this.#source];
    this.rest({ name: 'more', note, source, kind: 'text' }, () => '…');
  }

  #readAll(read: ReadPart): string | number | void {
    try {
      const value = read(this);
      if (this.left > 0) this.fail(`${counted(this.left, 'byte')} too many`);
      return value;
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      this.#faults.push(error.message);
      this.fields.push(faultField(error.message, [this.#at, this.#end], this.#source));
    }
  }

  #take({ name }: FieldSpec, size: number): number {
    if (size > this.left) throw new Misfit(`${name} needs ${counted(size, 'byte')}, ${this.left} left`);
    this.#at += size;
    return this.#at - size;
  }

  /**
   * The fields of all `bytes`, and the reason where the bytes do not fit. `source` is where the whole is
   * specified.
   */
  static read(bytes: Uint8Array, source: string, read: ReadPart): { fields: Field[]; fault: string } {
    const faults: string[] = [];
    const reader = new FieldReader(bytes, [0, bytes.length], source, faults);
    reader.#readAll(read);
    return { fields: reader.fields, fault: faults[0] ?? '' };
  }
}
