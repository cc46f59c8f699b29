import { describe, expect, it, vi } from 'vitest';
import { reactive } from 'vue';
import { lazyList, lazyProperties } from './lazy.ts';

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

describe('properties that are worked out when they are looked at', () => {
  const named = lazyProperties<{ name: string; size: number }>('name', 'size');

  it('are not worked out before, and together', () => {
    const make = vi.fn(() => ({ name: 'a', size: 1 }));
    const part = named({ kind: 'x' }, make);
    expect(part.kind).toBe('x');
    expect(make).not.toHaveBeenCalled();
    expect([part.name, part.size, part.name]).toEqual(['a', 1, 'a']);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it('are properties like others, of each object its own', () => {
    const [one, two] = ['a', 'b'].map((name) => named({ kind: 'x' }, () => ({ name, size: 1 })));
    expect({ ...one }).toStrictEqual({ kind: 'x', name: 'a', size: 1 });
    expect(Object.getOwnPropertyDescriptor({ ...two }, 'name')?.value).toBe('b');
    expect(JSON.stringify(two)).toBe('{"kind":"x","name":"b","size":1}');
    expect(one).toEqual({ kind: 'x', name: 'a', size: 1 });
    expect(one).not.toEqual(two);
    expect(structuredClone(two)).toEqual(two);
    expect(reactive({ two }).two?.name).toBe('b');
  });
});
