import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EMPTY,
  concat,
  equalConstantTime,
  fromHex,
  fromUtf8,
  indexOfBytes,
  readUint,
  showUtf8,
  toHex,
  utf8,
  writeUint,
} from './bytes.ts';

describe('hex', () => {
  it('has two lower-case digits per byte', () =>
    expect(toHex(Uint8Array.of(0, 1, 0xab, 255))).toBe('0001abff'));

  it('has the digits of many bytes', () =>
    expect(toHex(Uint8Array.from({ length: 256 }, (_, byte) => byte))).toMatch(/^000102.*7f8081.*fdfeff$/));

  it('is read in either case, with white space between digits', () => {
    expect([...fromHex(' 00 01\nAB fF ')]).toEqual([0, 1, 0xab, 255]);
    expect(fromHex('')).toHaveLength(0);
  });

  it.each(['0', '0g', '0x00', '-1', '٣٣'])('is not %j', (text) => {
    expect(() => fromHex(text)).toThrow(TypeError);
  });

  it('goes there and back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
  });
});

describe('UTF-8', () => {
  it('goes there and back, byte-order mark included', () => {
    for (const text of ['', 'ü', '€', '😀', '\uFEFFx', '\u0000']) expect(fromUtf8(utf8(text))).toBe(text);
  });

  it.each([
    ['a byte that begins nothing', 'ff'],
    ['a continuation alone', '80'],
    ['a sequence cut short', 'e282'],
    ['an overlong slash', 'c0af'],
    ['an encoded surrogate', 'eda080'],
    ['a code point above U+10FFFF', 'f4908080'],
  ])('is not %s', (_, hex) => {
    expect(fromUtf8(fromHex(hex))).toBeUndefined();
    expect(showUtf8(fromHex(hex))).toContain('\uFFFD');
  });
});

it('puts pieces together', () => {
  expect(toHex(concat([fromHex('01'), EMPTY, fromHex('0203')]))).toBe('010203');
  expect(concat([])).toHaveLength(0);
});

it('compares all bytes', () => {
  expect(equalConstantTime(fromHex('0102'), fromHex('0102'))).toBe(true);
  expect(equalConstantTime(EMPTY, EMPTY)).toBe(true);
  for (const other of ['0103', '0002', '01', '010200']) {
    expect(equalConstantTime(fromHex('0102'), fromHex(other))).toBe(false);
  }
});

describe('big-endian integers', () => {
  it('have the highest byte first', () => {
    expect(readUint(fromHex('ff 01 02 03'), 1, 3)).toBe(0x010203);
    const out = new Uint8Array(6);
    writeUint(out, 1, 4, 0xdeadbeef);
    expect(toHex(out)).toBe('00deadbeef00');
  });

  it('go there and back in up to 8 bytes, as long as they are safe', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const out = new Uint8Array(8);
        writeUint(out, 0, 8, value);
        expect(readUint(out, 0, 8)).toBe(value);
        expect(new DataView(out.buffer).getBigUint64(0)).toBe(BigInt(value));
      }),
    );
  });
});

describe('the place of bytes in others', () => {
  it('is where they begin first, or -1', () => {
    expect(indexOfBytes(Uint8Array.of(1, 1, 2, 1, 2), Uint8Array.of(1, 2))).toBe(1);
    expect(indexOfBytes(Uint8Array.of(1, 2), Uint8Array.of(2, 1))).toBe(-1);
    expect(indexOfBytes(Uint8Array.of(1), Uint8Array.of(1, 1))).toBe(-1);
    expect(indexOfBytes(Uint8Array.of(1), EMPTY)).toBe(0);
  });

  it('is the one that Node finds', () => {
    const few = fc.uint8Array({ max: 2, maxLength: 12 });
    fc.assert(
      fc.property(few, few, (bytes, wanted) => {
        expect(indexOfBytes(bytes, wanted)).toBe(Buffer.from(bytes).indexOf(wanted));
      }),
    );
  });
});
