import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { litIn } from './hex.ts';
import { windowOn } from './mini-hex.ts';

describe('rows of bytes', () => {
  it('mark first, middle and last of what is lit', () => {
    expect(litIn([{ start: 2, end: 5 }], 0, 8)).toBe('..[-]...');
    expect(litIn([{ start: 2, end: 20 }], 8, 8)).toBe('[------]');
    expect(litIn([{ start: 9, end: 10 }], 8, 4)).toBe('.#..');
  });

  it('are the same text where nothing is lit, so that they are not drawn again', () => {
    expect(litIn([{ start: 0, end: 8 }], 8, 8)).toBe('');
  });

  it('show the lit bytes in the window of a card', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(499), (length, at) => {
        const start = Math.min(at, length - 1);
        const { first, count } = windowOn(length, [{ start, end: start + 1 }], 5);
        expect(first * 8).toBeLessThanOrEqual(start);
        expect((first + count) * 8).toBeGreaterThan(start);
        expect((first + count - 1) * 8).toBeLessThan(length);
      }),
    );
    expect(windowOn(104, [{ start: 0x19, end: 0x3d }], 5)).toEqual({
      first: 1,
      count: 5,
      label: 'bytes 8 to 47',
    });
    expect(windowOn(12, [], 5)).toEqual({ first: 0, count: 2, label: '' });
  });
});
