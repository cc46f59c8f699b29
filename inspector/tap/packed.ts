/**
 * Bytes of one flow, packed. A piece as a socket hands it over costs some 600 bytes of memory beside its own, most of
 * them for a buffer to itself; many small pieces in one shared block cost about half of that.
 */

/** Bytes of the first block of a flow; each further one is twice as large, up to the largest. */
const FIRST_BLOCK = 512;
const LARGEST_BLOCK = 64 * 1024;

export class Packed {
  #block = new Uint8Array(0);
  #used = 0;
  #next = FIRST_BLOCK;
  #held = 0;

  /** Bytes of all blocks, the part that is not used yet too. */
  get held(): number {
    return this.#held;
  }

  /** A copy of `bytes`, which the caller may go on changing. */
  keep(bytes: Uint8Array): Uint8Array {
    if (this.#used + bytes.length > this.#block.length) this.#begin(bytes.length);
    const kept = this.#block.subarray(this.#used, this.#used + bytes.length);
    kept.set(bytes);
    this.#used += bytes.length;
    return kept;
  }

  #begin(needed: number): void {
    this.#block = new Uint8Array(Math.max(this.#next, needed));
    this.#used = 0;
    this.#held += this.#block.length;
    this.#next = Math.min(2 * this.#next, LARGEST_BLOCK);
  }
}
