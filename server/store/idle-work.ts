/** Work that nobody waits for: done in pieces, with rests between them in which what somebody waits for comes first. */

/** Milliseconds before the first piece: in a burst the commits come first. */
const REST_MS = 100;
/** After each piece it rests for this many times as long as the piece took. */
const REST_FACTOR = 3;

export class IdleWork {
  readonly #piece: () => Promise<boolean>;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #closed = false;

  /** `piece` resolves with whether there is more to do. */
  constructor(piece: () => Promise<boolean>) {
    this.#piece = piece;
  }

  /** There may be something to do: it is done soon. */
  wake(): void {
    this.#schedule(REST_MS);
  }

  /** Resolves when the piece under way is done; no other follows. */
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
    // A failure here is nobody's request: whoever wakes it next tries again.
    const more = await this.#piece().catch(() => false);
    this.#timer = undefined;
    if (more) this.#schedule(REST_FACTOR * (performance.now() - begin));
  }
}
