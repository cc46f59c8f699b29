/**
 * RC4, as records of old suites need it (RFC 6229 has vectors; RFC 7465 forbids it in TLS). Nothing is ever
 * sealed with it here. Its keystream goes on from record to record: a reader that misses bytes can read nothing
 * after them.
 */
export class Rc4 {
  readonly #state = Uint8Array.from({ length: 256 }, (_, i) => i);
  #i = 0;
  #j = 0;

  /** A key of 1 to 256 bytes. */
  constructor(key: Uint8Array) {
    let j = 0;
    for (let i = 0; i < 256; i++) {
      j = (j + this.#at(i) + (key[i % key.length] as number)) & 0xff;
      this.#swap(i, j);
    }
  }

  /** The next bytes of the stream, deciphered, in a buffer of their own. */
  apply(bytes: Uint8Array): Uint8Array {
    return bytes.map((byte) => byte ^ this.#next());
  }

  #next(): number {
    this.#i = (this.#i + 1) & 0xff;
    this.#j = (this.#j + this.#at(this.#i)) & 0xff;
    this.#swap(this.#i, this.#j);
    return this.#at((this.#at(this.#i) + this.#at(this.#j)) & 0xff);
  }

  #at(index: number): number {
    return this.#state[index] as number;
  }

  #swap(a: number, b: number): void {
    const kept = this.#at(a);
    this.#state[a] = this.#at(b);
    this.#state[b] = kept;
  }
}
