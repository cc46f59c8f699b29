/** X25519 from Node; HKDF, AES and SHA-256 with WebCrypto. Everything is a promise. */
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';

type Bytes = Uint8Array<ArrayBuffer>;
interface Identity {
  publicKey: Uint8Array;
  privateKey: Uint8Array;
}

const { subtle } = globalThis.crypto;
const text = new TextEncoder();
const b64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const joined = (...parts: Uint8Array[]): Bytes => new Uint8Array(parts.flatMap((part) => [...part]));

export async function createIdentity(): Promise<Identity> {
  const { privateKey } = generateKeyPairSync('x25519');
  const { x, d } = privateKey.export({ format: 'jwk' });
  return {
    publicKey: new Uint8Array(Buffer.from(x!, 'base64url')),
    privateKey: new Uint8Array(Buffer.from(d!, 'base64url')),
  };
}

async function key(me: Identity, them: Uint8Array, isMine: boolean): Promise<CryptoKey> {
  const okp = { kty: 'OKP', crv: 'X25519' };
  const secret = diffieHellman({
    privateKey: createPrivateKey({
      key: { ...okp, x: b64(me.publicKey), d: b64(me.privateKey) },
      format: 'jwk',
    }),
    publicKey: createPublicKey({ key: { ...okp, x: b64(them) }, format: 'jwk' }),
  });
  const [from, to] = isMine ? [me.publicKey, them] : [them, me.publicKey];
  const base = await subtle.importKey('raw', new Uint8Array(secret), 'HKDF', false, ['deriveKey']);
  const info = joined(text.encode('wireglass e2e1'), from, to);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info };
  return subtle.deriveKey(hkdf, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

function params(iv: Bytes, number: number) {
  const additionalData = new Uint8Array(8);
  for (let i = 7, rest = number; i >= 0; i--, rest = Math.floor(rest / 256)) additionalData[i] = rest % 256;
  return { name: 'AES-GCM', iv, additionalData, tagLength: 128 };
}

export async function sealFor(
  me: Identity,
  them: Uint8Array,
  number: number,
  message: string,
): Promise<Bytes> {
  const iv = globalThis.crypto.getRandomValues(new Uint8Array(12));
  const sealed = await subtle.encrypt(params(iv, number), await key(me, them, true), text.encode(message));
  return joined(iv, new Uint8Array(sealed));
}

export async function openFrom(
  me: Identity,
  them: Uint8Array,
  number: number,
  sealed: Uint8Array,
): Promise<string> {
  const iv = new Uint8Array(sealed.slice(0, 12));
  const body = new Uint8Array(sealed.slice(12));
  return Buffer.from(await subtle.decrypt(params(iv, number), await key(me, them, false), body)).toString();
}

export async function safetyNumber(...keys: Uint8Array[]): Promise<string> {
  const sorted = keys.map((each) => Buffer.from(each).toString('hex')).sort();
  const bytes = joined(text.encode('wireglass safety number'), Buffer.from(sorted.join(''), 'hex'));
  const hex = Buffer.from(await subtle.digest('SHA-256', bytes)).toString('hex');
  return hex
    .match(/.{8}/g)!
    .map((group) => (parseInt(group, 16) % 1e5).toString().padStart(5, '0'))
    .join(' ');
}
