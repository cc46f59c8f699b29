import { expect, it } from 'vitest';
import { describe, inHex, mustBeBytes } from './failure.ts';

it.each([
  [undefined, 'undefined'],
  [null, 'null'],
  ['a\nb', '"a\\nb"'],
  [Uint8Array.of(1, 255), '2 bytes: 01 ff'],
  [[1, 2], 'a list of 2'],
  [() => 1, 'a function'],
  [{ methods: ['push', 'next'] }, 'an object with push, next'],
  [{ methods: [] }, 'a function'],
  [
    { key: 'x'.repeat(100), bytes: new Uint8Array(3), call: () => 1 },
    `{"key":"${'x'.repeat(40)}…","bytes":"3 bytes","call":"a function"}`,
  ],
  ['y'.repeat(200), `"${'y'.repeat(120)}…"`],
])('describes %j in a few words', (value, words) => expect(describe(value)).toBe(words));

it('shows the beginning of many bytes', () => {
  expect(inHex(new Uint8Array(0))).toBe('no bytes');
  expect(inHex(new Uint8Array(40))).toBe(`${'00 '.repeat(32)}… (40 bytes)`);
});

it('says where bytes begin to differ, and in which field', () => {
  const expected = Uint8Array.from({ length: 20 }, (_, i) => i);
  const got = Uint8Array.from(expected);
  got[17] = 0xff;
  const fields = [
    { name: 'nonce', start: 0, end: 12 },
    { name: 'tag', start: 12, end: 20 },
  ];
  expect(() => mustBeBytes(got, expected, { what: 'the record', fields })).toThrow(
    'the record differs from byte 17 (tag) on',
  );
  expect(() => mustBeBytes(got.subarray(0, 5), expected, { what: 'it' })).toThrow(
    'it ends after 5 of 20 bytes',
  );
  expect(() => mustBeBytes(new Uint8Array([...expected, 1]), expected, { what: 'it' })).toThrow(
    'it goes on after its 20 bytes',
  );
  expect(() => mustBeBytes(expected, new Uint8Array(), { what: 'it' })).toThrow(
    'it has 20 bytes, but must be empty',
  );
  expect(() => mustBeBytes('text', expected, { what: 'it' })).toThrow('it is not bytes');
});
