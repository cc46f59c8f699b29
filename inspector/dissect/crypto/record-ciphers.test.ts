import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCipheriv } from 'node:crypto';
import { nativeRecordCiphers } from '#inspector-cli/ciphers-native';
import { concat, fromHex, toHex } from '#protocol/bytes';
import { aesCcm } from './ccm.ts';
import { pureRecordCiphers } from './pure.ts';
import { AEADS, type AeadName, type RecordCiphers } from './record-ciphers.ts';

const SOURCES: [name: string, ciphers: RecordCiphers][] = [
  ['pure', pureRecordCiphers],
  ['native', nativeRecordCiphers],
];
/** OpenSSL seals nothing with CAMELLIA in this mode: what GnuTLS sealed with it is opened in `old-suites.test.ts`. */
const NAMES = (Object.keys(AEADS) as AeadName[]).filter((name) => !name.startsWith('camellia-'));

/** Sealed by node:crypto, for the ciphers under test to open. */
function seal(
  name: AeadName,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plain: Uint8Array,
): Uint8Array {
  const authTagLength = AEADS[name].tagLength;
  const cipher = createCipheriv(name.replace(/-8$/, '') as 'aes-128-ccm', key, nonce, { authTagLength });
  cipher.setAAD(aad, { plaintextLength: plain.length });
  const ciphertext = cipher.update(plain);
  cipher.final();
  return concat([ciphertext, cipher.getAuthTag()]);
}

describe('AES-CCM by NIST SP 800-38C, appendix C,', () => {
  const key = '404142434445464748494a4b4c4d4e4f';
  const bytes = (from: number, count: number): string =>
    toHex(Uint8Array.from({ length: count }, (_, i) => from + i));

  it.each([
    [4, '10111213141516', bytes(0, 8), bytes(0x20, 4), '7162015b4dac255d'],
    [6, '1011121314151617', bytes(0, 16), bytes(0x20, 16), 'd2a1f0e051ea5f62081a7792073d593d1fc64fbfaccd'],
    [
      8,
      '101112131415161718191a1b',
      bytes(0, 20),
      bytes(0x20, 24),
      'e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951',
    ],
  ] as const)('an example with a tag of %i bytes', (tagLength, nonce, aad, plain, sealed) => {
    const opened = aesCcm(fromHex(key), tagLength).open(fromHex(nonce), fromHex(aad), fromHex(sealed));
    expect(opened && toHex(opened)).toBe(plain);
  });

  it('example 4, with additional data longer than two bytes of length can say', () => {
    const aad = Uint8Array.from({ length: 65_536 }, (_, i) => i & 0xff);
    const sealed =
      '69915dad1e84c6376a68c2967e4dab615ae0fd1faec44cc484828529463ccf72' + 'b4ac6bec93e8598e7f0dadbcea5b';
    const opened = aesCcm(fromHex(key), 14).open(fromHex(bytes(0x10, 13)), aad, fromHex(sealed));
    expect(opened && toHex(opened)).toBe(bytes(0x20, 32));
  });
});

describe.each(SOURCES)('%s', (_name, ciphers) => {
  const names = NAMES.filter((name) => ciphers.has(name));

  it.each(names)('opens what %s sealed, again and again with one key, and nothing else', (name) => {
    const { keyLength, tagLength } = AEADS[name];
    const key = Uint8Array.from({ length: keyLength }, (_, i) => i * 3);
    const aead = ciphers.aead(name, key);
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const some = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(bytes(12), some, some, fc.nat(), (nonce, aad, plain, place) => {
        const sealed = seal(name, key, nonce, aad, plain);
        expect(toHex(aead.open(nonce, aad, sealed) ?? Uint8Array.of(1))).toBe(toHex(plain));
        const changed = sealed.slice();
        const bit = place % (8 * sealed.length);
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(aead.open(nonce, aad, changed)).toBeUndefined();
        expect(aead.open(nonce, concat([aad, Uint8Array.of(0)]), sealed)).toBeUndefined();
        expect(aead.open(nonce, aad, sealed.subarray(0, -1))).toBeUndefined();
        expect(aead.open(nonce, aad, sealed.subarray(0, place % tagLength))).toBeUndefined();
        expect(aead.open(nonce.subarray(1), aad, sealed)).toBeUndefined();
      }),
      { numRuns: 25 },
    );
  });

  it('takes no key of another size', () => {
    for (const name of names) expect(() => ciphers.aead(name, new Uint8Array(24))).toThrow(RangeError);
    expect(() => ciphers.cbc('aes', new Uint8Array(24))).toThrow(RangeError);
  });

  it('decrypts only whole blocks', () => {
    const aes = ciphers.cbc('aes', new Uint8Array(16));
    for (const length of [0, 1, 15, 17]) {
      expect(aes.decrypt(new Uint8Array(16), new Uint8Array(length))).toBeUndefined();
    }
  });
});
