/** Collects text and hex as bytes for output. */

const QUOTE = 0x22;
/** The two hex digits of each byte. */
const HIGH = Uint8Array.from({ length: 256 }, (_, byte) => digit(byte >> 4));
const LOW = Uint8Array.from({ length: 256 }, (_, byte) => digit(byte & 0x0f));
/** The most bytes that UTF-8 needs for a UTF-16 code unit. */
const UTF8_LENGTH = 3;
/** Up to this many characters, calling the encoder costs more than copying them one by one. */
const SHORT = 32;

export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  /** `room` is the initial size in bytes; the buffer grows if that is too small. */
  constructor(room: number) {
    this.#buffer = Buffer.allocUnsafeSlow(room);
  }

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Writes text in UTF-8; a lone surrogate becomes U+FFFD. */
  text(text: string): void {
    this.#reserve(text.length * UTF8_LENGTH);
    if (text.length <= SHORT && this.#ascii(text)) return;
    this.#length += this.#buffer.write(text, this.#length);
  }

  /** Writes bytes as lower-case hex between quotation marks. */
  quotedHex(bytes: Uint8Array): void {
    this.#reserve(2 * bytes.length + 2);
    const buffer = this.#buffer;
    let at = this.#length;
    buffer[at++] = QUOTE;
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] as number;
      buffer[at++] = HIGH[byte] as number;
      buffer[at++] = LOW[byte] as number;
    }
    buffer[at++] = QUOTE;
    this.#length = at;
  }

  /** Everything that was written; valid until more is written. */
  taken(): Uint8Array {
    const taken = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }

  /** Returns whether the text could be written, which is when it consists of ASCII. */
  #ascii(text: string): boolean {
    const buffer = this.#buffer;
    let at = this.#length;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      buffer[at++] = code;
    }
    this.#length = at;
    return true;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

export function textBytes(text: string): Uint8Array {
  return Buffer.from(text);
}

function digit(value: number): number {
  return value.toString(16).charCodeAt(0);
}
