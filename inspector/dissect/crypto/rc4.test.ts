import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#protocol/bytes';
import { Rc4 } from './rc4.ts';

/** Keystream of RFC 6229 §2 at an offset: zeros deciphered. */
function keystream(key: string, offset: number): string {
  return toHex(new Rc4(fromHex(key)).apply(new Uint8Array(offset + 16)).subarray(offset));
}

describe('RC4 by RFC 6229', () => {
  it.each([
    ['0102030405', 0, 'b2396305f03dc027ccc3524a0a1118a8'],
    ['0102030405', 16, '6982944f18fc82d589c403a47a0d0919'],
    ['0102030405060708090a0b0c0d0e0f10', 0, '9ac7cc9a609d1ef7b2932899cde41b97'],
    ['0102030405060708090a0b0c0d0e0f10', 16, '5248c4959014126a6e8a84f11d1a9e1c'],
  ])('key %s at %i', (key, offset, stream) => {
    expect(keystream(key, offset)).toBe(stream);
  });

  it('goes on where it was', () => {
    const rc4 = new Rc4(fromHex('0102030405'));
    rc4.apply(new Uint8Array(7));
    expect(toHex(rc4.apply(new Uint8Array(9)))).toBe('27ccc3524a0a1118a8');
  });
});
