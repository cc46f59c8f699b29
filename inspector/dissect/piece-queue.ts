/**
 * Bytes of a stream that wait for their unit, as the pieces in which they came. What lies within one piece is given
 * out as a view of it, so a long capture is not copied; only what spans several is put together.
 */
import { EMPTY, concat } from '#wire/bytes';

/** Pieces that wait are joined from this many on: a stream that comes byte by byte keeps no object for each. */
const MAX_PIECES = 64;
/** Bytes that are set aside at once, at most, for what has to be put together. */
const SLAB = 64 * 1024;

export class PieceQueue {
  #pieces: Uint8Array[] = [];
  /** Bytes of the first piece that have been taken already. */
  #start = 0;
  #length = 0;
  #slab = EMPTY;
  #slabUsed = 0;

  get length(): number {
    return this.#length;
  }

  /** Takes `bytes` in; they must not change any more. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#length += bytes.length;
    if (this.#pieces.length >= MAX_PIECES) this.#join();
  }

  /** The first `count` bytes, still queued; there must be so many. */
  peek(count: number): Uint8Array {
    const first = this.#pieces[0] as Uint8Array;
    return first.length - this.#start >= count ? view(first, this.#start, count) : this.#gathered(count);
  }

  /** The first `count` bytes, which stay as they are; there must be so many. */
  take(count: number): Uint8Array {
    const taken = this.peek(count);
    this.#length -= count;
    this.#start += count;
    let used = 0;
    for (let first = this.#pieces[0]; first && this.#start >= first.length; first = this.#pieces[used]) {
      this.#start -= first.length;
      used++;
    }
    if (used > 0) this.#pieces.splice(0, used);
    return taken;
  }

  /** A copy of the first `count` bytes, from as many pieces as they span. */
  #gathered(count: number): Uint8Array {
    const bytes = this.#room(count);
    let start = this.#start;
    let at = 0;
    for (let index = 0; at < count; index++) {
      const piece = this.#pieces[index] as Uint8Array;
      const part = piece.subarray(start, start + count - at);
      bytes.set(part, at);
      at += part.length;
      start = 0;
    }
    return bytes;
  }

  /** Room in a larger buffer: a long capture would have tens of thousands of small ones. */
  #room(count: number): Uint8Array {
    if (count > SLAB / 8) return new Uint8Array(count);
    if (this.#slab.length - this.#slabUsed < count) {
      // It begins small: most flows of a capture with many have little to put together.
      this.#slab = new Uint8Array(Math.min(SLAB, Math.max(count, 2 * this.#slab.length)));
      this.#slabUsed = 0;
    }
    this.#slabUsed += count;
    return this.#slab.subarray(this.#slabUsed - count, this.#slabUsed);
  }

  #join(): void {
    const [first, ...others] = this.#pieces as [Uint8Array, ...Uint8Array[]];
    this.#pieces = [concat([first.subarray(this.#start), ...others])];
    this.#start = 0;
  }
}

/** Not `subarray`: that of a Node buffer would be one again. */
function view(bytes: Uint8Array, start: number, count: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, count);
}
