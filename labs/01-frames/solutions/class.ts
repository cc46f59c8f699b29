/** A class that keeps the pieces in a list and joins them only once the frame is whole. */
class Decoder {
  readonly #cap: number;
  #pieces: Uint8Array[] = [];
  #total = 0;

  constructor(cap: number) {
    this.#cap = cap;
  }

  push(bytes: Uint8Array): void {
    this.#pieces.push(bytes.slice());
    this.#total += bytes.length;
  }

  next(): Uint8Array | null {
    if (this.#total < 4) return null;
    const head = this.#first(4);
    const length = head[0]! * 2 ** 24 + head[1]! * 2 ** 16 + head[2]! * 2 ** 8 + head[3]!;
    if (length < 1 || length > this.#cap) throw new RangeError(`bad length ${length}`);
    if (this.#total < 4 + length) return null;
    const frame = this.#first(4 + length);
    const [all] = this.#pieces;
    this.#pieces = [all!.subarray(4 + length)];
    this.#total -= 4 + length;
    return frame.subarray(4);
  }

  /** Joins the pieces and returns the first bytes. */
  #first(count: number): Uint8Array {
    const joined = new Uint8Array(this.#total);
    let at = 0;
    for (const piece of this.#pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [joined];
    return joined.subarray(0, count);
  }
}

export const createFrameDecoder = (maxPayload: number): Decoder => new Decoder(maxPayload);
