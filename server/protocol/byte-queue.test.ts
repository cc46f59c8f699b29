import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteQueue } from './byte-queue.ts';
import { concat, fromHex, toHex } from './bytes.ts';

it('gives bytes back in the order they came, in one piece', () => {
  const queue = new ByteQueue();
  queue.push(fromHex('0102'));
  queue.push(fromHex('030405'));
  expect(toHex(queue.peek())).toBe('0102030405');
  expect(toHex(queue.peek(3))).toBe('010203');
  queue.drop(4);
  expect(queue).toHaveLength(1);
  expect(toHex(queue.peek(9))).toBe('05');
});

it('drops at most what it has', () => {
  const queue = new ByteQueue();
  queue.push(fromHex('01'));
  queue.drop(5);
  expect(queue).toHaveLength(0);
  queue.push(fromHex('02'));
  expect(toHex(queue.peek())).toBe('02');
});

it('never writes into bytes that belong to the caller', () => {
  const mine = fromHex('aa bb cc dd');
  const queue = new ByteQueue();
  queue.push(mine.subarray(0, 2));
  queue.push(fromHex('11 22'));
  expect(toHex(queue.peek())).toBe('aabb1122');
  expect(toHex(mine)).toBe('aabbccdd');
});

it('takes a megabyte that comes a byte at a time in linear time', () => {
  const queue = new ByteQueue();
  const buffers = new Set<ArrayBufferLike>();
  for (let i = 0; i < 1 << 20; i++) {
    queue.push(Uint8Array.of(i & 0xff));
    buffers.add(queue.peek(0).buffer);
  }
  expect(queue).toHaveLength(1 << 20);
  // One buffer for each doubling, plus one for the first byte: not one per byte.
  expect(buffers.size).toBeLessThan(16);
});

it('holds what a plain array would hold, whatever is pushed and dropped', () => {
  const step = fc.oneof(fc.uint8Array({ maxLength: 50 }), fc.nat(80));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new ByteQueue();
      let model: Uint8Array = new Uint8Array(0);
      for (const given of steps) {
        if (typeof given === 'number') {
          queue.drop(given);
          model = model.subarray(given);
        } else {
          queue.push(given);
          model = concat([model, given]);
        }
        expect(toHex(queue.peek())).toBe(toHex(model));
        expect(queue).toHaveLength(model.length);
      }
    }),
  );
});
