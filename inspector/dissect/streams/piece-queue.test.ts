import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex } from '#protocol/bytes';
import { PieceQueue } from './piece-queue.ts';

describe('bytes that wait in pieces', () => {
  it('come out in any other pieces', () => {
    const queue = new PieceQueue();
    for (const piece of ['0102', '03', '', '040506']) queue.push(fromHex(piece));
    expect([queue.length, toHex(queue.peek(3)), queue.length]).toEqual([6, '010203', 6]);
    expect([1, 3, 2].map((count) => toHex(queue.take(count)))).toEqual(['01', '020304', '0506']);
    expect(queue.length).toBe(0);
  });

  it('are not copied when they lie within one piece, and stay as they are when more comes', () => {
    const queue = new PieceQueue();
    const piece = fromHex('0a0b0c0d');
    queue.push(piece);
    const taken = queue.take(2);
    expect(taken.buffer).toBe(piece.buffer);
    queue.push(fromHex('0e'));
    queue.take(3);
    expect(toHex(taken)).toBe('0a0b');
  });

  it('are the same bytes, however they are pushed and taken', () => {
    const lengths = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(lengths, lengths, (pushes, takes) => {
        const queue = new PieceQueue();
        let next = 0;
        const pushed = pushes.map((length) => Uint8Array.from({ length }, () => next++ & 0xff));
        for (const piece of pushed) queue.push(piece);
        const taken = takes.flatMap((count) =>
          count <= queue.length && count > 0 ? [queue.take(count)] : [],
        );
        const rest = queue.length > 0 ? [queue.take(queue.length)] : [];
        expect(toHex(concat([...taken, ...rest]))).toBe(toHex(concat(pushed)));
      }),
    );
  });
});
