/** Polynomials over GF(2^128), and their roots. The coefficient of X^i stands at i; the last one is never 0. */
import { inverse, plus, times } from './field.ts';

export type Polynomial = readonly bigint[];

const FIELD_BITS = 128;
const X: Polynomial = [0n, 1n];

export function polynomial(coefficients: readonly bigint[]): Polynomial {
  return coefficients.slice(0, coefficients.findLastIndex((each) => each !== 0n) + 1);
}

/** Of 0: −1. */
export function degree(p: Polynomial): number {
  return p.length - 1;
}

export function sum(p: Polynomial, q: Polynomial): Polynomial {
  const length = Math.max(p.length, q.length);
  return polynomial(Array.from({ length }, (_, at) => plus(p[at] ?? 0n, q[at] ?? 0n)));
}

export function valueAt(p: Polynomial, x: bigint): bigint {
  return p.reduceRight((value, coefficient) => plus(times(value, x), coefficient), 0n);
}

/** Quotient and remainder. Throws for a divisor that is 0. */
export function divided(p: Polynomial, by: Polynomial): { quotient: Polynomial; rest: Polynomial } {
  const lead = by.at(-1) ?? 0n;
  const scale = lead === 1n ? 1n : inverse(lead);
  const rest = [...p];
  const quotient: bigint[] = [];
  for (let at = degree(p) - degree(by); at >= 0; at--) {
    const factor = times(rest[at + degree(by)] as bigint, scale);
    quotient[at] = factor;
    if (factor !== 0n)
      by.forEach((each, i) => (rest[at + i] = plus(rest[at + i] as bigint, times(factor, each))));
  }
  return { quotient: polynomial(quotient), rest: polynomial(rest.slice(0, Math.max(degree(by), 0))) };
}

/** With 1 as its highest coefficient. */
function monic(p: Polynomial): Polynomial {
  const scale = inverse(p.at(-1) as bigint);
  return p.map((each) => times(each, scale));
}

/** The greatest common divisor, monic. Throws when both are 0. */
export function common(p: Polynomial, q: Polynomial): Polynomial {
  let [a, b] = [p, q];
  while (degree(b) >= 0) [a, b] = [b, divided(a, b).rest];
  return monic(a);
}

/** In characteristic 2 the square of a sum is the sum of the squares. */
function squared(p: Polynomial, modulus: Polynomial): Polynomial {
  const square = p.flatMap((each) => [times(each, each), 0n]);
  return divided(polynomial(square), modulus).rest;
}

/** All roots, each once, in no particular order. Throws for 0, of which everything is a root. */
export function rootsOf(p: Polynomial): bigint[] {
  if (degree(p) < 0) throw new Error('everything is a root of 0');
  const modulus = monic(p);
  const powers = [divided(X, modulus).rest];
  for (let bit = 0; bit < FIELD_BITS; bit++) powers.push(squared(powers[bit] as Polynomial, modulus));
  // X^(2^128) − X is the product of all X − a. What it has in common with p has each root of p once, and nothing else.
  const whole = powers.pop() as Polynomial;
  return split(common(modulus, sum(whole, X)), powers, 0);
}

/**
 * The roots of a product of different linear factors (Berlekamp's trace algorithm). The trace of b·X is 0 or 1 in every element;
 * for some power of x as b it differs between two roots, and the common divisor parts them.
 */
function split(p: Polynomial, powers: readonly Polynomial[], bit: number): bigint[] {
  if (degree(p) < 1) return [];
  if (degree(p) === 1) return [p[0] as bigint];
  const zeros = common(p, traceOf(1n << BigInt(bit), powers));
  return [zeros, divided(p, zeros).quotient].flatMap((part) => split(part, powers, bit + 1));
}

/** The sum of (b·X)^(2^i) for all i below 128, from the powers of X alone. */
function traceOf(b: bigint, powers: readonly Polynomial[]): Polynomial {
  let scale = b;
  let trace: Polynomial = [];
  for (const power of powers) {
    trace = sum(
      trace,
      power.map((each) => times(each, scale)),
    );
    scale = times(scale, scale);
  }
  return trace;
}
