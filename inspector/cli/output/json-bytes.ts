/**
 * JSON as bytes. A record of a capture contains its bytes in hex two or three times, and the same notes for every
 * field. As one long string, it would have to be built, escaped, copied and encoded before anything is written.
 */
import { type ByteWriter, textBytes } from './byte-writer.ts';

/** Members whose values repeat very often, so that they are kept encoded. */
const REPEATED: ReadonlySet<string> = new Set(['name', 'note', 'source', 'state', 'proto', 'layer', 'dir']);
/** How many pairs are kept: a sender may choose any number of names. */
const MAX_KEPT = 4_096;

const COMMA = 0x2c;
const OPENING = { array: 0x5b, object: 0x7b } as const;
const CLOSING = { array: 0x5d, object: 0x7d } as const;

export class JsonBytes {
  readonly #out: ByteWriter;
  /** Encoded names of members, each with its colon. */
  readonly #names = new Map<string, Uint8Array>();
  /** Encoded members with their values. */
  readonly #members = new Map<string, Map<string, Uint8Array>>();
  #kept = 0;

  constructor(out: ByteWriter) {
    this.#out = out;
  }

  /**
   * Writes what `JSON.stringify` makes of a value, and of a `Uint8Array` its hex. Only plain objects, arrays, strings,
   * numbers, booleans, bytes and null are allowed; members that are `undefined` are left out.
   */
  write(value: unknown): void {
    if (typeof value === 'string') this.#out.text(JSON.stringify(value));
    else if (value === null || typeof value !== 'object') this.#out.text(simple(value));
    else if (value instanceof Uint8Array) this.#out.quotedHex(value);
    else if (Array.isArray(value)) this.#array(value);
    else this.#object(value as Record<string, unknown>);
  }

  #array(items: readonly unknown[]): void {
    this.#out.byte(OPENING.array);
    let isFirst = true;
    for (const item of items) {
      if (!isFirst) this.#out.byte(COMMA);
      isFirst = false;
      this.write(item);
    }
    this.#out.byte(CLOSING.array);
  }

  #object(members: Record<string, unknown>): void {
    this.#out.byte(OPENING.object);
    let isFirst = true;
    for (const name of Object.keys(members)) {
      const value = members[name];
      if (value === undefined) continue;
      if (!isFirst) this.#out.byte(COMMA);
      isFirst = false;
      this.#member(name, value);
    }
    this.#out.byte(CLOSING.object);
  }

  #member(name: string, value: unknown): void {
    if (typeof value === 'string' && REPEATED.has(name)) return this.#repeated(name, value);
    const known = this.#names.get(name);
    this.#out.bytes(known ?? this.#keep(this.#names, name, `${JSON.stringify(name)}:`));
    this.write(value);
  }

  #repeated(name: string, value: string): void {
    const ofName = this.#members.get(name) ?? new Map<string, Uint8Array>();
    this.#members.set(name, ofName);
    const known = ofName.get(value);
    this.#out.bytes(known ?? this.#keep(ofName, value, `${JSON.stringify(name)}:${JSON.stringify(value)}`));
  }

  #keep(kept: Map<string, Uint8Array>, key: string, text: string): Uint8Array {
    const bytes = textBytes(text);
    if (this.#kept++ < MAX_KEPT) kept.set(key, bytes);
    return bytes;
  }
}

function simple(value: unknown): string {
  return typeof value === 'number' && !Number.isFinite(value) ? 'null' : String(value);
}
