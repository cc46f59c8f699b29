/** The writing side of a socket that sends when it is told to: what a piece writes, and when, can be judged exactly. */
import { Writable } from 'node:stream';

/** Bytes from which on it says that it is full. */
export const ROOM = 1_000;

export class HeldSocket extends Writable {
  /** Everything that was written, in order. */
  readonly written: Uint8Array[] = [];
  /** Writes between one that returned false and the next drain. */
  writtenWhileFull = 0;
  #isHeld = false;
  #waiting: { readonly bytes: number; readonly done: () => void } | undefined;

  constructor() {
    super({ highWaterMark: ROOM });
    this.on('error', () => undefined);
    // A check counts the listeners: Node need not warn.
    this.setMaxListeners(0);
  }

  /** From now on nothing leaves: as when the peer does not read, and the buffers of both systems are full. */
  hold(): void {
    this.#isHeld = true;
  }

  /** What it has taken so far leaves. What is written then is held again. */
  letOut(): void {
    let left = this.writableLength;
    while (this.#waiting && left > 0) {
      const { bytes, done } = this.#waiting;
      this.#waiting = undefined;
      left -= bytes;
      done();
    }
  }

  /** The peer reads as fast as it can. */
  release(): void {
    this.#isHeld = false;
    this.letOut();
  }

  override write(chunk: unknown, ...rest: unknown[]): boolean {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('only bytes may be written to a socket here');
    if (!this.destroyed) {
      if (this.writableNeedDrain) this.writtenWhileFull += 1;
      this.written.push(chunk);
    }
    return (super.write as (...all: unknown[]) => boolean).call(this, chunk, ...rest);
  }

  override _write(chunk: Uint8Array, _: BufferEncoding, done: () => void): void {
    if (this.#isHeld) this.#waiting = { bytes: chunk.length, done };
    else done();
  }
}
