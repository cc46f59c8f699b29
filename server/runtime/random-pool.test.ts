import { expect, it } from 'vitest';
import { randomPool } from './random-pool.ts';

it('gives as many bytes as it is asked for, and none of them twice', () => {
  const random = randomPool();
  const given = Array.from({ length: 5_000 }, (_, index) => random(16 + (index % 3)));
  expect(given.map(({ length }) => length)).toEqual(given.map((_, index) => 16 + (index % 3)));
  expect(new Set(given.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(5_000);
});

it('gives many bytes at once', () => {
  expect(randomPool()(10_000)).toHaveLength(10_000);
});

it('does not change what it has given', () => {
  const random = randomPool();
  const first = random(16);
  const copy = Uint8Array.from(first);
  for (let i = 0; i < 1_000; i++) random(16);
  expect(first).toEqual(copy);
});
