/**
 * RSA for an onlooker who holds the server's private key: RSAES-PKCS1-v1_5 decryption (RFC 8017 §7.2.2) of what
 * a TLS 1.2 client encrypted with the certificate's key. It runs on recordings, so its timing tells nobody
 * anything; it must not be used to answer a live peer.
 */
import { EMPTY } from '#protocol/bytes';

/** RFC 8017 §3.2, second representation: everything but the public exponent, which decrypting does not need. */
export interface RsaPrivateKey {
  readonly modulus: bigint;
  readonly privateExponent: bigint;
  readonly prime1: bigint;
  readonly prime2: bigint;
  readonly exponent1: bigint;
  readonly exponent2: bigint;
  readonly coefficient: bigint;
}

/** Shortest run of random bytes before the message, RFC 8017 §7.2.1. */
const MIN_PADDING = 8;

/** Bytes of the modulus: as many as a ciphertext under this key has. */
export function modulusLength({ modulus }: RsaPrivateKey): number {
  return Math.ceil(modulus.toString(16).length / 2);
}

/** The message, or `undefined` when the ciphertext is not one of this key. */
export function rsaDecrypt(key: RsaPrivateKey, ciphertext: Uint8Array): Uint8Array | undefined {
  const length = modulusLength(key);
  const encrypted = toInteger(ciphertext);
  if (ciphertext.length !== length || encrypted >= key.modulus) return undefined;
  return unpad(toBytes(power(key, encrypted), length));
}

/** EM = 00 02 ‖ at least eight bytes that are not zero ‖ 00 ‖ message. */
function unpad(encoded: Uint8Array): Uint8Array | undefined {
  if (encoded[0] !== 0 || encoded[1] !== 2) return undefined;
  const end = encoded.indexOf(0, 2);
  return end < 2 + MIN_PADDING ? undefined : encoded.subarray(end + 1);
}

/** By the Chinese remainder theorem, a quarter of the work of c^d mod n (RFC 8017 §5.1.2). */
function power({ prime1, prime2, exponent1, exponent2, coefficient }: RsaPrivateKey, base: bigint): bigint {
  const m1 = modPow(base % prime1, exponent1, prime1);
  const m2 = modPow(base % prime2, exponent2, prime2);
  const h = ((((m1 - m2) % prime1) + prime1) * coefficient) % prime1;
  return m2 + prime2 * h;
}

/** base^exponent mod modulus, by squaring. */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (const bit of [...exponent.toString(2)].reverse()) {
    if (bit === '1') result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

export function toInteger(bytes: Uint8Array): bigint {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex === '' ? 0n : BigInt(`0x${hex}`);
}

function toBytes(value: bigint, length: number): Uint8Array {
  const hex = value.toString(16).padStart(2 * length, '0');
  if (hex.length > 2 * length) return EMPTY;
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
