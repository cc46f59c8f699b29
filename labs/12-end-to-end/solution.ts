/** Messages that only the two ends can open: X25519 for a secret, HKDF for a key in each direction, AES-256-GCM to seal. */
import {
  type KeyObject,
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
} from 'node:crypto';

const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** 32 bytes each. */
export interface Identity {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

export function createIdentity(): Identity {
  const { x = '', d = '' } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  return { publicKey: Buffer.from(x, 'base64url'), privateKey: Buffer.from(d, 'base64url') };
}

/** `number`: which message it is in this direction, from 0. */
export function sealFor(me: Identity, them: Uint8Array, number: number, text: string): Uint8Array {
  const key = keyBetween({ me, them, sender: me.publicKey, receiver: them });
  const nonce = randomBytes(NONCE_LENGTH);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bytesOf(number));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
}

/** Throws when they did not seal this for me under this number, or when it was changed. */
export function openFrom(me: Identity, them: Uint8Array, number: number, sealed: Uint8Array): string {
  if (sealed.length < NONCE_LENGTH + TAG_LENGTH) throw new Error('too short');
  const key = keyBetween({ me, them, sender: them, receiver: me.publicKey });
  const rest = sealed.subarray(NONCE_LENGTH);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_LENGTH));
  decipher.setAAD(bytesOf(number)).setAuthTag(rest.subarray(-TAG_LENGTH));
  const plain = Buffer.concat([decipher.update(rest.subarray(0, -TAG_LENGTH)), decipher.final()]);
  return plain.toString('utf8');
}

interface Direction {
  readonly me: Identity;
  readonly them: Uint8Array;
  readonly sender: Uint8Array;
  readonly receiver: Uint8Array;
}

/** Both ends get the same secret; the info makes another key of it for each direction, and binds it to both people. */
function keyBetween({ me, them, sender, receiver }: Direction): Uint8Array {
  // Throws for a public key of low order, with which the secret would be zeros whatever the private key is.
  const secret = diffieHellman({ privateKey: privateKeyOf(me), publicKey: publicKeyOf(them) });
  const info = Buffer.concat([Buffer.from('wireglass e2e1'), sender, receiver]);
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), info, 32));
}

/** The same on both sides: the keys are put in order first. */
export function safetyNumber(one: Uint8Array, other: Uint8Array): string {
  const keys = [one, other].sort((a, b) => Buffer.compare(a, b));
  const hash = createHash('sha256').update('wireglass safety number');
  for (const key of keys) hash.update(key);
  const digest = hash.digest();
  const groups = Array.from({ length: 8 }, (_, i) => digest.readUInt32BE(4 * i) % 100_000);
  return groups.map((group) => String(group).padStart(5, '0')).join(' ');
}

function publicKeyOf(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: base64url(raw) }, format: 'jwk' });
}

function privateKeyOf({ publicKey, privateKey }: Identity): KeyObject {
  const key = { kty: 'OKP', crv: 'X25519', x: base64url(publicKey), d: base64url(privateKey) };
  return createPrivateKey({ key, format: 'jwk' });
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** Eight bytes, the most significant first. */
function bytesOf(number: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
}
