import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteQueue } from './byte-queue.ts';
import { concat, fromHex, toHex } from './bytes.ts';

const hex = (bytes: Uint8Array | undefined): string | undefined => bytes && toHex(bytes);

describe('bytes that wait', () => {
  it('come out in any other pieces, in the order they came', () => {
    const queue = new ByteQueue();
    for (const piece of ['0102', '03', '', '040506']) queue.push(fromHex(piece));
    expect([queue.length, hex(queue.peek(3)), queue.length]).toEqual([6, '010203', 6]);
    expect([1, 3, 2].map((count) => hex(queue.take(count)))).toEqual(['01', '020304', '0506']);
    expect([queue.length, queue.offset]).toEqual([0, 6]);
  });

  it('are not given out before enough of them wait', () => {
    const queue = new ByteQueue();
    queue.push(fromHex('0102'));
    expect([queue.peek(3), queue.take(3), hex(queue.peek(2))]).toEqual([undefined, undefined, '0102']);
    queue.push(fromHex('03'));
    expect(hex(queue.take(3))).toBe('010203');
    expect(hex(queue.peek(0))).toBe('');
  });

  it('are dropped as far as they are there', () => {
    const queue = new ByteQueue();
    queue.push(fromHex('01'));
    expect([queue.drop(5), queue.length, queue.offset]).toEqual([1, 0, 1]);
    queue.push(fromHex('02'));
    expect(hex(queue.peek(1))).toBe('02');
  });

  it('are not copied when they are within one piece, and stay as they are when more comes', () => {
    const queue = new ByteQueue();
    const piece = fromHex('0a0b0c0d');
    queue.push(piece);
    const taken = queue.take(2);
    expect(taken?.buffer).toBe(piece.buffer);
    queue.push(fromHex('0e'));
    queue.take(3);
    expect(hex(taken)).toBe('0a0b');
  });

  it('never write into bytes that belong to the caller', () => {
    const mine = fromHex('aa bb cc dd');
    const queue = new ByteQueue();
    queue.push(mine.subarray(0, 2));
    queue.push(fromHex('11 22'));
    expect(hex(queue.peek(4))).toBe('aabb1122');
    expect(toHex(mine)).toBe('aabbccdd');
  });

  it('come a byte at a time for a megabyte, and fill one buffer for each doubling', () => {
    const queue = new ByteQueue();
    const buffers = new Set<ArrayBufferLike | undefined>();
    for (let i = 0; i < 1 << 20; i++) {
      queue.push(Uint8Array.of(i & 0xff));
      if (i > 64) buffers.add(queue.peek(1)?.buffer);
    }
    expect(queue).toHaveLength(1 << 20);
    expect(buffers.size).toBeLessThan(16);
    expect(queue.take(1 << 20)?.every((byte, i) => byte === (i & 0xff))).toBe(true);
  });

  it('are what a plain array would hold, whatever is pushed, taken and dropped; and what was taken stays', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.uint8Array({ maxLength: 9 }) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
      { weight: 1, arbitrary: fc.record({ take: fc.nat(80) }) },
      { weight: 1, arbitrary: fc.nat(80) },
    );
    const steps = fc.array(step, { maxLength: 400, size: 'max' });
    fc.assert(
      fc.property(steps, (all) => {
        const queue = new ByteQueue();
        let model: Uint8Array = new Uint8Array(0);
        const taken: [Uint8Array, string][] = [];
        for (const given of all) {
          if (typeof given === 'number') {
            queue.drop(given);
            model = model.subarray(given);
          } else if ('take' in given) {
            const bytes = queue.take(given.take);
            expect(hex(bytes)).toBe(
              given.take > model.length ? undefined : toHex(model.subarray(0, given.take)),
            );
            if (!bytes) continue;
            taken.push([bytes, toHex(bytes)]);
            model = model.subarray(given.take);
          } else {
            queue.push(given);
            model = concat([model, given]);
          }
          expect(queue).toHaveLength(model.length);
        }
        expect(hex(queue.peek(model.length))).toBe(toHex(model));
        for (const [bytes, before] of taken) expect(toHex(bytes)).toBe(before);
      }),
    );
  });
});
