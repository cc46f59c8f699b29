/**
 * Lines for a pipe or a terminal whose reader may have stopped. The server never waits for the reader: lines that are not
 * read wait in a bounded buffer, and lines that do not fit there are dropped and counted.
 */
import type { Writable } from 'node:stream';

/** Bytes that wait for the reader. */
export const BACKLOG_CAP = 1024 * 1024;
/** Milliseconds between two checks whether everything has been read. */
const LOOK_EVERY_MS = 10;

export class Lines {
  readonly #stream: Writable;
  readonly #notice: (dropped: number) => string;
  readonly #cap: number;
  #dropped = 0;
  #broken = false;

  /** `notice` returns the line that says how many were dropped; it is written when there is room again. */
  constructor(stream: Writable, notice: (dropped: number) => string, cap = BACKLOG_CAP) {
    this.#stream = stream;
    this.#notice = notice;
    this.#cap = cap;
    stopBlocking(stream);
    stream.on('drain', () => this.#sayDropped());
    // The reader is gone: there is nobody left to tell, but that must not end the server.
    stream.on('error', () => (this.#broken = true));
  }

  /** Number of dropped lines that no notice has reported yet. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Writes a line, given without its line end. Always returns at once. */
  write(line: string): void {
    if (this.#broken) return;
    if (this.#stream.writableLength + line.length > this.#cap) {
      this.#dropped += 1;
      return;
    }
    this.#sayDropped();
    this.#stream.write(`${line}\n`);
  }

  /** Resolves when everything has been read, or after `limit` milliseconds. */
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
 * Node writes to pipes without blocking, but to terminals blocking: Ctrl-S would stop the server. There is no public way
 * to change that. If this one disappears, a terminal blocks as it does for every other program.
 */
function stopBlocking(stream: Writable): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (blocking: boolean) => unknown } };
  handle?.setBlocking?.(false);
}
