/**
 * Bytes of a stream that have arrived but are not used up yet. What is within one of the pieces in which they came is
 * given out as a view of it, so most bytes are never copied; only what spans several pieces is put together. A unit
 * that arrives a byte at a time costs linear time and no object per byte. The reader's own length checks cap the growth.
 */
import { EMPTY } from './bytes.ts';

/**
 * Waiting pieces are put together when there are this many, so that a stream that comes byte by byte does not keep an
 * object for each byte.
 */
const MAX_PIECES = 64;

export class ByteQueue {
  #pieces: Uint8Array[] = [];
  /** Bytes of the first piece that have been used up. */
  #start = 0;
  #length = 0;
  #offset = 0;
  /** A buffer of our own with room after the last piece, which is its beginning. */
  #roomy: Uint8Array | undefined;

  /** Bytes that wait. */
  get length(): number {
    return this.#length;
  }

  /** Where in the stream the next byte is: how many have been taken or dropped. */
  get offset(): number {
    return this.#offset;
  }

  /** Takes in `bytes`, which must not change from then on. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    if (this.#roomy && this.#append(this.#roomy, bytes)) return;
    this.#pieces.push(bytes);
    if (this.#pieces.length >= MAX_PIECES) this.#join();
  }

  /** The next `count` bytes, still queued; `undefined` while fewer wait. They stay as they are, whatever comes. */
  peek(count: number): Uint8Array | undefined {
    if (count > this.#length) return undefined;
    const first = this.#pieces[0] ?? EMPTY;
    return first.length - this.#start >= count ? view(first, this.#start, count) : this.#gather(count);
  }

  /** Like `peek`, and the bytes are used up. */
  take(count: number): Uint8Array | undefined {
    const taken = this.peek(count);
    if (taken) this.drop(count);
    return taken;
  }

  /** Uses up `count` bytes, or as many as wait. Returns how many. */
  drop(count: number): number {
    const dropped = Math.min(count, this.#length);
    this.#offset += dropped;
    this.#length -= dropped;
    this.#start += dropped;
    for (let first = this.#pieces[0]; first && this.#start >= first.length; first = this.#pieces[0]) {
      this.#start -= first.length;
      this.#pieces.shift();
    }
    if (this.#length === 0) this.#roomy = undefined;
    return dropped;
  }

  /** The next `count` bytes in one piece, which replaces the pieces that they spanned. */
  #gather(count: number): Uint8Array {
    const whole = new Uint8Array(count);
    let filled = 0;
    while (filled < count) {
      const piece = this.#pieces.shift() as Uint8Array;
      const end = Math.min(piece.length, this.#start + count - filled);
      whole.set(view(piece, this.#start, end - this.#start), filled);
      filled += end - this.#start;
      this.#start = 0;
      if (end < piece.length) this.#pieces.unshift(view(piece, end, piece.length - end));
    }
    if (this.#pieces.length === 0) this.#roomy = undefined;
    this.#pieces.unshift(whole);
    return whole;
  }

  /** False when there is no room for them. */
  #append(roomy: Uint8Array, bytes: Uint8Array): boolean {
    const last = this.#pieces.length - 1;
    const begin = (this.#pieces[last] as Uint8Array).byteOffset;
    const end = begin + (this.#pieces[last] as Uint8Array).length;
    if (end + bytes.length > roomy.length) {
      this.#roomy = undefined;
      return false;
    }
    roomy.set(bytes, end);
    this.#pieces[last] = view(roomy, begin, end + bytes.length - begin);
    return true;
  }

  /** Puts all pieces together, with as much room again for those to come. */
  #join(): void {
    const roomy = new Uint8Array(2 * this.#length);
    let filled = -this.#start;
    for (const piece of this.#pieces) {
      roomy.set(filled < 0 ? view(piece, -filled, piece.length + filled) : piece, Math.max(0, filled));
      filled += piece.length;
    }
    this.#pieces = [view(roomy, 0, this.#length)];
    this.#start = 0;
    this.#roomy = roomy;
  }
}

/** Not `subarray`: on a Node buffer that would give a Node buffer again. */
function view(bytes: Uint8Array, start: number, count: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, count);
}
