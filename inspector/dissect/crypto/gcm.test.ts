import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, toHex } from '#protocol/bytes';
import { aesGcm } from './gcm.ts';

/** Sealed by node:crypto. */
function seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv(`aes-${(key.length * 8) as 128 | 192 | 256}-gcm`, key, nonce);
  cipher.setAAD(aad);
  const ciphertext = cipher.update(plain);
  cipher.final();
  return concat([ciphertext, cipher.getAuthTag()]);
}

const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const keys = fc.constantFrom(16, 24, 32).chain((length) => bytes(length, length));

describe('AES-GCM under one key', () => {
  it('opens what node:crypto sealed, whatever its size and its place in the buffer', () => {
    fc.assert(
      fc.property(
        keys,
        bytes(1, 40),
        bytes(0, 70),
        bytes(0, 600),
        fc.nat(7),
        (key, nonce, aad, plain, at) => {
          const opener = aesGcm(key);
          const placed = concat([new Uint8Array(at), seal(key, nonce, aad, plain)]);
          const before = toHex(placed);
          for (let again = 0; again < 2; again++) {
            expect(toHex(opener.open(nonce, aad, placed.subarray(at)) ?? Uint8Array.of(1))).toBe(
              toHex(plain),
            );
          }
          expect(toHex(placed)).toBe(before);
        },
      ),
    );
  });

  it('opens nothing in which a bit of any part was flipped', () => {
    fc.assert(
      fc.property(
        keys,
        bytes(1, 20),
        bytes(1, 20),
        bytes(0, 50),
        fc.nat(),
        (key, nonce, aad, plain, place) => {
          const sealed = seal(key, nonce, aad, plain);
          const opener = aesGcm(key);
          expect(opener.open(flipped(nonce, place), aad, sealed)).toBeUndefined();
          expect(opener.open(nonce, flipped(aad, place), sealed)).toBeUndefined();
          expect(opener.open(nonce, aad, flipped(sealed, place))).toBeUndefined();
          expect(aesGcm(flipped(key, place)).open(nonce, aad, sealed)).toBeUndefined();
          expect(opener.open(nonce, aad, sealed.subarray(0, place % sealed.length))).toBeUndefined();
        },
      ),
    );
  });

  it('opens records of the largest size', () => {
    const [key, nonce, aad] = [new Uint8Array(32).fill(1), new Uint8Array(12).fill(2), new Uint8Array(5)];
    const plain = Uint8Array.from({ length: 2 ** 14 + 255 }, (_, i) => (i * 7) & 0xff);
    const opened = aesGcm(key).open(nonce, aad, seal(key, nonce, aad, plain));
    expect(toHex(opened ?? new Uint8Array())).toBe(toHex(plain));
  });
});

function flipped(of: Uint8Array, place: number): Uint8Array {
  const bit = place % (8 * of.length);
  return of.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}
