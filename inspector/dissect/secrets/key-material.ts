/** Keys that open more than one connection, beyond the lines of a key log: shared keys, and a server's RSA key. */
import { type Constructed, Integer, ObjectIdentifier, OctetString, Sequence, fromBER } from 'asn1js';
import { type RsaPrivateKey, toInteger } from '../crypto/rsa.ts';

export type KeyMaterial =
  /**
   * A pre-shared key: of the psk wire, or of a TLS suite with PSK. With an id it is tried only where that id crossed
   * the wire, without one everywhere.
   */
  | { readonly kind: 'psk'; readonly id?: string; readonly key: Uint8Array }
  /** The private key of a server's certificate: PEM, PKCS#8 (`PRIVATE KEY`) or PKCS#1 (`RSA PRIVATE KEY`). */
  | { readonly kind: 'rsa'; readonly pem: string };

/** Says in a sentence for the user why a text is not a key. It never repeats the text. */
export class KeyMaterialError extends Error {}

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g;
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
/** RFC 8017 §A.1.2: version, n, e, d, p, q, dP, dQ, qInv. */
const PKCS1_INTEGERS = 9;
/** Bits of a modulus: shorter ones are broken, longer ones take seconds for each connection. */
const [MIN_BITS, MAX_BITS] = [512, 8192];

/** The first RSA private key of a PEM text; certificates before it are passed over. Throws `KeyMaterialError`. */
export function parseRsaKey(pem: string): RsaPrivateKey {
  const labels: string[] = [];
  for (const [, label = '', body = ''] of pem.matchAll(PEM)) {
    if (body.includes('ENCRYPTED') || label.startsWith('ENCRYPTED')) {
      throw new KeyMaterialError('the private key is encrypted under a pass phrase; decrypt it first');
    }
    if (label === 'PRIVATE KEY') return pkcs1(inPkcs8(fromBase64(body)));
    if (label === 'RSA PRIVATE KEY') return pkcs1(fromBase64(body));
    labels.push(label);
  }
  const found = labels.length === 0 ? 'it is not PEM' : `it holds: ${labels.join(', ')}`;
  throw new KeyMaterialError(`there is no RSA private key in it (${found})`);
}

/** PrivateKeyInfo of RFC 5208 §5: version, algorithm, the key in an octet string. */
function inPkcs8(der: Uint8Array): Uint8Array {
  const [, algorithm, key] = elements(der);
  const oid = algorithm instanceof Sequence ? algorithm.valueBlock.value[0] : undefined;
  if (!(oid instanceof ObjectIdentifier) || !(key instanceof OctetString)) throw damaged();
  const name = oid.valueBlock.toString();
  if (name === RSA_ENCRYPTION) return key.valueBlock.valueHexView;
  throw new KeyMaterialError('the private key is not an RSA key, and no other kind opens a recording');
}

function pkcs1(der: Uint8Array): RsaPrivateKey {
  const integers = elements(der).map((element) => {
    if (!(element instanceof Integer)) throw damaged();
    return toInteger(element.valueBlock.valueHexView);
  });
  if (integers.length !== PKCS1_INTEGERS) throw damaged();
  const [, modulus, , privateExponent, prime1, prime2, exponent1, exponent2, coefficient] = integers as Nine;
  const bits = modulus.toString(2).length;
  if (prime1 * prime2 !== modulus) throw damaged();
  // Numbers longer than the primes belong to no key, and could keep the computation busy without limit.
  if (exponent1 >= prime1 || exponent2 >= prime2 || coefficient >= prime1) throw damaged();
  if (bits < MIN_BITS || bits > MAX_BITS)
    throw new KeyMaterialError(`RSA keys of ${bits} bits are not read here`);
  return { modulus, privateExponent, prime1, prime2, exponent1, exponent2, coefficient };
}

type Nine = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];

function elements(der: Uint8Array): Constructed['valueBlock']['value'] {
  const result = parsed(der);
  if (!(result instanceof Sequence)) throw damaged();
  return result.valueBlock.value;
}

/** The parser returns most faults, but throws some. */
function parsed(der: Uint8Array): unknown {
  try {
    const { offset, result } = fromBER(new Uint8Array(der));
    return offset === -1 ? undefined : result;
  } catch {
    return undefined;
  }
}

function damaged(): KeyMaterialError {
  return new KeyMaterialError('the private key is damaged: its parts are not those of an RSA key');
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes of base64 (RFC 4648 §4); white space does not count. */
function fromBase64(text: string): Uint8Array {
  const digits = text.replace(/\s|=+\s*$/g, '');
  const out = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const digit of digits) {
    const value = DIGITS.indexOf(digit);
    if (value < 0) throw new KeyMaterialError('the text between the PEM lines is not base64');
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out[at++] = (held >> bits) & 0xff;
  }
  return out;
}
