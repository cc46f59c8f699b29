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

  it.each([
    '',
    ' ',
    '-ana',
    '.',
    '_x',
    'a b',
    'a\u0000',
    'a/b',
    '\u202eana',
    '😀',
    'x'.repeat(33),
    'a\uFE0Fna',
    '\u115F',
  ])('%j breaks the rule', (given) => expect(cleanName(given)).toBeUndefined());

  it('counts as the same in any case', () => {
    expect(nameKey('ANA')).toBe(nameKey('ana'));
    expect(nameKey('ana')).not.toBe(nameKey('anna'));
  });
});

// The skeletons that ICU 72 (Unicode 15.0) gives to these, with capitals made small, are the same for each row.
describe('look-alikes have the same key:', () => {
  it.each([
    ['paypal', 'раураl', 'PAYPAL', 'ｐａｙｐａｌ'],
    ['modern', 'rnodem', 'modem'],
    ['Bob0', 'BOBO', 'вово', 'ВОВО'],
    ['lill', 'L1I1', 'Illl', 'ΙΙΙΙ'],
    ['scope', 'ѕсоре', 'SCOPE', 'ЅСОРЕ'],
    ['Zoë', 'ZOË', 'Zoe\u0308', 'Ζοë', 'zоё'],
    ['ο', 'о', 'օ', 'o', '0'],
    ['ana', 'a\u034Fna', 'an\u200Da'],
  ])('%s', (...names) => expect(new Set(names.map(nameKey)).size).toBe(1));

  it.each([
    ['ana', 'anna'],
    ['Мария', 'Марина'],
    ['小明', '小朋'],
    ['Zoë', 'Zoe'],
    ['van', 'nan'],
    ['user-2', 'user-3'],
  ])('%s and %s do not', (a, b) => expect(nameKey(a)).not.toBe(nameKey(b)));
});

describe('a name keeps to one script:', () => {
  it.each(['Мария', '小明', 'मीरा', 'Zoë', 'ひらがなカナ漢字ABC', '김-2', 'ᏣᎳᎩ', 'นิด', 'علي', 'Ω3', 'ⵜⴰⵎ'])(
    '%s',
    (name) => expect(cleanName(name)).toBe(name.normalize('NFKC')),
  );

  it.each([
    ['аdmin', 'a Cyrillic letter among Latin ones'],
    ['раураl', 'a Latin letter among Cyrillic ones'],
    ['adminο', 'a Greek letter among Latin ones'],
    ['ひ김', 'Japanese and Korean'],
    ['𐌰𐌱', 'a script that is no longer in use'],
    ['a\u0308\u0308', 'the same mark twice'],
    ['a\u0300\u0301\u0302\u0303\u0304\u0305', 'marks piled up'],
  ])('not %s: %s', (name) => expect(cleanName(name)).toBeUndefined());
});

it('any text has a key, and the key of the key is the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      const clean = cleanName(text);
      if (clean !== undefined) expect(nameKey(nameKey(clean))).toBe(nameKey(clean));
      expect(nameKey(text.toUpperCase()).length).toBeGreaterThanOrEqual(0);
    }),
  );
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
