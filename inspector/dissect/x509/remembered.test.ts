import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex } from '#protocol/bytes';
import type { Reading } from '../fields/field-reader.ts';
import { remembering } from './remembered.ts';

/** A reader that says what it was given, and how often it was asked. */
function counting(): { read: (all: Uint8Array, start: number, end: number) => Reading; count: () => number } {
  let count = 0;
  const read = remembering((all, start, end) => {
    count++;
    return { fields: [], value: `${toHex(all.subarray(start, end))} at ${start}` };
  });
  return { read, count: () => count };
}

describe('certificates that come again', () => {
  const [first, second] = [fromHex('3001aa'), fromHex('3001bb')];

  it('are read once for each place, and anew when a byte differs', () => {
    const { read, count } = counting();
    for (let turn = 0; turn < 3; turn++) {
      expect(read(first, 0, 3).value).toBe('3001aa at 0');
      expect(read(second, 0, 3).value).toBe('3001bb at 0');
      expect(read(concat([second, first]), 3, 6).value).toBe('3001aa at 3');
      expect(read(first, 0, 2).value).toBe('3001 at 0');
    }
    expect(count()).toBe(4);
  });

  it('are remembered though the buffer that they came in is used again', () => {
    const { read } = counting();
    const buffer = first.slice();
    read(buffer, 0, 3);
    buffer.set(second);
    expect(read(buffer, 0, 3).value).toBe('3001bb at 0');
  });

  it('are forgotten when there are many or when they are long', () => {
    const { read, count } = counting();
    const many = Array.from({ length: 100 }, (_, byte) => Uint8Array.of(byte));
    for (const one of [...many, ...many]) read(one, 0, 1);
    expect(count()).toBe(200);
    const long = new Uint8Array(1024 * 1024);
    read(long, 0, long.length);
    read(long, 0, long.length);
    expect(count()).toBe(202);
  });

  it('read as they would without the memory', () => {
    const { read } = counting();
    const bytes = fc.uint8Array({ max: 1, maxLength: 4 });
    fc.assert(
      fc.property(bytes, bytes, (before, certificate) => {
        const all = concat([before, certificate]);
        const { value } = read(all, before.length, all.length);
        expect(value).toBe(`${toHex(certificate)} at ${before.length}`);
      }),
      { numRuns: 300 },
    );
  });
});
