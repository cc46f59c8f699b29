/**
 * JSON with positions: the grammar of RFC 8259 over UTF-8 bytes, where every value keeps its byte range. It accepts
 * exactly what `JSON.parse` accepts, except that it stops at the caps below.
 */
import { fromUtf8 } from '#protocol/bytes';

const MAX_DEPTH = 32;
const MAX_NODES = 4_000;

export interface JsonNode {
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
  /** Range of the value in the scanned bytes, quotes and brackets included. */
  readonly start: number;
  readonly end: number;
  /** The value of a string, number, boolean or null. */
  readonly value?: string | number | boolean | null;
  /** Members of an object or an array, in order; `key` is the index in an array. */
  readonly members?: readonly { readonly key: string; readonly node: JsonNode }[];
}

export interface JsonFault {
  readonly fault: string;
  readonly at: number;
}

/** The tree of the JSON text in `bytes`, or where and why they are not JSON. Never throws. */
export function scanJson(bytes: Uint8Array): JsonNode | JsonFault {
  const scanner = new Scanner(bytes);
  try {
    return scanner.document();
  } catch (error) {
    if (error instanceof Stop) return { fault: error.message, at: error.at };
    throw error;
  }
}

/** Leaves the recursion; never leaves this file. */
class Stop extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const LITERALS = [
  ['true', 'boolean', true],
  ['false', 'boolean', false],
  ['null', 'null', null],
] as const;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** Bytes that can occur in a number, so that only those are looked at. */
const NUMBER_BYTES = new Set([...'+-.0123456789eE'].map((char) => char.charCodeAt(0)));

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

class Scanner {
  readonly #bytes: Uint8Array;
  #at = 0;
  #nodes = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  document(): JsonNode {
    const node = this.#value(0);
    this.#space();
    if (this.#at < this.#bytes.length) this.#fail('there is something after the JSON text');
    return node;
  }

  #value(depth: number): JsonNode {
    if (depth > MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH}`);
    if (++this.#nodes > MAX_NODES) this.#fail(`more than ${MAX_NODES} values`);
    this.#space();
    const byte = this.#bytes[this.#at];
    if (byte === 0x7b) return this.#object(depth);
    if (byte === 0x5b) return this.#array(depth);
    if (byte === QUOTE) return this.#string();
    if (byte === 0x2d || (byte !== undefined && byte >= 0x30 && byte <= 0x39)) return this.#number();
    return this.#literal();
  }

  #object(depth: number): JsonNode {
    const start = this.#at++;
    const members: { key: string; node: JsonNode }[] = [];
    while (!this.#closes(0x7d, members.length === 0)) {
      this.#space();
      if (this.#bytes[this.#at] !== QUOTE) this.#fail('a field name in quotes is expected');
      const key = this.#string().value as string;
      this.#space();
      if (this.#bytes[this.#at] !== COLON) this.#fail('a colon is expected');
      this.#at++;
      members.push({ key, node: this.#value(depth + 1) });
    }
    return { kind: 'object', start, end: this.#at, members };
  }

  #array(depth: number): JsonNode {
    const start = this.#at++;
    const members: { key: string; node: JsonNode }[] = [];
    while (!this.#closes(0x5d, members.length === 0)) {
      members.push({ key: String(members.length), node: this.#value(depth + 1) });
    }
    return { kind: 'array', start, end: this.#at, members };
  }

  /** True after the closing bracket; false where another member must follow. */
  #closes(bracket: number, first: boolean): boolean {
    this.#space();
    const byte = this.#bytes[this.#at];
    if (byte === bracket) {
      this.#at++;
      return true;
    }
    if (first) return false;
    if (byte !== COMMA) this.#fail('a comma or the closing bracket is expected');
    this.#at++;
    return false;
  }

  #string(): JsonNode {
    const start = this.#at;
    for (let at = start + 1; at < this.#bytes.length; at++) {
      if (this.#bytes[at] === BACKSLASH) at++;
      else if (this.#bytes[at] === QUOTE) {
        this.#at = at + 1;
        return { kind: 'string', start, end: this.#at, value: this.#decoded(start, this.#at) };
      }
    }
    return this.#fail('a string is not closed');
  }

  /** Escapes are left to `JSON.parse`: one string cannot mean two things then. */
  #decoded(start: number, end: number): string {
    const text = fromUtf8(this.#bytes.subarray(start, end));
    if (text === undefined) throw new Stop('the string is not well-formed UTF-8', start);
    try {
      return JSON.parse(text) as string;
    } catch {
      throw new Stop('there is a control character or an unknown escape in the string', start);
    }
  }

  #number(): JsonNode {
    const start = this.#at;
    let end = start;
    while (end < this.#bytes.length && NUMBER_BYTES.has(this.#bytes[end] as number)) end++;
    const text = String.fromCharCode(...this.#bytes.subarray(start, Math.min(end, start + 1_000)));
    NUMBER.lastIndex = 0;
    const match = NUMBER.exec(text);
    if (!match || match[0].length !== end - start) this.#fail('this is not a JSON number');
    this.#at = end;
    return { kind: 'number', start, end, value: Number(text) };
  }

  #literal(): JsonNode {
    const start = this.#at;
    for (const [text, kind, value] of LITERALS) {
      const end = start + text.length;
      if (String.fromCharCode(...this.#bytes.subarray(start, end)) !== text) continue;
      this.#at = end;
      return { kind, start, end, value };
    }
    return this.#fail('a value is expected');
  }

  #space(): void {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at++;
    }
  }

  #fail(message: string): never {
    throw new Stop(this.#at < this.#bytes.length ? message : `${message}, but the text ends`, this.#at);
  }
}
