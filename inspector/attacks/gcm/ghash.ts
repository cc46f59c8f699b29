/** The tag of GCM as an equation for its key H (Joux 2006): a polynomial whose coefficients everyone can see. */
import { writeUint } from '#protocol/bytes';
import { fromBlock, plus } from './field.ts';
import { type Polynomial, polynomial, rootsOf, sum, valueAt } from './polynomial.ts';

/** What a record shows to everyone: what its tag is made of, and the tag. */
export interface Tagged {
  readonly aad: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

const BLOCK = 16;

/** GHASH as a polynomial in H: NIST SP 800-38D §6.4, over the blocks that §7.1 lists. */
export function hashPolynomial({ aad, ciphertext }: Omit<Tagged, 'tag'>): Polynomial {
  const lengths = new Uint8Array(BLOCK);
  writeUint(lengths, 2, 6, 8 * aad.length);
  writeUint(lengths, 10, 6, 8 * ciphertext.length);
  const blocks = [aad, ciphertext, lengths].flatMap((bytes) =>
    Array.from({ length: Math.ceil(bytes.length / BLOCK) }, (_, at) =>
      fromBlock(bytes.subarray(BLOCK * at, BLOCK * (at + 1))),
    ),
  );
  return polynomial([0n, ...blocks.reverse()]);
}

/** GHASH plus the tag: what the tag was masked with, the same for all records of one key and nonce. It is known once H is. */
export function maskOf(record: Tagged, h: bigint): bigint {
  return valueAt(equation(record), h);
}

/** Every H under which two records of the same nonce have these tags: the mask is in both equations, and their sum is without it. */
export function keysFor(one: Tagged, other: Tagged): { equation: Polynomial; keys: bigint[] } {
  const both = sum(equation(one), equation(other));
  return { equation: both, keys: rootsOf(both) };
}

/** The tag of something else under the same nonce. */
export function tagFor(what: Omit<Tagged, 'tag'>, h: bigint, mask: bigint): bigint {
  return plus(valueAt(hashPolynomial(what), h), mask);
}

function equation(record: Tagged): Polynomial {
  return sum(hashPolynomial(record), [fromBlock(record.tag)]);
}
