/** How lab 12 seals and opens, written a second time: the checks compare the learner's code with it. */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
} from 'node:crypto';
import { fail, inHex } from '#judge/failure';
import type { Random } from '#judge/random';
import { concat, fromHex, fromUtf8, utf8, writeUint } from '#protocol/bytes';

export const KEY_LENGTH = 32;
export const NONCE_LENGTH = 12;
export const TAG_LENGTH = 16;

export interface Identity {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

export function identityFrom(random: Random): Identity {
  const privateKey = random.bytes(KEY_LENGTH);
  const key = createPrivateKey({ key: concat([PKCS8, privateKey]) as Buffer, format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return { publicKey: Uint8Array.from(Buffer.from(x, 'base64url')), privateKey };
}

/** What stands before the 32 bytes of an X25519 key in DER: RFC 8410 §4 and §7. */
const SPKI = fromHex('302a300506032b656e032100');
const PKCS8 = fromHex('302e020100300506032b656e04220420');

export function secretOf({ privateKey }: Identity, publicKey: Uint8Array): Uint8Array {
  try {
    return diffieHellman({
      privateKey: createPrivateKey({ key: Buffer.concat([PKCS8, privateKey]), format: 'der', type: 'pkcs8' }),
      publicKey: createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' }),
    });
  } catch {
    return fail({ what: 'no secret can be made with this public key', got: inHex(publicKey) });
  }
}

interface Direction {
  readonly sender: Uint8Array;
  readonly receiver: Uint8Array;
}

export function keyOf(secret: Uint8Array, { sender, receiver }: Direction): Uint8Array {
  const info = concat([utf8('wireglass e2e1'), sender, receiver]);
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), info, KEY_LENGTH));
}

export interface Message {
  readonly me: Identity;
  /** Public key. */
  readonly them: Uint8Array;
  readonly number: number;
}

export function sealOurselves({ me, them, number }: Message, nonce: Uint8Array, text: string): Uint8Array {
  const key = keyOf(secretOf(me, them), { sender: me.publicKey, receiver: them });
  return sealUnder(key, { number, nonce, text });
}

interface Sealing {
  readonly number: number;
  readonly nonce: Uint8Array;
  readonly text: string;
}

export function sealUnder(key: Uint8Array, { number, nonce, text }: Sealing): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bytesOfNumber(number));
  const ciphertext = concat([cipher.update(text, 'utf8'), cipher.final()]);
  return concat([nonce, ciphertext, cipher.getAuthTag()]);
}

export function openOurselves({ me, them, number }: Message, sealed: Uint8Array): string | undefined {
  const key = keyOf(secretOf(me, them), { sender: them, receiver: me.publicKey });
  return openUnder(key, bytesOfNumber(number), sealed);
}

/** For a verdict: the mistake under which a message opens that should have opened without one. */
export function whatOpens({ me, them, number }: Message, sealed: Uint8Array): string {
  const secret = secretOf(me, them);
  const direction = { sender: them, receiver: me.publicKey };
  const key = keyOf(secret, direction);
  const reflected = keyOf(secret, { sender: me.publicKey, receiver: them });
  const data = bytesOfNumber(number);
  const mistakes: readonly (readonly [string, Uint8Array, Uint8Array])[] = [
    ['with the key of the other direction', reflected, data],
    ['with the secret itself as the key', secret, data],
    ['without additional data', key, new Uint8Array()],
    ['with the additional data in reverse order', key, data.toReversed()],
  ];
  const found = mistakes.find(([, ...rest]) => openUnder(...rest, sealed) !== undefined);
  return found ? `a message that opens ${found[0]}` : `${sealed.length} bytes that do not open`;
}

/** For a verdict: what the receiver of a message must come to. */
export function valuesOf({ me, them, number }: Message): string {
  const key = keyOf(secretOf(me, them), { sender: them, receiver: me.publicKey });
  return `a message with the key ${inHex(key)} and the additional data ${inHex(bytesOfNumber(number))}`;
}

function openUnder(key: Uint8Array, data: Uint8Array, sealed: Uint8Array): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_LENGTH));
  decipher.setAAD(data).setAuthTag(sealed.subarray(-TAG_LENGTH));
  try {
    return fromUtf8(concat([decipher.update(sealed.subarray(NONCE_LENGTH, -TAG_LENGTH)), decipher.final()]));
  } catch {
    return undefined;
  }
}

function bytesOfNumber(number: number): Uint8Array {
  const bytes = new Uint8Array(8);
  writeUint(bytes, 0, 8, number);
  return bytes;
}
