/** The stand-in for `node:crypto` gives what Node gives, and refuses what Node refuses, in the same words. */
import crypto from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '#protocol/bytes';
import { nodeCrypto } from './crypto.ts';

interface Ciphering {
  setAAD?(aad: Uint8Array): unknown;
  setAuthTag?(tag: Uint8Array): unknown;
  getAuthTag?(): Uint8Array;
  setAutoPadding(pads: boolean): unknown;
  update(bytes: Uint8Array): Uint8Array | string;
  final(): Uint8Array | string;
}
interface Side {
  createCipheriv(name: string, key: Uint8Array, iv: Uint8Array | null): Ciphering;
  createDecipheriv(name: string, key: Uint8Array, iv: Uint8Array | null): Ciphering;
}

const theirs = crypto as unknown as Side;
const ours = nodeCrypto as unknown as Side;

const NAMES = [128, 192, 256].flatMap((bits) =>
  ['gcm', 'ctr', 'cbc', 'ecb'].map((mode) => [`aes-${bits}-${mode}`, bits / 8] as const),
);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 });

/** What each call gave, or how it was refused. */
function story(...steps: (() => unknown)[]): unknown[] {
  return steps.map((step) => {
    try {
      const value = step();
      return value instanceof Uint8Array ? toHex(value) : typeof value;
    } catch (error) {
      return (error as Error).message;
    }
  });
}

describe.each([...NAMES, ['chacha20-poly1305', 32] as const])('%s', (name, keyLength) => {
  const isSealed = name.endsWith('gcm') || name.startsWith('chacha');
  const ivLength = name.endsWith('ecb') ? 0 : isSealed ? 12 : 16;

  it('encrypts as Node does, and decrypts what it gave, in any pieces', () => {
    fc.assert(
      fc.property(bytes(keyLength), bytes(ivLength), pieces, fc.boolean(), (key, iv, parts, pads) => {
        const run = (side: Side): unknown[] => {
          const cipher = side.createCipheriv(name, key, iv);
          if (isSealed) cipher.setAAD?.(key);
          cipher.setAutoPadding(pads);
          const updates = parts.map((part) => () => cipher.update(part));
          return story(
            ...updates,
            () => cipher.final(),
            () => (isSealed ? cipher.getAuthTag?.() : 0),
          );
        };
        expect(run(ours)).toEqual(run(theirs));
      }),
      { numRuns: 40 },
    );
  });

  it('decrypts, and refuses, as Node does, whatever has come', () => {
    fc.assert(
      fc.property(
        bytes(keyLength),
        bytes(ivLength),
        fc.array(bytes(16), { maxLength: 4 }),
        fc.uint8Array({ maxLength: 3 }),
        fc.boolean(),
        (key, iv, blocks, rest, pads) => {
          const run = (side: Side): unknown[] => {
            const cipher = side.createDecipheriv(name, key, iv);
            if (isSealed) cipher.setAuthTag?.(new Uint8Array(16));
            cipher.setAutoPadding(pads);
            const updates = [...blocks, rest].map((part) => () => cipher.update(part));
            return story(...updates, () => cipher.final());
          };
          expect(run(ours)).toEqual(run(theirs));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('opens what Node has encrypted, and only with every bit of it', () => {
    const [key, iv, text] = [
      crypto.randomBytes(keyLength),
      crypto.randomBytes(ivLength),
      crypto.randomBytes(37),
    ];
    const cipher = theirs.createCipheriv(name, key, iv);
    const sealed = Buffer.concat([cipher.update(text) as Uint8Array, cipher.final() as Uint8Array]);
    const tag = isSealed ? (cipher.getAuthTag?.() as Uint8Array) : undefined;
    const open = (given: Uint8Array): Uint8Array => {
      const decipher = ours.createDecipheriv(name, key, iv);
      if (tag) decipher.setAuthTag?.(given);
      return Buffer.concat([decipher.update(sealed) as Uint8Array, decipher.final() as Uint8Array]);
    };
    expect(toHex(open(tag ?? text))).toBe(toHex(text));
    if (!tag) return;
    const changed = Uint8Array.from(tag);
    changed[15] = (changed[15] as number) ^ 1;
    expect(() => open(changed)).toThrow('Unsupported state or unable to authenticate data');
  });
});

describe('what is not secret or not a cipher', () => {
  it.each(['sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'SHA-256'])(
    'is hashed with %s as by Node',
    (name) => {
      fc.assert(
        fc.property(fc.uint8Array(), fc.string(), (key, text) => {
          const run = (side: typeof crypto) => [
            side.createHash(name).update(text).update(key).digest('hex'),
            side.createHmac(name, key).update(text, 'utf8').digest('base64'),
            Buffer.from(side.hkdfSync(name, key, text, 'info', 40)).toString('hex'),
          ];
          expect(run(nodeCrypto as unknown as typeof crypto)).toEqual(run(crypto));
        }),
        { numRuns: 20 },
      );
    },
  );

  it('is compared, filled and wrapped as by Node', () => {
    expect(nodeCrypto.timingSafeEqual(new Uint8Array([1, 2]), new Uint8Array([1, 2]))).toBe(true);
    expect(nodeCrypto.timingSafeEqual(new Uint8Array([1, 2]), new Uint8Array([1, 3]))).toBe(false);
    expect(() => nodeCrypto.timingSafeEqual(new Uint8Array(1), new Uint8Array(2))).toThrow(
      'Input buffers must have the same byte length',
    );
    const random = nodeCrypto.randomBytes(70_000);
    expect(random).toHaveLength(70_000);
    expect(new Set(random.subarray(65_536)).size).toBeGreaterThan(200);
    const key = nodeCrypto.createSecretKey(crypto.randomBytes(32));
    expect(key.symmetricKeySize).toBe(32);
    expect(nodeCrypto.createCipheriv('aes-256-gcm', key, new Uint8Array(12)).update('text')).toHaveLength(4);
  });

  it.each([
    ['an unknown cipher', () => ['aes-512-gcm', 32, 12] as const],
    ['a short key', () => ['aes-256-gcm', 16, 12] as const],
    ['a short iv', () => ['aes-256-cbc', 32, 12] as const],
    ['no nonce', () => ['aes-256-gcm', 32, 0] as const],
  ])('is refused as by Node with %s', (_, given) => {
    const [name, key, iv] = given();
    const run = (side: Side) => () => side.createCipheriv(name, new Uint8Array(key), new Uint8Array(iv));
    expect(story(run(ours))).toEqual(story(run(theirs)));
  });

  it('refuses a tag of a length that there is not, and reads one in base64', () => {
    const key = new Uint8Array(32);
    const decipher = nodeCrypto.createDecipheriv('aes-256-gcm', key, new Uint8Array(12));
    expect(() => decipher.setAuthTag(new Uint8Array(3))).toThrow('Invalid authentication tag length: 3');
    expect(() => decipher.setAuthTag(Buffer.alloc(16).toString('base64'), 'base64')).not.toThrow();
  });
});
