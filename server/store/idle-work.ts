/** Work that nobody waits for, done in pieces. In the pauses between them, work that somebody waits for comes first. */

/** The pause after each piece is this many times as long as the piece took. */
export const REST_FACTOR = 3;

export class IdleWork {
  readonly #piece: () => Promise<boolean>;
  readonly #rest: number;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #closed = false;

  /** `piece` resolves with whether there is more to do. The first one begins `rest` milliseconds after a call of `wake`. */
  constructor(piece: () => Promise<boolean>, rest: number) {
    this.#piece = piece;
    this.#rest = rest;
  }

  /** Tells that there may be something to do, which is then done soon. */
  wake(): void {
    this.#schedule(this.#rest);
  }

  /** Resolves when the piece under way is done; no further piece follows. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#working;
  }

  #schedule(rest: number): void {
    if (this.#closed || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#working = this.#work();
    }, rest);
    this.#timer.unref();
  }

  async #work(): Promise<void> {
    const begin = performance.now();
    // No request failed here, so nobody is told: the next `wake` tries again.
    const more = await this.#piece().catch(() => false);
    this.#timer = undefined;
    if (more) this.#schedule(REST_FACTOR * (performance.now() - begin));
  }
}
