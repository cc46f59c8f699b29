import { createHash, createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LABELS, confirmation, deriveSessionKeys, extractSecret } from './schedule.ts';
import { DEFAULT_SUITE, SUITES, type Suite } from './suites.ts';
import { concat, fromHex, toHex, utf8 } from '#protocol/bytes';

describe('the pseudo-random key', () => {
  /** RFC 5869, appendix A: the test cases with SHA-256. */
  it.each([
    {
      name: 'A.1',
      ikm: '0b'.repeat(22),
      salt: '000102030405060708090a0b0c',
      prk: '077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5',
    },
    {
      name: 'A.2',
      ikm: range(0x00, 0x50),
      salt: range(0x60, 0xb0),
      prk: '06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244',
    },
    {
      name: 'A.3',
      ikm: '0b'.repeat(22),
      salt: '',
      prk: '19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04',
    },
  ])('is that of RFC 5869 $name, wherever the salt is divided into two nonces', ({ ikm, salt, prk }) => {
    const bytes = fromHex(salt);
    for (let at = 0; at <= bytes.length; at++) {
      const secret = extractSecret(DEFAULT_SUITE, fromHex(ikm), bytes.subarray(0, at), bytes.subarray(at));
      expect(toHex(secret)).toBe(prk);
    }
  });
});

describe('session keys', () => {
  const suite = DEFAULT_SUITE;

  it('are what HKDF and HMAC of node:crypto give by the formula', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(32), bytes(32), bytes(32), fc.uint8Array({ minLength: 1 }), (key, c, s, hellos) => {
        const keys = deriveSessionKeys(extractSecret(suite, key, c, s), hellos, suite);
        const derive = (label: string, length: number) => {
          const info = concat([utf8(label), Uint8Array.of(0), createHash('sha256').update(hellos).digest()]);
          return toHex(new Uint8Array(hkdfSync('sha256', key, concat([c, s]), info, length)));
        };
        expect(toHex(keys.c2s.key)).toBe(derive('wireglass psk1 c2s key', 32));
        expect(toHex(keys.c2s.iv)).toBe(derive('wireglass psk1 c2s iv', 12));
        expect(toHex(keys.s2c.key)).toBe(derive('wireglass psk1 s2c key', 32));
        expect(toHex(keys.s2c.iv)).toBe(derive('wireglass psk1 s2c iv', 12));
        expect(toHex(keys.serverConfirmKey)).toBe(derive('wireglass psk1 server confirm', 32));
        expect(toHex(keys.clientConfirmKey)).toBe(derive('wireglass psk1 client confirm', 32));

        const hash = createHash('sha256').update(hellos).digest();
        const expected = createHmac('sha256', keys.serverConfirmKey).update(hash).digest('hex');
        expect(toHex(confirmation(keys.serverConfirmKey, hellos))).toBe(expected);
      }),
    );
  });

  it('differ in everything, and change with any bit of the hellos', () => {
    const prk = new Uint8Array(32).fill(1);
    const values = (hellos: string) => {
      const keys = deriveSessionKeys(prk, fromHex(hellos), suite);
      return [
        keys.c2s.key,
        keys.s2c.key,
        keys.serverConfirmKey,
        keys.clientConfirmKey,
        keys.c2s.iv,
        keys.s2c.iv,
      ].map(toHex);
    };
    const all = [...values('00'), ...values('01'), ...values('0000')];
    expect(new Set(all).size).toBe(18);
  });

  it.each(SUITES.filter(({ keys }) => keys === 'static'))(
    'of $name are the same for ever, in both directions, and follow from the shared key alone',
    (suite: Suite) => {
      const sharedKey = new Uint8Array(32).fill(5);
      const keysOf = (nonce: number, hellos: string) => {
        const nonces = [1, 2].map((i) => new Uint8Array(32).fill(nonce + i)) as [Uint8Array, Uint8Array];
        return deriveSessionKeys(extractSecret(suite, sharedKey, ...nonces), fromHex(hellos), suite);
      };
      const [one, two] = [keysOf(10, '00'), keysOf(20, '01')];
      const derive = (label: string, length: number) =>
        length === 0
          ? ''
          : toHex(
              new Uint8Array(
                hkdfSync('sha256', sharedKey, '', concat([utf8(label), Uint8Array.of(0, suite.id)]), length),
              ),
            );
      for (const { key, iv } of [one.c2s, one.s2c, two.c2s, two.s2c]) {
        expect(toHex(key)).toBe(derive('wireglass psk1 static key', suite.keyLength));
        expect(toHex(iv)).toBe(derive('wireglass psk1 static iv', suite.ivLength));
      }
      // The proof that both sides hold the key still differs in each connection.
      expect(toHex(one.serverConfirmKey)).not.toBe(toHex(two.serverConfirmKey));
    },
  );

  it('have labels of which none begins another, so that no two infos can be equal', () => {
    const labels = Object.values(LABELS);
    for (const a of labels) expect(labels.filter((b) => b.startsWith(a))).toEqual([a]);
  });
});

function range(from: number, to: number): string {
  return toHex(Uint8Array.from({ length: to - from }, (_, i) => from + i));
}
