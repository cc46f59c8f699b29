/**
 * Bytes of a stream that wait for their unit, as the pieces in which they came. What lies within one piece is given
 * out as a view of it, so a long capture is not copied; only what spans several is put together.
 */
import { concat } from '#wire/bytes';

/** Pieces that wait are joined from this many on: a stream that comes byte by byte keeps no object for each. */
const MAX_PIECES = 64;

export class PieceQueue {
  #pieces: Uint8Array[] = [];
  /** Bytes of the first piece that have been taken already. */
  #start = 0;
  #length = 0;

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
    if (first.length - this.#start < count) this.#join();
    return view(this.#pieces[0] as Uint8Array, this.#start, count);
  }

  /** The first `count` bytes, which stay as they are; there must be so many. */
  take(count: number): Uint8Array {
    const taken = this.peek(count);
    this.#start += count;
    this.#length -= count;
    if (this.#start === (this.#pieces[0] as Uint8Array).length) {
      this.#pieces.shift();
      this.#start = 0;
    }
    return taken;
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
