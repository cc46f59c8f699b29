/** SubjectPublicKeyInfo (RFC 5280 §4.1.2.7, RFC 3279, RFC 5480, RFC 8410). */
import type { Field } from '#protocol/field';
import { bytes, dictionary, group, number, text } from '../fields/dictionary.ts';
import type { Reading } from '../fields/field-reader.ts';
import { ALGORITHM_FIELDS, algorithmField } from './algorithm.ts';
import { type DerNode, TAG, expected, isUniversal, oidOf, parseDer, partsOf } from './der.ts';
import { CURVES } from './oids.ts';
import { type Faults, bitsField, integerBytes, integerField, nodeField, readDer } from './shape.ts';

const RSA = 'RFC 3279 §2.3.1';
const EC = 'RFC 5480 §2.2';

export const PUBLIC_KEY_FIELDS = dictionary('RFC 5280 §4.1.2.7', {
  algorithm: group('For which algorithm the key is.', ALGORITHM_FIELDS),
  curve: text('The elliptic curve on which the key is a point.', 'RFC 5480 §2.1.1'),
  key_size: number('Bits of the key. RSA below 2,048 is too short today; 256 are plenty on a curve.'),
  modulus: bytes(
    'The modulus n: a product of two secret primes. Anyone who factors it has the private key.',
    RSA,
  ),
  exponent: number('The public exponent e, nearly always 65537.', RSA),
  point: bytes('The point on the curve: 04 and both coordinates, or 02 or 03 and one of them.', EC),
  key: bytes('The public key as it is.', 'RFC 8410 §4'),
});

const F = PUBLIC_KEY_FIELDS;
/** Keys whose length the algorithm fixes. */
const FIXED_BITS: Readonly<Record<string, number>> = { Ed25519: 256, X25519: 256, Ed448: 456, X448: 448 };

/** The key from `start` to before `end`, and nothing else (RFC 7250 §3). Never throws. */
export function readPublicKeyInfo(all: Uint8Array, start: number, end: number): Reading {
  return readDer('RFC 7250 §3', [all, start, end], readPublicKey);
}

/** Reads the fields of the key; returns what the key is, in words. */
export function readPublicKey(node: DerNode, children: Field[], faults: Faults): string {
  const [algorithm, key] = partsOf(node, 'the public key');
  const named = algorithmField(F.algorithm, algorithm, faults);
  children.push(named);
  const bits = expected(key, TAG.bitString, 'the bits of the public key');
  switch (named.value) {
    case 'rsaEncryption':
    case 'rsassaPss':
      return readRsa(bits, children);
    case 'ecPublicKey':
      return readEc(bits, algorithm?.children[1], children);
    default:
      children.push(bitsField(F.key, bits));
      return withSize(String(named.value), FIXED_BITS[String(named.value)], bits, children);
  }
}

function readRsa(bits: DerNode, children: Field[]): string {
  const [modulus, exponent] = partsOf(parseDer(bits.bytes, bits.content + 1, bits.end), 'the RSA key');
  const n = integerBytes(expected(modulus, TAG.integer, 'the modulus'));
  children.push(integerField(F.modulus, modulus as DerNode));
  children.push(integerField(F.exponent, expected(exponent, TAG.integer, 'the exponent')));
  const size = n.length === 0 ? 0 : n.length * 8 - (Math.clz32(n[0] as number) - 24);
  return withSize('RSA', size, modulus as DerNode, children);
}

function readEc(bits: DerNode, parameters: DerNode | undefined, children: Field[]): string {
  let name = 'a curve of its own';
  let size: number | undefined;
  if (isUniversal(parameters, TAG.oid)) {
    const oid = oidOf(parameters, 'the curve');
    name = CURVES[oid]?.name ?? oid;
    size = CURVES[oid]?.bits;
    children.push(nodeField(F.curve, parameters, name));
  }
  children.push(bitsField(F.point, bits));
  return withSize(`EC ${name}`, size, bits, children);
}

function withSize(name: string, size: number | undefined, key: DerNode, children: Field[]): string {
  if (size === undefined) return name;
  children.push(nodeField(F.key_size, key, size));
  return `${name}, ${size} bits`;
}
