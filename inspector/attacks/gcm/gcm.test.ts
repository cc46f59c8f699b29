import { createCipheriv, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY, fromHex, toHex, utf8 } from '#protocol/bytes';
import { fromBlock, inverse, plus, times, toBlock } from './field.ts';
import { type Tagged, hashPolynomial, keysFor, maskOf, tagFor } from './ghash.ts';
import { type Polynomial, common, degree, divided, polynomial, rootsOf, sum, valueAt } from './polynomial.ts';

const element = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
const RUNS = { numRuns: 20 };

describe('the field', () => {
  it('has the bits of a block in the order of the standard', () => {
    // x^0 is the first bit, and x^127 the last.
    expect(fromBlock(fromHex(`80${'00'.repeat(15)}`))).toBe(1n);
    expect(toHex(toBlock(1n << 127n))).toBe(`${'00'.repeat(15)}01`);
    // x^128 = x^7 + x^2 + x + 1
    expect(toHex(toBlock(times(1n << 127n, 2n)))).toBe(`e1${'00'.repeat(15)}`);
  });

  it('is one', () => {
    fc.assert(
      fc.property(element, element, element, (a, b, c) => {
        expect(fromBlock(toBlock(a))).toBe(a);
        expect(times(a, b)).toBe(times(b, a));
        expect(times(a, times(b, c))).toBe(times(times(a, b), c));
        expect(times(a, plus(b, c))).toBe(plus(times(a, b), times(a, c)));
        if (a !== 0n) expect(times(a, inverse(a))).toBe(1n);
      }),
      RUNS,
    );
    expect(() => inverse(0n)).toThrow('0 has no inverse');
  });
});

describe('a polynomial', () => {
  const some = fc.array(element, { maxLength: 5 }).map(polynomial);

  it('is quotient times divisor plus rest', () => {
    fc.assert(
      fc.property(some, some, element, (p, by, x) => {
        fc.pre(degree(by) >= 0);
        const { quotient, rest } = divided(p, by);
        expect(valueAt(p, x)).toBe(plus(times(valueAt(quotient, x), valueAt(by, x)), valueAt(rest, x)));
        expect(degree(rest)).toBeLessThan(Math.max(degree(by), 1));
      }),
      RUNS,
    );
    expect(degree(sum([1n, 1n], [0n, 1n]))).toBe(0);
  });

  const product = (roots: readonly bigint[]): Polynomial =>
    roots.reduce<Polynomial>(
      (p, root) =>
        sum(
          [0n, ...p],
          p.map((each) => times(each, root)),
        ),
      [1n],
    );

  it('has exactly the roots that it was made of, each once, whatever else is in it', () => {
    fc.assert(
      fc.property(fc.uniqueArray(element, { maxLength: 4 }), (roots) => {
        expect(rootsOf(product(roots)).sort(compare)).toEqual([...roots].sort(compare));
        expect(rootsOf(product([...roots, ...roots])).sort(compare)).toEqual([...roots].sort(compare));
      }),
      { numRuns: 4 },
    );
    expect(() => rootsOf([])).toThrow('everything is a root of 0');
  });

  it('may have no root at all', () => {
    // X² + X + a has roots exactly if the trace of a is 0; that of x^121 is 1.
    expect(rootsOf([1n << 121n, 1n, 1n])).toEqual([]);
    expect(rootsOf([0n, 1n, 1n]).sort(compare)).toEqual([0n, 1n]);
    expect(common(product([5n, 6n]), product([6n, 7n]))).toEqual(product([6n]));
  });

  function compare(a: bigint, b: bigint): number {
    return a < b ? -1 : Number(a > b);
  }
});

/** H: the block of zeros under the key. */
function keyOfTags(key: Uint8Array): bigint {
  return fromBlock(createCipheriv(`aes-${key.length * 8}-ecb`, key, null).update(new Uint8Array(16)));
}

describe('GHASH', () => {
  // Test cases 2 and 4 of McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B.
  const CASES = [
    {
      key: '00000000000000000000000000000000',
      h: '66e94bd4ef8a2c3b884cfa59ca342b2e',
      aad: '',
      ciphertext: '0388dace60b6a392f328c2b971b2fe78',
      hash: 'f38cbb1ad69223dcc3457ae5b6b0f885',
    },
    {
      key: 'feffe9928665731c6d6a8f9467308308',
      h: 'b83b533708bf535d0aa6e52980d53b78',
      aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
      ciphertext:
        '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091',
      hash: '698e57f70e6ecc7fd9463b7260a9ae5f',
    },
  ];

  it.each(CASES)('is what its authors have published for $key', ({ key, h, aad, ciphertext, hash }) => {
    expect(toHex(toBlock(keyOfTags(fromHex(key))))).toBe(h);
    const p = hashPolynomial({ aad: fromHex(aad), ciphertext: fromHex(ciphertext) });
    expect(toHex(toBlock(valueAt(p, fromBlock(fromHex(h)))))).toBe(hash);
  });
});

describe('two records under one nonce', () => {
  const key = randomBytes(32);
  const sealed = (nonce: Uint8Array, text: string, aad: string): Tagged => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(utf8(aad));
    const ciphertext = new Uint8Array(Buffer.concat([cipher.update(text), cipher.final()]));
    return { aad: utf8(aad), ciphertext, tag: new Uint8Array(cipher.getAuthTag()) };
  };

  it('give the key of the tags away, and so the tag of anything else', () => {
    const nonce = randomBytes(12);
    const one = sealed(nonce, 'a text that is longer than a block', 'header 1');
    const { keys } = keysFor(one, sealed(nonce, 'and another one', 'header 2'));
    const h = keyOfTags(key);
    expect(keys).toContain(h);
    const third = sealed(nonce, 'the third', 'header 3');
    expect(toHex(toBlock(tagFor(third, h, maskOf(one, h))))).toBe(toHex(third.tag));
    const none = sealed(nonce, '', '');
    expect(none.ciphertext).toEqual(EMPTY);
    expect(toHex(toBlock(tagFor(none, h, maskOf(one, h))))).toBe(toHex(none.tag));
  });

  it('under two nonces give away nothing', () => {
    const [one, other] = [sealed(randomBytes(12), 'a text', ''), sealed(randomBytes(12), 'a text', '')];
    expect(keysFor(one, other).keys).not.toContain(keyOfTags(key));
  });
});
