import { describe, expect, it } from 'vitest';
import { findKey, parseKeyFile } from './keys.ts';
import { fromHex, toHex, utf8 } from '#protocol/bytes';

const ONE = '00112233445566778899aabbccddeeff'.repeat(2);
const TWO = 'FF'.repeat(40);

describe('a key file', () => {
  it('holds one key per line, among comments and blank lines', () => {
    const keys = parseKeyFile(`# demo keys\r\n\n  k1 : ${ONE}  \nteam:blue:${TWO}\n`);
    expect(keys.map(({ id, key }) => [id, toHex(key)])).toEqual([
      ['k1', ONE],
      ['team:blue', TWO.toLowerCase()],
    ]);
  });

  it.each([
    ['', 'holds no key'],
    ['# nothing\n\n', 'holds no key'],
    [`k1:${ONE}\nk1:${TWO}`, 'the same key id twice'],
    [`\n${ONE}`, 'line 2: expected key-id:hex'],
    [`:${ONE}`, 'line 1: expected key-id:hex'],
    [`${'k'.repeat(65)}:${ONE}`, 'line 1: the key id has 65 bytes'],
    [`${'ü'.repeat(33)}:${ONE}`, 'line 1: the key id has 66 bytes'],
    [`k1:${ONE}0`, 'two per byte'],
    ['k1:', 'two per byte'],
    ['k1:correct horse battery staple', 'two per byte'],
    [`k1:${'00'.repeat(31)}`, 'the key has 31 bytes, at least 32 are needed'],
  ])('is refused as %j', (text, why) => {
    expect(() => parseKeyFile(text)).toThrow(SyntaxError);
    expect(() => parseKeyFile(text)).toThrow(why);
  });

  it('is refused without repeating a key', () => {
    const short = 'abcdef0123456789';
    for (const text of [`k1:${short}`, `k1:${ONE}zz`, `k1:${ONE}\nk1:${ONE}`]) {
      expect(() => parseKeyFile(text)).toThrow(
        expect.not.objectContaining({ message: expect.stringMatching(/abcdef|0011/) }),
      );
    }
  });
});

it('finds a key by the bytes of its id alone', () => {
  const keys = parseKeyFile(`k1:${ONE}\nküche:${TWO}`);
  expect(findKey(keys, utf8('küche'))?.id).toBe('küche');
  for (const other of ['', '6b', '6b3100', '6b32', '6bff'])
    expect(findKey(keys, fromHex(other))).toBeUndefined();
});
