import { describe, expect, it } from 'vitest';
import { clock, duration, printable, size } from './format.ts';

describe('times, sizes and bytes', () => {
  it('are written for people', () => {
    expect([size(142), size(65_536), size(1_572_864)]).toEqual(['142 B', '64.0 KiB', '1.5 MiB']);
    expect([duration(3.14), duration(42.4), duration(1234)]).toEqual(['3.1 ms', '42 ms', '1.2 s']);
    expect(clock(new Date(2024, 0, 2, 14, 3, 7, 42).getTime() + 0.9)).toBe('14:03:07.042');
    expect([0x41, 0x20, 0x0a, 0x7f, 0xff].map(printable).join('')).toBe('A ···');
  });
});
