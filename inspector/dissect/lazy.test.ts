import { describe, expect, it, vi } from 'vitest';
import { lazyList } from './lazy.ts';

describe('a list that is made when it is looked at', () => {
  it('is not made before, and once only', () => {
    const make = vi.fn(() => [1, 2]);
    const list = lazyList(make);
    const copy = { list };
    expect(make).not.toHaveBeenCalled();
    expect(copy.list[1]).toBe(2);
    expect(list.length).toBe(2);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it('is an array in every respect', () => {
    const list = () => lazyList(() => ['a', 'b']);
    expect(Array.isArray(list())).toBe(true);
    expect([...list()]).toEqual(['a', 'b']);
    expect(JSON.stringify(list())).toBe('["a","b"]');
    expect(list()).toEqual(['a', 'b']);
    expect(list()).not.toEqual(['a', 'c']);
    expect(list().map((item) => item + item)).toEqual(['aa', 'bb']);
    expect(Object.keys(list())).toEqual(['0', '1']);
    expect(1 in list()).toBe(true);
  });
});
