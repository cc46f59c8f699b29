/**
 * Packs the bytes of one flow. A chunk as a socket delivers it costs some 600 bytes of memory in addition to its own,
 * mostly for a buffer of its own; many small chunks in one shared block cost about half of that.
 */

/** Bytes of the first block of a flow; each further block is twice as large, up to `LARGEST_BLOCK`. */
const FIRST_BLOCK = 512;
const LARGEST_BLOCK = 64 * 1024;

export class Packed {
  #block = new Uint8Array(0);
  #used = 0;
  #next = FIRST_BLOCK;
  #held = 0;

  /** Bytes of all blocks, including the part that is not used yet. */
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
