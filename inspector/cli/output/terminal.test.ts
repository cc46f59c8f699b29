import { describe, expect, it } from 'vitest';
import { progressText, size } from './progress.ts';
import { bytesRange, columnsOf, cut, terminalOf, wrap } from './terminal.ts';

describe('texts for a terminal', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    // Two columns each.
    ['世界世界', 6, '世界…'],
    ['e\u0301e\u0301e\u0301', 3, 'e\u0301e\u0301e\u0301'],
    ['😀😀😀', 5, '😀😀…'],
  ])('%j in %d columns', (text, columns, expected) => {
    expect(cut(text, columns)).toBe(expected);
    expect(columnsOf(expected)).toBeLessThanOrEqual(columns);
  });

  it('are not cut when piped', () => expect(cut('x'.repeat(1_000), undefined)).toBe('x'.repeat(1_000)));

  it('are wrapped at spaces', () => expect(wrap('one two three', 8)).toEqual(['one two', 'three']));

  it('name ranges by their first and last byte', () => {
    expect([bytesRange(0, 4), bytesRange(7, 8), bytesRange(5, 5)]).toEqual(['0–3', '7', '5, empty']);
  });

  it('have no colours and no width when piped', () => {
    const { colors, width } = terminalOf({ isTTY: false, columns: 80 });
    expect([colors.red('x'), width]).toEqual(['x', undefined]);
    expect(terminalOf({ isTTY: true, columns: 100 }).width).toBe(100);
  });
});

describe('the progress of a reading', () => {
  it('shows share, bytes, packets and the time left', () => {
    const half = { read: 512 * 1024, total: 1024 * 1024, packets: 1_234, elapsed: 3_000 };
    expect(progressText(half)).toBe('50 %, 3 s left: 512.0 KiB of 1.0 MiB, 1,234 packets');
    expect(progressText({ ...half, elapsed: 90_000 })).toMatch(/^50 %, 1 min 30 s left: /);
  });

  it('shows no share if the size is unknown', () => {
    expect(progressText({ read: 10, total: undefined, packets: 1, elapsed: 5 })).toBe('10 bytes, 1 packet');
  });

  it('counts in powers of 1,024', () => {
    expect([1, 1023, 1024, 3 * 2 ** 30].map(size)).toEqual(['1 byte', '1,023 bytes', '1.0 KiB', '3.0 GiB']);
  });
});
