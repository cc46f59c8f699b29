/** The ciphers that open records, pure and native, by the Wycheproof vectors. What is left out is counted. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cbc } from '@noble/ciphers/aes.js';
import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { nativeRecordCiphers } from '#inspector-cli/ciphers-native';
import { fromHex, toHex } from '#protocol/bytes';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { aesCcm } from './ccm.ts';
import { aesGcm } from './gcm.ts';
import { pureRecordCiphers } from './pure.ts';
import { AEADS, type AeadName, type MacName, type RecordCiphers } from './record-ciphers.ts';

const SOURCES: [name: string, ciphers: RecordCiphers][] = [
  ['pure', pureRecordCiphers],
  ['native', nativeRecordCiphers],
];

interface Verdict {
  readonly tcId: number;
  readonly comment: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
}
type Sizes = Readonly<Record<'keySize' | 'ivSize' | 'tagSize', number>>;
type AeadCase = Verdict & Sizes & Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag', string>;
type CbcCase = Verdict & Sizes & Record<'key' | 'iv' | 'msg' | 'ct', string>;
type MacCase = Verdict & Sizes & Record<'key' | 'msg' | 'tag', string>;
type HkdfCase = Verdict & Sizes & Record<'ikm' | 'salt' | 'info' | 'okm', string> & { readonly size: number };

function casesOf<T>(path: string): T[] {
  const { testGroups } = JSON.parse(readFileSync(path, 'utf8')) as {
    testGroups: (Sizes & { tests: object[] })[];
  };
  return testGroups.flatMap(({ tests, ...sizes }) => tests.map((test) => ({ ...sizes, ...test }) as T));
}

const opens = (result: Verdict['result'], msg: string): string | undefined =>
  result === 'valid' ? msg : undefined;
const shown = (bytes: Uint8Array | undefined): string | undefined => bytes && toHex(bytes);

/** A file of cases, and which TLS cipher each case is for. */
interface AeadFile {
  readonly file: string;
  readonly total: number;
  /** Cases with a key and a tag of a cipher that TLS has: each is judged. */
  readonly judged: number;
  readonly nameOf: (test: AeadCase) => AeadName | undefined;
}

const AEAD_FILES: readonly AeadFile[] = [
  {
    file: 'aes_gcm',
    total: 316,
    judged: 213,
    nameOf: ({ keySize, tagSize }) =>
      (keySize === 128 || keySize === 256) && tagSize === 128 ? `aes-${keySize}-gcm` : undefined,
  },
  {
    file: 'aes_ccm',
    total: 552,
    judged: 244,
    nameOf: ({ keySize, tagSize }) => {
      if (keySize !== 128 && keySize !== 256) return undefined;
      return tagSize === 128 ? `aes-${keySize}-ccm` : tagSize === 64 ? `aes-${keySize}-ccm-8` : undefined;
    },
  },
  { file: 'chacha20_poly1305', total: 325, judged: 325, nameOf: () => 'chacha20-poly1305' },
];

describe.each(AEAD_FILES)('$file', ({ file, total, judged, nameOf }) => {
  describeVectors(`wycheproof/${file}_test.json`, 'by the Wycheproof vectors', (path) => {
    const all = casesOf<AeadCase>(path);
    const known = all.flatMap((test) => ({ test, name: nameOf(test) })).filter(({ name }) => name);

    it(`judges ${judged} of ${total} cases: no suite has the key or tag sizes of the others`, () => {
      expect([known.length, all.length]).toEqual([judged, total]);
    });

    describe.each(SOURCES)('%s', (_source, ciphers) => {
      it.each(known)('$test.tcId $name $test.result $test.comment', ({ test, name }) => {
        const { key, iv, aad, ct, tag, msg, result } = test;
        const aead = ciphers.aead(name as AeadName, fromHex(key));
        const opened = aead.open(fromHex(iv), fromHex(aad), fromHex(ct + tag));
        // TLS has no nonce of another size than 12 bytes: such a nonce must open nothing.
        expect(shown(opened)).toBe(iv.length === 24 ? opens(result, msg) : undefined);
      });
    });
  });
});

describeVectors('wycheproof/aes_ccm_test.json', 'CCM itself, by all 552 cases', (path) => {
  const all = casesOf<AeadCase>(path);
  // RFC 3610 §2 has these sizes and no others.
  const allowed = ({ ivSize, tagSize }: AeadCase): boolean =>
    ivSize >= 56 && ivSize <= 104 && tagSize >= 32 && tagSize % 16 === 0;

  it('finds them', () => {
    expect(all).toHaveLength(552);
    expect(all.filter((test) => test.result === 'valid' && !allowed(test))).toEqual([]);
  });

  it.each(all)('$tcId $keySize $ivSize $tagSize $result $comment', (test) => {
    const { key, iv, aad, ct, tag, msg, result, tagSize } = test;
    const sealed = fromHex(ct + tag);
    const opened = aesCcm(fromHex(key), tagSize / 8).open(fromHex(iv), fromHex(aad), sealed);
    if (allowed(test)) expect(shown(opened)).toBe(opens(result, msg));
    // The sizes of tags are fixed by the suites; a nonce of another size must open nothing.
    else if (test.ivSize < 56 || test.ivSize > 104) expect(opened).toBeUndefined();
    else expect(Object.values(AEADS).map(({ tagLength }) => tagLength * 8)).not.toContain(tagSize);
  });
});

describeVectors('wycheproof/aes_gcm_test.json', 'GCM itself, by all 316 cases', (path) => {
  const all = casesOf<AeadCase>(path);
  it('finds them', () => expect(all).toHaveLength(316));

  it.each(all)('$tcId $keySize $ivSize $result $comment', ({ key, iv, aad, ct, tag, msg, result }) => {
    const opened = aesGcm(fromHex(key)).open(fromHex(iv), fromHex(aad), fromHex(ct + tag));
    expect(shown(opened)).toBe(opens(result, msg));
  });
});

describeVectors('wycheproof/aes_cbc_pkcs5_test.json', 'AES-CBC by the Wycheproof vectors', (path) => {
  const all = casesOf<CbcCase>(path);
  const known = all.filter(({ keySize }) => keySize !== 192);

  it('judges 144 of 216 cases: no suite has keys of 192 bits', () => {
    expect([known.length, all.length]).toEqual([144, 216]);
  });

  describe.each(SOURCES)('%s', (_source, ciphers) => {
    it.each(known)('$tcId $keySize $result $comment', ({ key, iv, ct, msg, result }) => {
      const plain = ciphers.cbc('aes', fromHex(key)).decrypt(fromHex(iv), fromHex(ct));
      expect(shown(plain && withoutPkcs5(plain))).toBe(opens(result, msg));
    });
  });
});

/** What the pure ciphers are built on, also with the key and nonce sizes that no suite has. */
describe('the package below', () => {
  const tried = (open: () => Uint8Array): string | undefined => {
    try {
      return toHex(open());
    } catch {
      return undefined;
    }
  };

  describeVectors('wycheproof/aes_cbc_pkcs5_test.json', 'AES-CBC by all 216 cases', (path) => {
    const all = casesOf<CbcCase>(path);
    it('finds them', () => expect(all).toHaveLength(216));
    it.each(all)('$tcId $keySize $result $comment', ({ key, iv, ct, msg, result }) => {
      expect(tried(() => cbc(fromHex(key), fromHex(iv)).decrypt(fromHex(ct)))).toBe(opens(result, msg));
    });
  });
});

/** The padding of these vectors is not that of TLS: each byte says how many there are. */
function withoutPkcs5(plain: Uint8Array): Uint8Array | undefined {
  const count = plain.at(-1) ?? 0;
  const good = count >= 1 && count <= 16 && plain.subarray(-count).every((byte) => byte === count);
  return good ? plain.subarray(0, plain.length - count) : undefined;
}

describe.each(['sha256', 'sha384'] as const satisfies readonly MacName[])('HMAC and HKDF with %s', (hash) => {
  describeVectors(`wycheproof/hmac_${hash}_test.json`, 'by the Wycheproof vectors', (path) => {
    const all = casesOf<MacCase>(path);
    it('finds them', () => expect(all).toHaveLength(174));

    describe.each(SOURCES)('%s', (_source, ciphers) => {
      it.each(all)('$tcId $result $comment', ({ key, msg, tag, result, tagSize }) => {
        const message = fromHex(msg);
        const half = message.length >> 1;
        const mac = ciphers.hmac(hash, fromHex(key));
        const made = mac.digest(message.subarray(0, half), message.subarray(half)).subarray(0, tagSize / 8);
        expect(toHex(made) === tag).toBe(result === 'valid');
        // Used again, it starts from the beginning.
        expect(toHex(mac.digest(message))).toBe(createHmac(hash, fromHex(key)).update(message).digest('hex'));
      });
    });
  });

  describeVectors(`wycheproof/hkdf_${hash}_test.json`, 'by the Wycheproof vectors', (path) => {
    const all = casesOf<HkdfCase>(path);
    const algorithm = hash === 'sha256' ? sha256 : sha384;
    it('finds them', () => expect(all).toHaveLength(hash === 'sha256' ? 86 : 83));

    it.each(all)('$tcId $result $comment', ({ ikm, salt, info, size, okm, result }) => {
      const derive = (): string =>
        toHex(expand(algorithm, extract(algorithm, fromHex(ikm), fromHex(salt)), fromHex(info), size));
      if (result === 'valid') expect(derive()).toBe(okm);
      else expect(derive).toThrow();
    });
  });
});
