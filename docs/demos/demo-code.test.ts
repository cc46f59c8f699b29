import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODE } from './demo-code.ts';
import { regionOf } from './region.ts';

describe('the source of a demo', () => {
  it.each(Object.entries(CODE))('%s is a region of a file that runs', (_, { path, region }) => {
    const text = regionOf(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), region);
    expect(text.split('\n').length).toBeGreaterThan(5);
    expect(text).not.toContain('#region');
  });
});

describe('a region', () => {
  const file = 'a\n  // #region one\n  b\n\n    c\n  // #endregion one\nd\n// #region two\n';

  it('loses the indentation that its lines share', () => {
    expect(regionOf(file, 'one')).toBe('b\n\n  c');
  });

  it.each(['two', 'three'])('that is not there as a whole is refused: %s', (name) => {
    expect(() => regionOf(file, name)).toThrow(RangeError);
  });
});
