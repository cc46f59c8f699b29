import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LIMITS } from '#protocol/limits';
import { type Storage, forget, keep, keyOf, readKept } from './kept.ts';

function storage(): Storage & { readonly held: Map<string, string> } {
  const held = new Map<string, string>();
  return {
    held,
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
    removeItem: (key) => void held.delete(key),
  };
}

const KEPT = { text: 'export const a = "ä\n";', hints: 2, passed: true };

it('keeps a text and the progress of each lab, until it is forgotten', () => {
  const here = storage();
  expect(keep(() => here, '04-seal', KEPT)).toBeUndefined();
  expect(readKept(() => here, '04-seal')).toEqual(KEPT);
  expect(readKept(() => here, '05-tamper')).toBeUndefined();
  forget(() => here, '04-seal');
  expect(here.held.size).toBe(0);
});

it('says when it keeps nothing: a text above the cap, a browser that refuses', () => {
  const here = storage();
  expect(keep(() => here, 'x', { ...KEPT, text: 'a'.repeat(LIMITS.pageLabText + 1) })).toBe('too long');
  const refusing = (): Storage => {
    throw new Error('access is denied for this document');
  };
  expect(keep(refusing, 'x', KEPT)).toBe('refused');
  expect(readKept(refusing, 'x')).toBeUndefined();
  forget(refusing, 'x');
});

it('takes whatever stands there for nothing, unless it is its own', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const here = storage();
      here.setItem(keyOf('x'), text);
      expect(readKept(() => here, 'x')).toBeUndefined();
    }),
  );
});
