/**
 * Bytes of a stream that wait for their unit, as the pieces in which they came. What is within one piece is
 * given out as a view of it, so a long capture is not copied; only what spans several pieces is put together.
 */
import { EMPTY, concat } from '#protocol/bytes';

/**
 * Waiting pieces are joined when there are this many, so a stream that comes byte by byte does not keep an
 * object for each byte.
 */
const MAX_PIECES = 64;
/** The most bytes that are set aside at once for what must be put together. */
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

  /** Takes in `bytes`, which must not change afterwards. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#length += bytes.length;
    if (this.#pieces.length >= MAX_PIECES) this.#join();
  }

  /** The first `count` bytes, still queued; there must be that many. */
  peek(count: number): Uint8Array {
    const first = this.#pieces[0] as Uint8Array;
    return first.length - this.#start >= count ? view(first, this.#start, count) : this.#gathered(count);
  }

  /** The first `count` bytes, which stay as they are; there must be that many. */
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
      // It begins small: in a capture with many flows most of them have little to put together.
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

/** Not `subarray`: on a Node buffer that would give a Node buffer again. */
function view(bytes: Uint8Array, start: number, count: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, count);
}
