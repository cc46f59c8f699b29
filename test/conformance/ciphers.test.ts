import { readFileSync } from 'node:fs';
import { hkdfSync } from 'node:crypto';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeVectors } from '../support/programs/needs.ts';
import { pureCiphers } from '#channel/ciphers-pure';
import type { Ciphers } from '#channel/contract';
import { nativeCiphers } from '#wires/ciphers-native';
import { concat, fromHex, toHex } from '#protocol/bytes';

const SOURCES: Record<string, Ciphers> = { pure: pureCiphers, native: nativeCiphers };

interface Group<T> {
  readonly keySize: number;
  readonly ivSize?: number;
  readonly tagSize?: number;
  readonly tests: readonly T[];
}

interface Verdict {
  readonly tcId: number;
  readonly comment: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

type AeadCase = Verdict & Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag', string>;
type HkdfCase = Verdict & Record<'ikm' | 'salt' | 'info' | 'okm', string> & { readonly size: number };

describeVectors('wycheproof/aes_gcm_test.json', 'AES-256-GCM by the Wycheproof vectors', (path) => {
  const groups = load<AeadCase>(path).filter(
    ({ keySize, ivSize, tagSize }) => keySize === 256 && ivSize === 96 && tagSize === 128,
  );
  const cases = groups.flatMap(({ tests }) => tests);

  it('has good and bad cases', () => {
    const count = (result: string) => cases.filter((test) => test.result === result).length;
    expect(count('valid')).toBeGreaterThan(30);
    expect(count('invalid')).toBeGreaterThan(20);
  });

  describe.each(Object.keys(SOURCES))('%s', (name) => {
    const ciphers = SOURCES[name] as Ciphers;
    it.each(cases)('$tcId $result $comment', ({ key, iv, aad, msg, ct, tag, result }) => {
      const aead = ciphers.aes256gcm(fromHex(key));
      const opened = aead.open(fromHex(iv), fromHex(aad), fromHex(ct + tag));
      expect(opened && toHex(opened)).toBe(result === 'valid' ? msg : undefined);
      if (result !== 'valid') return;
      const sealed = aead.seal(fromHex(iv), fromHex(aad), fromHex(msg));
      expect([toHex(sealed.ciphertext), toHex(sealed.tag)]).toEqual([ct, tag]);
    });
  });
});

describeVectors('wycheproof/hkdf_sha256_test.json', 'HKDF-SHA256 by the Wycheproof vectors', (path) => {
  const derivations: Record<string, (test: HkdfCase) => Uint8Array> = {
    pure: ({ ikm, salt, info, size }) => hkdf(sha256, fromHex(ikm), fromHex(salt), fromHex(info), size),
    native: ({ ikm, salt, info, size }) =>
      new Uint8Array(hkdfSync('sha256', fromHex(ikm), fromHex(salt), fromHex(info), size)),
  };
  const cases = load<HkdfCase>(path).flatMap(({ tests }) => tests);

  describe.each(Object.keys(derivations))('%s', (name) => {
    const derive = derivations[name] as (test: HkdfCase) => Uint8Array;
    it.each(cases)('$tcId $result $comment', (test) => {
      if (test.result === 'valid') expect(toHex(derive(test))).toBe(test.okm);
      else expect(() => derive(test)).toThrow();
    });
  });
});

describe('HKDF-SHA256 by RFC 5869, appendix A,', () => {
  it.each([
    {
      name: 'A.1',
      ikm: '0b'.repeat(22),
      salt: '000102030405060708090a0b0c',
      info: 'f0f1f2f3f4f5f6f7f8f9',
      okm: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    },
    {
      name: 'A.3',
      ikm: '0b'.repeat(22),
      salt: '',
      info: '',
      okm: '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    },
  ])('$name', ({ ikm, salt, info, okm }) => {
    expect(toHex(hkdf(sha256, fromHex(ikm), fromHex(salt), fromHex(info), 42))).toBe(okm);
  });
});

describe('pure and native ciphers', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const text = fc.uint8Array({ maxLength: 200 });

  it('seal to the same bytes and open what the other sealed', () => {
    fc.assert(
      fc.property(bytes(32), bytes(12), text, text, (key, nonce, aad, plain) => {
        const [pure, native] = [pureCiphers.aes256gcm(key), nativeCiphers.aes256gcm(key)];
        const sealed = native.seal(nonce, aad, plain);
        expect(pure.seal(nonce, aad, plain)).toEqual({
          ciphertext: new Uint8Array(sealed.ciphertext),
          tag: new Uint8Array(sealed.tag),
        });
        const joined = concat([sealed.ciphertext, sealed.tag]);
        for (const aead of [pure, native]) expect(toHex(aead.open(nonce, aad, joined)!)).toBe(toHex(plain));
      }),
    );
  });

  it('refuse the same: any flipped bit, another nonce, other associated data, a short tag', () => {
    const key = new Uint8Array(32).fill(3);
    const nonce = new Uint8Array(12).fill(4);
    const aad = fromHex('0102');
    for (const name of Object.keys(SOURCES)) {
      const aead = (SOURCES[name] as Ciphers).aes256gcm(key);
      const { ciphertext, tag } = aead.seal(nonce, aad, fromHex('686921'));
      const sealed = concat([ciphertext, tag]);
      for (let bit = 0; bit < sealed.length * 8; bit++) {
        const changed = sealed.slice();
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(aead.open(nonce, aad, changed), `${name}, bit ${bit}`).toBeUndefined();
      }
      expect(aead.open(new Uint8Array(12), aad, sealed)).toBeUndefined();
      expect(aead.open(nonce, fromHex('0103'), sealed)).toBeUndefined();
      for (const length of [0, 4, 12, 15, 16, 18]) {
        expect(aead.open(nonce, aad, sealed.subarray(0, length)), `${name}, ${length} bytes`).toBeUndefined();
      }
    }
  });
});

function load<T>(path: string): readonly Group<T>[] {
  return (JSON.parse(readFileSync(path, 'utf8')) as { testGroups: Group<T>[] }).testGroups;
}
