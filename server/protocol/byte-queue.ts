/**
 * Bytes that have arrived but are not used up yet, in one contiguous buffer. A unit that arrives a byte at a time
 * costs linear time: the buffer doubles. The reader's own length checks cap the growth.
 */
export class ByteQueue {
  #buffer = new Uint8Array(0);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** Takes `bytes` in. While nothing waits they are used in place, so the caller must not change them. */
  push(bytes: Uint8Array): void {
    if (this.length === 0) {
      this.#buffer = bytes as Uint8Array<ArrayBuffer>;
      this.#start = 0;
      this.#end = bytes.length;
      return;
    }
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The first `count` bytes (fewer when fewer wait), still queued. Valid until the next `push`. */
  peek(count = this.length): Uint8Array {
    return this.#buffer.subarray(this.#start, Math.min(this.#start + count, this.#end));
  }

  drop(count: number): void {
    this.#start = Math.min(this.#start + count, this.#end);
  }

  #reserve(extra: number): void {
    const needed = this.length + extra;
    // A buffer that belongs to the caller is full to its end, so nothing is ever written into one.
    if (this.#end + extra <= this.#buffer.length) return;
    const roomy = new Uint8Array(Math.max(1024, needed * 2));
    roomy.set(this.#buffer.subarray(this.#start, this.#end));
    this.#end = this.length;
    this.#start = 0;
    this.#buffer = roomy;
  }
}
