/** Small functions that call themselves, an iterator of guesses, and a result type instead of exceptions inside. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

type Bytes = readonly number[];
type Oracle = (message: Uint8Array) => Promise<boolean>;

const bytes = (text: string): Bytes => [...new TextEncoder().encode(text)];
const xor = (a: Bytes, b: Bytes): number[] => a.map((byte, i) => byte ^ (b[i] ?? 0));

export function flipText(sealed: Uint8Array, was: string, wanted: string): Uint8Array {
  const difference = xor(bytes(was), bytes(wanted));
  if (bytes(was).length !== bytes(wanted).length || difference.length > 16)
    throw new TypeError('not with an IV');
  return Uint8Array.from(xor([...sealed], difference));
}

function* guesses(): Generator<number> {
  for (let value = 0x20; value < 0x120; value++) yield value & 0xff;
}

/** `tail`: what is known of the inner block, from its end. */
async function unravel(block: Bytes, tail: Bytes, ask: Oracle): Promise<Bytes> {
  if (tail.length === 16) return tail;
  const pad = tail.length + 1;
  const head = new Array<number>(16 - pad).fill(0x55);
  const right = (first: Bytes, value: number) =>
    ask(Uint8Array.from([...first, value ^ pad, ...tail.map((byte) => byte ^ pad), ...block]));
  for (const value of guesses()) {
    if (!(await right(head, value))) continue;
    if (pad === 1 && !(await right([...head.slice(0, -1), 0xaa], value))) continue;
    return unravel(block, [value, ...tail], ask);
  }
  throw new Error('no guess fits');
}

async function plainOf([before, block, ...rest]: Bytes[], ask: Oracle): Promise<Bytes> {
  if (!before || !block) return [];
  return [...xor(await unravel(block, [], ask), before), ...(await plainOf([block, ...rest], ask))];
}

export async function decryptWithOracle(sealed: Uint8Array, isPaddingRight: Oracle): Promise<string> {
  const blocks = Array.from({ length: sealed.length / 16 }, (_, i) => [
    ...sealed.subarray(16 * i, 16 * i + 16),
  ]);
  const plain = await plainOf(blocks, isPaddingRight);
  return new TextDecoder().decode(Uint8Array.from(plain.slice(0, plain.length - plain.at(-1)!)));
}

const hmac = (key: Uint8Array, body: Uint8Array) => createHmac('sha256', key).update(body).digest();

export function sealAndAuthenticate(encKey: Uint8Array, macKey: Uint8Array, text: string): Uint8Array {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', encKey, iv);
  const body = Buffer.concat([iv, cipher.update(text), cipher.final()]);
  return Buffer.concat([body, hmac(macKey, body)]);
}

function opened(encKey: Uint8Array, macKey: Uint8Array, sealed: Uint8Array): string | undefined {
  const split = Math.max(0, sealed.length - 32);
  const [body, mac] = [sealed.subarray(0, split), sealed.subarray(split)];
  if (body.length < 32 || !timingSafeEqual(mac, hmac(macKey, body))) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-cbc', encKey, body.subarray(0, 16));
    return Buffer.concat([decipher.update(body.subarray(16)), decipher.final()]).toString();
  } catch {
    return undefined;
  }
}

export function openAuthenticated(encKey: Uint8Array, macKey: Uint8Array, sealed: Uint8Array): string {
  const text = opened(encKey, macKey, sealed);
  if (text === undefined) throw 'refused';
  return text;
}
