import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, showUtf8, toHex, utf8 } from '#wire/bytes';
import { CAPS } from './caps.ts';
import { SegmentStream } from './stream.ts';

type Step = (stream: SegmentStream) => void;

/** What comes out step by step: bytes as text, gaps as `[length]`. */
function told(...steps: Step[]): string[] {
  let out: string[] = [];
  const stream = new SegmentStream({
    chunk: (bytes) => out.push(showUtf8(bytes)),
    gap: (length) => out.push(`[${length}]`),
  });
  return steps.map((step) => {
    out = [];
    step(stream);
    return out.join(' ');
  });
}
const syn =
  (sequence: number): Step =>
  (stream) =>
    stream.synchronise(sequence);
const data =
  (sequence: number, text: string): Step =>
  (stream) =>
    stream.push(sequence, utf8(text));
const acked =
  (sequence: number): Step =>
  (stream) =>
    stream.acknowledge(sequence);
const fin =
  (sequence: number): Step =>
  (stream) =>
    stream.finish(sequence);
const flush: Step = (stream) => stream.flush();

describe('a stream of segments', () => {
  it('delivers in order, each byte once', () => {
    const steps = [syn(99), data(100, 'abc'), data(106, 'ghi'), data(100, 'abc'), data(102, 'cdefg'), flush];
    expect(told(...steps)).toEqual(['', 'abc', '', '', 'defg hi', '']);
  });

  it('lets the bytes count that came first', () => {
    expect(told(syn(0), data(1, 'abc'), data(2, 'XYZ'), data(4, '!!'))).toEqual(['', 'abc', 'Z', '!']);
    expect(told(syn(0), data(3, 'cd'), data(3, 'CDE'), data(1, 'ab'))).toEqual(['', '', '', 'ab cd E']);
  });

  it('goes around the end of the sequence numbers', () => {
    const stream = [syn(0xfffffffd), data(0xfffffffe, 'ab'), data(2, 'ef'), data(0, 'cd'), data(1, 'd')];
    expect(told(...stream)).toEqual(['', 'ab', '', 'cd ef', '']);
    let finished = false;
    told(...stream, fin(4), (it) => (finished = it.finished));
    expect(finished).toBe(true);
  });

  it('goes around more than once', () => {
    const half = 0x7fffff00;
    const steps = [
      syn(0),
      data(1, 'a'),
      data(2 + half, 'b'),
      acked(2 + half),
      data(3 + 2 * half, 'c'),
      flush,
    ];
    expect(told(...steps)).toEqual(['', 'a', '', `[${half}] b`, '', `[${half}] c`]);
  });

  it('begins at the first segment that was captured', () => {
    expect(told(data(5_000, 'ab'), data(4_999, 'xab'))).toEqual(['ab', '']);
  });

  it('does not begin with a keep-alive, whose byte was acknowledged before', () => {
    expect(told(acked(5_000), data(4_999, '\0'), data(5_000, 'ab'))).toEqual(['', '', 'ab']);
    expect(told(acked(5_000), data(5_000, 'a'))).toEqual(['', 'a']);
  });

  it('passes over keep-alives and takes the byte of a zero-window probe once', () => {
    const steps = [syn(0), data(1, 'ab'), data(2, 'b'), data(2, '\0'), data(3, 'c'), data(3, 'cd')];
    expect(told(...steps)).toEqual(['', 'ab', '', '', 'c', 'd']);
  });
});

describe('missing bytes', () => {
  it('are a gap when the other side has them and what is behind them is there', () => {
    expect(told(syn(9), data(10, 'ab'), data(15, 'fg'), acked(12), acked(14), acked(15))).toEqual([
      '',
      'ab',
      '',
      '',
      '',
      '[3] fg',
    ]);
    expect(told(syn(9), acked(15), data(15, 'fg'))).toEqual(['', '', '[5] fg']);
  });

  it('are not awaited any longer when they come after all', () => {
    expect(told(syn(9), data(12, 'cd'), acked(12), data(10, 'ab'), data(14, 'e'))).toEqual([
      '',
      '',
      '[2] cd',
      '',
      'e',
    ]);
  });

  it('are a gap at the end, before the FIN too', () => {
    expect(told(syn(9), data(12, 'cd'), data(15, 'f'), fin(20), flush)).toEqual([
      '',
      '',
      '',
      '',
      '[2] cd [1] f [4]',
    ]);
    expect(told(syn(9), data(10, 'a'), fin(14), acked(14))).toEqual(['', 'a', '', '[3]']);
  });

  it('are a gap when they were acknowledged and never seen; one number may have been that of a FIN', () => {
    expect(told(syn(9), data(10, 'a'), acked(16), flush)).toEqual(['', 'a', '', '[5]']);
    expect(told(syn(9), data(10, 'a'), acked(12), flush)).toEqual(['', 'a', '', '']);
  });

  it('are given up when too much waits behind them', () => {
    const piece = new Uint8Array(2 ** 20);
    const steps = Array.from(
      { length: CAPS.waitingBytes / piece.length + 1 },
      (_, i): Step =>
        (stream) =>
          stream.push(100 + i * piece.length, piece),
    );
    const out = told(syn(0), ...steps);
    expect(out.slice(0, -1).every((text) => text === '')).toBe(true);
    expect(out.at(-1)?.slice(0, 5)).toBe('[99] ');
  });

  it('are given up when too many segments wait behind them, none of which is next to another', () => {
    const count = CAPS.waitingSegments + 1;
    const steps = Array.from({ length: count }, (_, i) => data(3 + 2 * (count - i), 'x'));
    const out = told(syn(0), ...steps, flush);
    expect(out.at(-2)).toBe('[4] x');
    expect(out.at(-1)?.split(' ').length).toBe(2 * (count - 1));
  });
});

describe('any pieces in any order', () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, i) => i);
  const piece = fc.tuple(fc.nat({ max: 199 }), fc.integer({ min: 1, max: 60 }));
  const start = fc.integer({ min: 0, max: 0xffffffff });

  it('give the same stream when each byte comes at least once', () => {
    const single = Array.from({ length: 200 }, (_, i) => [i, 1] as const);
    const order = fc.shuffledSubarray(single, { minLength: 200 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), order, start, (pieces, singles, first) => {
        const out: Uint8Array[] = [];
        const stream = new SegmentStream({
          chunk: (chunk) => out.push(chunk),
          gap: () => expect.unreachable(),
        });
        stream.synchronise((first - 1) >>> 0);
        for (const [at, length] of [...pieces, ...singles]) {
          stream.push((first + at) >>> 0, bytes.subarray(at, at + length));
        }
        expect(toHex(concat(out))).toBe(toHex(bytes));
      }),
    );
  });

  it('stand in their places, with gaps for what never came', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), start, (pieces, first) => {
        const stood = new Uint8Array(300);
        let at = 0;
        const stream = new SegmentStream({
          chunk: (chunk) => {
            stood.set(chunk, at);
            at += chunk.length;
          },
          gap: (length) => (at += length),
        });
        stream.synchronise((first - 1) >>> 0);
        const expected = new Uint8Array(300);
        for (const [place, length] of pieces) {
          const part = bytes.subarray(place, place + length);
          expected.set(part, place);
          stream.push((first + place) >>> 0, part);
        }
        stream.flush();
        expect(toHex(stood)).toBe(toHex(expected));
      }),
    );
  });
});
