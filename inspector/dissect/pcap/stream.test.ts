import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, toHex, utf8 } from '#wire/bytes';
import { SegmentStream } from './stream.ts';

const text = (parts: readonly Uint8Array[]): string => new TextDecoder().decode(concat(parts));

describe('a stream of segments', () => {
  it('delivers in order, each byte once', () => {
    const stream = new SegmentStream();
    stream.synchronise(99);
    expect(text(stream.push(100, utf8('abc')))).toBe('abc');
    expect(text(stream.push(106, utf8('ghi')))).toBe('');
    expect(text(stream.push(100, utf8('abc')))).toBe('');
    expect(text(stream.push(102, utf8('cdefg')))).toBe('defghi');
    expect(stream.missing).toBeUndefined();
  });

  it('goes around the end of the sequence numbers', () => {
    const stream = new SegmentStream();
    stream.synchronise(0xfffffffd);
    expect(text(stream.push(0xfffffffe, utf8('ab')))).toBe('ab');
    expect(text(stream.push(0, utf8('cd')))).toBe('cd');
    stream.finish(2);
    expect(stream.finished).toBe(true);
  });

  it('begins at the first segment that was captured', () => {
    const stream = new SegmentStream();
    expect(text(stream.push(5_000, utf8('ab')))).toBe('ab');
    expect(text(stream.push(4_999, utf8('xab')))).toBe('');
  });

  it('says what is missing', () => {
    const stream = new SegmentStream();
    stream.push(10, utf8('ab'));
    stream.push(15, utf8('fgh'));
    stream.finish(18);
    expect(stream.finished).toBe(false);
    expect(stream.missing).toEqual({ offset: 2, behind: 3 });
  });

  it('puts any pieces in any order together', () => {
    const data = Uint8Array.from({ length: 200 }, (_, i) => i);
    const piece = fc.tuple(fc.nat({ max: 199 }), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.integer({ min: 0, max: 0xffffffff }),
        (pieces, first) => {
          const stream = new SegmentStream();
          stream.synchronise((first - 1) >>> 0);
          // Every byte comes at least once: the pieces, then single bytes from the end to the beginning.
          const all = [...pieces, ...Array.from({ length: 200 }, (_, i) => [199 - i, 1] as const)];
          const out = all.flatMap(([at, length]) =>
            stream.push((first + at) >>> 0, data.subarray(at, at + length)),
          );
          expect(toHex(concat(out))).toBe(toHex(data));
          expect(stream.missing).toBeUndefined();
        },
      ),
    );
  });
});
