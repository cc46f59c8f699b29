import { readFileSync } from 'node:fs';
import { hkdfSync } from 'node:crypto';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeVectors } from '../support/programs/needs.ts';
import { pureCiphers } from '#channel/ciphers-pure';
import type { Aead, Ciphers } from '#channel/contract';
import { cbcHmac, cbcPadded } from '#channel/modes/cbc';
import { cmac } from '#channel/modes/cmac';
import { eax } from '#channel/modes/eax';
import { SUITES, type Suite } from '#channel/psk/suites';
import { nonceLength, tagLength } from '#channel/psk/bodies';
import { nativeCiphers } from '#wires/ciphers-native';
import { concat, fromHex, toHex } from '#protocol/bytes';

const SOURCES: Record<string, Ciphers> = { pure: pureCiphers, native: nativeCiphers };

interface Group<T> {
  readonly keySize: number;
  readonly ivSize: number;
  readonly tagSize: number;
  readonly tests: readonly T[];
}

interface Verdict {
  readonly tcId: number;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

type AeadCase = Verdict & Record<'key' | 'iv' | 'msg' | 'ct', string> & { aad?: string; tag?: string };
type MacCase = Verdict & Record<'key' | 'msg' | 'tag', string>;
type HkdfCase = Verdict & Record<'ikm' | 'salt' | 'info' | 'okm', string> & { readonly size: number };

interface VectorSet {
  readonly file: string;
  readonly name: string;
  readonly aead: (ciphers: Ciphers, key: Uint8Array) => Aead;
  /** What the sizes of our ciphers leave out, and why. */
  readonly leftOut?: { readonly why: string; readonly is: (group: Group<AeadCase>) => boolean };
  /** Vectors that one of the sources cannot take. */
  readonly beyond?: (source: string, test: AeadCase) => boolean;
  readonly valid: number;
  readonly invalid: number;
}

/** The counts are those of the files, so that no set can shrink unnoticed. */
const SETS: readonly VectorSet[] = [
  {
    file: 'aes_gcm_test.json',
    name: 'AES-GCM',
    aead: (ciphers, key) => ciphers.aes256gcm(key),
    leftOut: { why: 'keys of 128 and 192 bits, which no suite has', is: ({ keySize }) => keySize !== 256 },
    // OpenSSL takes nonces of at most 128 bytes, and the pure cipher of at least 8.
    beyond: (source, { iv, flags }) =>
      source === 'native' ? flags.includes('LongIv') : iv !== '' && iv.length < 16,
    valid: 76,
    invalid: 29,
  },
  {
    file: 'aes_eax_test.json',
    name: 'AES-EAX',
    aead: (ciphers, key) => eax(ciphers.aes(key)),
    valid: 159,
    invalid: 81,
  },
  {
    file: 'aes_cbc_pkcs5_test.json',
    name: 'AES-CBC with PKCS#5 padding',
    aead: (ciphers, key) => cbcPadded(ciphers.aes(key)),
    valid: 72,
    invalid: 144,
  },
  {
    file: 'a128cbc_hs256_test.json',
    name: 'A128CBC-HS256',
    aead: (ciphers, key) =>
      cbcHmac(ciphers, key, { hash: 'sha256', macKeyLength: 16, keyLength: 16, tagLength: 16 }),
    valid: 67,
    invalid: 27,
  },
  {
    file: 'a256cbc_hs512_test.json',
    name: 'A256CBC-HS512',
    aead: (ciphers, key) =>
      cbcHmac(ciphers, key, { hash: 'sha512', macKeyLength: 32, keyLength: 32, tagLength: 32 }),
    valid: 67,
    invalid: 27,
  },
  {
    file: 'chacha20_poly1305_test.json',
    name: 'ChaCha20-Poly1305',
    aead: (ciphers, key) => ciphers.chacha20poly1305(key),
    valid: 256,
    invalid: 69,
  },
];

for (const set of SETS) {
  const without = set.leftOut ? `, without ${set.leftOut.why},` : '';
  describeVectors(`wycheproof/${set.file}`, `${set.name} by the Wycheproof vectors${without}`, (path) => {
    const cases = load<AeadCase>(path)
      .filter((group) => !set.leftOut?.is(group))
      .flatMap(({ tests }) => tests);

    it('has as many good and bad cases as the file', () => {
      const count = (result: string) => cases.filter((test) => test.result === result).length;
      expect([count('valid'), count('invalid')]).toEqual([set.valid, set.invalid]);
      expect(cases).toHaveLength(set.valid + set.invalid);
    });

    describe.each(Object.keys(SOURCES))('%s', (source) => {
      const ciphers = SOURCES[source] as Ciphers;
      const possible = cases.filter((test) => !set.beyond?.(source, test));
      it.each(possible)('$tcId $result $comment', ({ key, iv, aad = '', msg, ct, tag = '', result }) => {
        const aead = set.aead(ciphers, fromHex(key));
        const opened = aead.open(fromHex(iv), fromHex(aad), fromHex(ct + tag));
        expect(opened && toHex(opened)).toBe(result === 'valid' ? msg : undefined);
        if (result !== 'valid') return;
        const sealed = aead.seal(fromHex(iv), fromHex(aad), fromHex(msg));
        expect([toHex(sealed.ciphertext), toHex(sealed.tag)]).toEqual([ct, tag]);
      });
    });
  });
}

describeVectors('wycheproof/aes_cmac_test.json', 'AES-CMAC by the Wycheproof vectors', (path) => {
  const cases = load<MacCase>(path).flatMap(({ tests }) => tests);

  it('has as many cases as the file', () => expect(cases).toHaveLength(311));

  describe.each(Object.keys(SOURCES))('%s', (source) => {
    const macOf = (key: string, msg: string): string =>
      toHex(cmac((SOURCES[source] as Ciphers).aes(fromHex(key)))(fromHex(msg)));
    it.each(cases)('$tcId $result $comment', ({ key, msg, tag, result, flags }) => {
      if (flags.includes('InvalidKeySize')) expect(() => macOf(key, msg)).toThrow(RangeError);
      else if (result === 'valid') expect(macOf(key, msg)).toBe(tag);
      else expect(macOf(key, msg)).not.toBe(tag);
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

describe.each(SUITES)('pure and native ciphers of $name', (suite: Suite) => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const text = fc.uint8Array({ maxLength: 200 });
  const nonceSize = nonceLength(suite.body) || suite.ivLength;

  it('seal to the same bytes and open what the other sealed', () => {
    fc.assert(
      fc.property(bytes(suite.keyLength), bytes(nonceSize), text, text, (key, nonce, aad, plain) => {
        const [pure, native] = [suite.aead(pureCiphers, key), suite.aead(nativeCiphers, key)];
        const sealed = native.seal(nonce, aad, plain);
        expect(pure.seal(nonce, aad, plain)).toEqual(sealed);
        expect(sealed.tag).toHaveLength(tagLength(suite.body));
        const joined = concat([sealed.ciphertext, sealed.tag]);
        for (const aead of [pure, native]) expect(toHex(aead.open(nonce, aad, joined)!)).toBe(toHex(plain));
      }),
    );
  });

  it.runIf(tagLength(suite.body) > 0)(
    'refuse the same: any flipped bit, another nonce, other associated data, a short tag',
    () => {
      const key = new Uint8Array(suite.keyLength).fill(3);
      const nonce = new Uint8Array(nonceSize).fill(4);
      const aad = fromHex('0102');
      for (const name of Object.keys(SOURCES)) {
        const aead = suite.aead(SOURCES[name] as Ciphers, key);
        const { ciphertext, tag } = aead.seal(nonce, aad, fromHex('686921'));
        const sealed = concat([ciphertext, tag]);
        for (let bit = 0; bit < sealed.length * 8; bit++) {
          const changed = sealed.slice();
          changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
          expect(aead.open(nonce, aad, changed), `${name}, bit ${bit}`).toBeUndefined();
        }
        expect(aead.open(new Uint8Array(nonceSize), aad, sealed)).toBeUndefined();
        expect(aead.open(nonce, fromHex('0103'), sealed)).toBeUndefined();
        for (let length = 0; length < sealed.length; length++) {
          expect(
            aead.open(nonce, aad, sealed.subarray(0, length)),
            `${name}, ${length} bytes`,
          ).toBeUndefined();
        }
      }
    },
  );

  it.each(Object.keys(SOURCES))('throw on a key of another size: %s', (name) => {
    for (const length of [0, 1, suite.keyLength - 1, suite.keyLength + 1])
      expect(() => suite.aead(SOURCES[name] as Ciphers, new Uint8Array(length))).toThrow(RangeError);
  });
});

function load<T>(path: string): readonly Group<T>[] {
  return (JSON.parse(readFileSync(path, 'utf8')) as { testGroups: Group<T>[] }).testGroups;
}
