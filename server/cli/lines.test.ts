import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Lines } from './lines.ts';

/** A pipe whose reader reads nothing until it is told to. */
class Pipe extends Writable {
  readonly taken: string[] = [];
  #reading = false;
  #next: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const take = (): void => {
      this.taken.push(chunk.toString().trimEnd());
      done();
    };
    if (this.#reading) setImmediate(take);
    else this.#next = take;
  }

  read(): void {
    this.#reading = true;
    this.#next?.();
  }
}

const notice = (dropped: number): string => `${dropped} dropped`;

describe('lines that nobody reads', () => {
  it('are kept up to a cap, then dropped and counted, and the reader is told once it reads again', async () => {
    const pipe = new Pipe();
    const lines = new Lines(pipe, notice, 40);
    for (let i = 0; i < 10; i++) lines.write(`line ${i}`);
    expect([lines.dropped, pipe.writableLength <= 40]).toEqual([5, true]);
    pipe.read();
    await lines.flushed(60_000);
    lines.write('line 10');
    await lines.flushed(60_000);
    const kept = [0, 1, 2, 3, 4].map((i) => `line ${i}`);
    expect(pipe.taken).toEqual([...kept, '5 dropped', 'line 10']);
    expect(lines.dropped).toBe(0);
  });

  it('delay the end only for the given time', async () => {
    const lines = new Lines(new Pipe(), notice);
    lines.write('unread');
    await lines.flushed(20);
  });

  it('are discarded without an error when the reader has gone', async () => {
    const pipe = new PassThrough();
    const lines = new Lines(pipe, notice);
    pipe.destroy(new Error('EPIPE'));
    await new Promise(setImmediate);
    for (let i = 0; i < 3; i++) lines.write('to nobody');
    await lines.flushed(60_000);
    expect(lines.dropped).toBe(0);
  });
});
