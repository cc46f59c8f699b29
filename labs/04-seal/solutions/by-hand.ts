/** GCM put together from AES alone: counter mode, and a MAC that multiplies in a field of 2^128 elements. */
import { createCipheriv, randomFillSync, timingSafeEqual } from 'node:crypto';

type Block = bigint;
const R = 0xe1n << 120n;

const toBlock = (bytes: Uint8Array): Block =>
  BigInt(`0x${Buffer.from(bytes).toString('hex').padEnd(32, '0')}`);
const toBytes = (block: Block): Buffer => Buffer.from(block.toString(16).padStart(32, '0'), 'hex');

function* blocks(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 16) yield bytes.subarray(at, at + 16);
}

function times(x: Block, y: Block): Block {
  let product = 0n;
  let power = y;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) product ^= power;
    power = power & 1n ? (power >> 1n) ^ R : power >> 1n;
  }
  return product;
}

function gcm(key: Uint8Array, nonce: Uint8Array) {
  const aes = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const h = toBlock(aes.update(Buffer.alloc(16)));
  const counter = (count: number): Buffer => {
    const block = Buffer.alloc(16);
    block.set(nonce);
    block.writeUInt32BE(count, 12);
    return aes.update(block);
  };
  return {
    crypt(input: Uint8Array): Buffer {
      const out = Buffer.from(input);
      let count = 2;
      for (const block of blocks(out))
        counter(count++).forEach((byte, i) => i < block.length && (block[i]! ^= byte));
      return out;
    },
    tag(ciphertext: Uint8Array): Buffer {
      let hash = 0n;
      for (const block of blocks(ciphertext)) hash = times(hash ^ toBlock(block), h);
      hash = times(hash ^ BigInt(ciphertext.length * 8), h);
      return toBytes(hash ^ toBlock(counter(1)));
    },
  };
}

export function encryptMessage(key: Uint8Array, text: string): string {
  const nonce = randomFillSync(new Uint8Array(12));
  const { crypt, tag } = gcm(key, nonce);
  const ciphertext = crypt(Buffer.from(text, 'utf8'));
  return Buffer.concat([nonce, ciphertext, tag(ciphertext)]).toString('base64');
}

export function decryptMessage(key: Uint8Array, sealed: string): string {
  if (/[^\w+/=]|_/.test(sealed)) throw new Error('not base64');
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < 28) throw new Error('no room for nonce and tag');
  const { crypt, tag } = gcm(key, bytes.subarray(0, 12));
  const ciphertext = bytes.subarray(12, bytes.length - 16);
  if (!timingSafeEqual(tag(ciphertext), bytes.subarray(bytes.length - 16))) throw new Error('wrong tag');
  return crypt(ciphertext).toString('utf8');
}
