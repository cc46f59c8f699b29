/** X25519 and HKDF written out: the ladder of RFC 7748 with big integers, and HKDF from HMAC. */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';

type Identity = { publicKey: Uint8Array; privateKey: Uint8Array };

const P = 2n ** 255n - 19n;
const mod = (n: bigint): bigint => ((n % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

const fromLittle = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
const toLittle = (n: bigint): Buffer => Buffer.from(n.toString(16).padStart(64, '0'), 'hex').reverse();

function x25519(scalar: Uint8Array, point: Uint8Array): Buffer {
  if (scalar.length !== 32 || point.length !== 32) throw new RangeError('a key has 32 bytes');
  const k = (fromLittle(scalar) & ((1n << 254n) - 8n)) | (1n << 254n);
  const u = mod(fromLittle(point) & ((1n << 255n) - 1n));
  let [x2, z2, x3, z3, swapped] = [1n, 0n, u, 1n, 0n];
  for (let t = 254n; t >= 0n; t--) {
    const bit = (k >> t) & 1n;
    if (bit !== swapped) [x2, z2, x3, z3] = [x3, z3, x2, z2];
    swapped = bit;
    const [a, b, c, d] = [mod(x2 + z2), mod(x2 - z2), mod(x3 + z3), mod(x3 - z3)];
    const [aa, bb, da, cb] = [mod(a * a), mod(b * b), mod(d * a), mod(c * b)];
    const e = mod(aa - bb);
    [x3, z3] = [mod((da + cb) ** 2n), mod(u * (da - cb) ** 2n)];
    [x2, z2] = [mod(aa * bb), mod(e * (aa + 121665n * e))];
  }
  if (swapped) [x2, z2] = [x3, z3];
  return toLittle(mod(x2 * power(z2, P - 2n)));
}

export function createIdentity(): Identity {
  const privateKey = randomBytes(32);
  return { privateKey, publicKey: x25519(privateKey, toLittle(9n)) };
}

const secrets = new Map<string, Buffer>();

function secretOf(me: Identity, them: Uint8Array): Buffer {
  const pair = Buffer.concat([me.privateKey, them]).toString('hex');
  const secret = secrets.get(pair) ?? x25519(me.privateKey, them);
  secrets.set(pair, secret);
  if (!secret.some((byte) => byte !== 0))
    throw new Error('this public key gives the same secret to everyone');
  return secret;
}

function keyOf(secret: Buffer, from: Uint8Array, to: Uint8Array): Buffer {
  const prk = createHmac('sha256', Buffer.alloc(32)).update(secret).digest();
  return createHmac('sha256', prk).update('wireglass e2e1').update(from).update(to).update('\x01').digest();
}

const aad = (number: number): Buffer => Buffer.from(number.toString(16).padStart(16, '0'), 'hex');

export function sealFor(me: Identity, them: Uint8Array, number: number, text: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secretOf(me, them), me.publicKey, them), nonce);
  cipher.setAAD(aad(number));
  const parts = [nonce, cipher.update(text, 'utf8'), cipher.final()];
  return Buffer.concat([...parts, cipher.getAuthTag()]);
}

export function openFrom(me: Identity, them: Uint8Array, number: number, sealed: Uint8Array): string {
  const secret = secretOf(me, them);
  if (sealed.byteLength < 28) throw new Error('short');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret, them, me.publicKey), sealed.subarray(0, 12));
  decipher.setAAD(aad(number));
  decipher.setAuthTag(sealed.subarray(sealed.length - 16));
  return Buffer.concat([
    decipher.update(sealed.subarray(12, sealed.length - 16)),
    decipher.final(),
  ]).toString();
}

export function safetyNumber(one: Uint8Array, other: Uint8Array): string {
  const order = fromLittle(Buffer.from(one).reverse()) < fromLittle(Buffer.from(other).reverse());
  const hash = createHash('sha256').update('wireglass safety number');
  hash.update(order ? one : other).update(order ? other : one);
  let rest = BigInt(`0x${hash.digest('hex')}`);
  const groups: string[] = [];
  for (let i = 0; i < 8; i++, rest >>= 32n)
    groups.unshift(String((rest & 0xffffffffn) % 100000n).padStart(5, '0'));
  return groups.join(' ');
}
