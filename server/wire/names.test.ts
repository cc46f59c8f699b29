import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanName, cleanRoom, nameKey } from './names.ts';

describe('a name', () => {
  it.each([
    ['ana', 'ana'],
    ['  Ana ', 'Ana'],
    ['Zoë-2.b_c', 'Zoë-2.b_c'],
    ['ａｎａ', 'ana'],
    ['Zoe\u0308', 'Zoë'],
    ['7', '7'],
    ['हिन्दी', 'हिन्दी'],
    ['x'.repeat(32), 'x'.repeat(32)],
  ])('%j has the one spelling %j', (given, clean) => expect(cleanName(given)).toBe(clean));

  it.each(['', ' ', '-ana', '.', '_x', 'a b', 'a\u0000', 'a/b', '\u202eana', '😀', 'x'.repeat(33)])(
    '%j breaks the rule',
    (given) => expect(cleanName(given)).toBeUndefined(),
  );

  it('counts as the same in any case', () => {
    expect(nameKey('ANA')).toBe(nameKey('ana'));
    expect(nameKey('ana')).not.toBe(nameKey('anna'));
  });
});

describe('a room', () => {
  it('is spelt in lower case', () => expect(cleanRoom(' Lobby ')).toBe('lobby'));
  it('breaks the rule where a name does', () => expect(cleanRoom('the lobby')).toBeUndefined());
});

it('a clean name is clean', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      const clean = cleanName(text);
      if (clean !== undefined) expect(cleanName(clean)).toBe(clean);
    }),
  );
});
