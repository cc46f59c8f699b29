/**
 * GF(2^128) as GCM has it (NIST SP 800-38D §6.3): an element is a polynomial over bits, bit i of the bigint is the coefficient of
 * x^i, and what is computed is reduced by x^128 + x^7 + x^2 + x + 1.
 */
const BITS = 128;
const WINDOW = 4n;
const MASK = (1n << 128n) - 1n;

/** The bits of each byte the other way round: GCM writes the coefficient of x^0 first. */
const MIRRORED = Array.from({ length: 256 }, (_, byte) =>
  Number.parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2),
);

/** Addition, and subtraction too. */
export function plus(a: bigint, b: bigint): bigint {
  return a ^ b;
}

export function times(a: bigint, b: bigint): bigint {
  const multiples = multiplesOf(a);
  let product = 0n;
  for (let at = BigInt(BITS) - WINDOW; at >= 0n; at -= WINDOW)
    product = (product << WINDOW) ^ (multiples[Number((b >> at) & 15n)] as bigint);
  return reduced(product);
}

/** a times each polynomial of degree below 4, not reduced. */
function multiplesOf(a: bigint): bigint[] {
  const all = [0n, a];
  for (let at = 2; at < 16; at++) {
    const half = (all[at >> 1] as bigint) << 1n;
    all.push(at % 2 === 0 ? half : half ^ a);
  }
  return all;
}

function reduced(product: bigint): bigint {
  let rest = product;
  while (rest > MASK) {
    const high = rest >> 128n;
    rest = (rest & MASK) ^ high ^ (high << 1n) ^ (high << 2n) ^ (high << 7n);
  }
  return rest;
}

/** Throws for 0. By Fermat: a^(2^128 − 2). */
export function inverse(a: bigint): bigint {
  if (a === 0n) throw new Error('0 has no inverse');
  let [power, result] = [a, 1n];
  for (let bit = 1; bit < BITS; bit++) {
    power = times(power, power);
    result = times(result, power);
  }
  return result;
}

/** At most 16 bytes; what is missing at the end is zero. */
export function fromBlock(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte, at) => sum | (BigInt(MIRRORED[byte] as number) << BigInt(8 * at)), 0n);
}

export function toBlock(element: bigint): Uint8Array {
  return Uint8Array.from(
    { length: BITS / 8 },
    (_, at) => MIRRORED[Number((element >> BigInt(8 * at)) & 255n)] as number,
  );
}
