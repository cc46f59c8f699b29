import { describe, expect, it } from 'vitest';
import { formatBytes, formatSpan, parseMoment, parseSpan } from './format.ts';

describe('spans', () => {
  it.each([
    [0, '0 s'],
    [999, '0 s'],
    [61_000, '1 min 1 s'],
    [3_600_000, '1 h'],
    [7_260_000, '2 h 1 min'],
    [90_061_000, '1 d 1 h'],
  ])('%i ms are %s', (ms, text) => expect(formatSpan(ms)).toBe(text));

  it.each([
    ['90s', 90_000],
    ['15min', 900_000],
    ['15m', 900_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['7', undefined],
    ['-1d', undefined],
    ['1y', undefined],
    ['', undefined],
  ])('%j is %s ms', (text, ms) => expect(parseSpan(text)).toBe(ms));
});

it.each([
  ['1h', 6_400_000],
  ['1970-01-02', 86_400_000],
  ['1970-01-01T00:00:01Z', 1_000],
  ['yesterday', undefined],
  ['5', undefined],
])('the moment %j is %s', (text, ms) => expect(parseMoment(text, 10_000_000)).toBe(ms));

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1_572_864, '1.5 MiB'],
  [5 * 1024 ** 4, '5.0 TiB'],
  [5000 * 1024 ** 4, '5000.0 TiB'],
])('%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
