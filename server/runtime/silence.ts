/** How long a peer has been silent, and since when it owes the rest of a frame: milliseconds of `performance.now()`. */
export class Silence {
  #heardAt = performance.now();
  #unfinishedSince: number | undefined;

  get heardAt(): number {
    return this.#heardAt;
  }

  get unfinishedSince(): number | undefined {
    return this.#unfinishedSince;
  }

  /** Bytes came. Those that complete no frame begin one, or a record with one inside. */
  heard(): void {
    this.#heardAt = performance.now();
    this.#unfinishedSince ??= this.#heardAt;
  }

  /** What those bytes were part of is whole. */
  completed(): void {
    this.#unfinishedSince = undefined;
  }

  /** After what was completed there came more, which is not. */
  begun(): void {
    this.#unfinishedSince ??= this.#heardAt;
  }
}
