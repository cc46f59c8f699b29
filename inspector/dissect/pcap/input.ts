/**
 * Bytes of a file as they arrive. What is whole in one piece is used in place; only what straddles two is
 * copied.
 */
export class Input {
  #pieces: Uint8Array[] = [];
  /** Bytes of the first piece that are used up. */
  #used = 0;
  #length = 0;
  #offset = 0;

  /** Bytes at hand. */
  get length(): number {
    return this.#length;
  }

  /** Where in the file the next byte is. */
  get offset(): number {
    return this.#offset;
  }

  /** Takes a piece, which must not be changed from then on. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#length += bytes.length;
  }

  /** The next `count` bytes, which stay; `undefined` while fewer are at hand. */
  peek(count: number): Uint8Array | undefined {
    if (count > this.#length) return undefined;
    const first = this.#pieces[0];
    if (first && first.length - this.#used >= count) return first.subarray(this.#used, this.#used + count);
    return this.#join(count);
  }

  /** Skips `count` bytes, or as many as are at hand. Returns how many. */
  drop(count: number): number {
    const dropped = Math.min(count, this.#length);
    this.#offset += dropped;
    this.#length -= dropped;
    this.#used += dropped;
    let whole = 0;
    for (let piece = this.#pieces[0]; piece && this.#used >= piece.length; piece = this.#pieces[whole]) {
      this.#used -= piece.length;
      whole++;
    }
    if (whole > 0) this.#pieces.splice(0, whole);
    return dropped;
  }

  #join(count: number): Uint8Array {
    const joined = new Uint8Array(count);
    let filled = 0;
    let taken = 0;
    for (let piece = this.#pieces[0]; piece && filled < count; piece = this.#pieces[taken]) {
      const part = piece.subarray(this.#used, this.#used + count - filled);
      joined.set(part, filled);
      filled += part.length;
      this.#used += part.length;
      if (this.#used < piece.length) break;
      this.#used = 0;
      taken++;
    }
    const rest = this.#pieces.slice(taken);
    if (rest[0] && this.#used > 0) rest[0] = rest[0].subarray(this.#used);
    this.#pieces = count === 0 ? rest : [joined, ...rest];
    this.#used = 0;
    return joined;
  }
}
