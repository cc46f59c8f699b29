/**
 * Lines for a pipe or a terminal that somebody may have stopped reading. The server never waits for the reader: what is
 * not taken waits in a bounded buffer, and what does not fit there is dropped and counted.
 */
import type { Writable } from 'node:stream';

/** Bytes that wait for the reader. */
const BACKLOG_CAP = 1024 * 1024;
/** Milliseconds between two looks at whether all has been taken. */
const LOOK_EVERY_MS = 10;

export class Lines {
  readonly #stream: Writable;
  readonly #notice: (dropped: number) => string;
  readonly #cap: number;
  #dropped = 0;
  #broken = false;

  /** `notice` makes the line that says how many were dropped; it is written when there is room again. */
  constructor(stream: Writable, notice: (dropped: number) => string, cap = BACKLOG_CAP) {
    this.#stream = stream;
    this.#notice = notice;
    this.#cap = cap;
    stopBlocking(stream);
    stream.on('drain', () => this.#sayDropped());
    // The reader has gone: there is nobody left to tell, and that must not end the server.
    stream.on('error', () => (this.#broken = true));
  }

  /** Lines dropped that no notice has told of yet. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a line without its line end. Returns at once in every case. */
  write(line: string): void {
    if (this.#broken) return;
    if (this.#stream.writableLength + line.length > this.#cap) {
      this.#dropped += 1;
      return;
    }
    this.#sayDropped();
    this.#stream.write(`${line}\n`);
  }

  /** Resolves when the reader has taken everything, and after `limit` milliseconds in any case. */
  async flushed(limit: number): Promise<void> {
    const end = performance.now() + limit;
    while (!this.#broken && this.#stream.writableLength > 0 && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }

  #sayDropped(): void {
    if (this.#dropped === 0 || this.#broken || this.#stream.writableLength > this.#cap / 2) return;
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.#stream.write(`${this.#notice(dropped)}\n`);
  }
}

/**
 * Node writes to pipes without blocking, and to terminals with: Ctrl-S would stop the server. There is no public way
 * to change that; where this one is gone, a terminal blocks as it does for every other program.
 */
function stopBlocking(stream: Writable): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (blocking: boolean) => unknown } };
  handle?.setBlocking?.(false);
}
