import { expect, it } from 'vitest';
import { parseDuration } from './durations.ts';

it.each([
  ['45s', 45],
  ['10m', 600],
  ['15min', 900],
  ['2h', 7_200],
  ['7d', 604_800],
  ['1w', 604_800],
  ['1h30m', 5_400],
  ['10', undefined],
  ['m', undefined],
  ['-1m', undefined],
  ['10 m', undefined],
  ['10y', undefined],
  ['', undefined],
])('%o is %o seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});
