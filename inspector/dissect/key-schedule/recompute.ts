/**
 * Computes a value of a key schedule again from what is shown of it: its algorithm, its label and its inputs. The hash
 * functions are passed in, so that code which had no part in the schedule can be asked.
 */
import { EMPTY, concat, fromHex, utf8, writeUint } from '#protocol/bytes';
import type { Derivation } from './derivation.ts';

export type RecomputeHash = 'SHA-256' | 'SHA-384';

/** What a page's Web Crypto has, and every other library too. */
export interface Hashing {
  readonly digest: (hash: RecomputeHash, bytes: Uint8Array) => Promise<Uint8Array>;
  readonly hmac: (hash: RecomputeHash, key: Uint8Array, message: Uint8Array) => Promise<Uint8Array>;
}

/** What a derivation is computed from. */
interface Given {
  readonly hashing: Hashing;
  readonly hash: RecomputeHash;
  readonly label: string;
  readonly inputs: readonly Uint8Array[];
  /** Bytes of the output. */
  readonly length: number;
}

type Recipe = (given: Given) => Promise<Uint8Array>;

const LENGTHS: Record<RecomputeHash, number> = { 'SHA-256': 32, 'SHA-384': 48 };

const RECIPES: Readonly<Record<string, Recipe>> = {
  'SHA-256': digestOf,
  'SHA-384': digestOf,
  HMAC: ({ hashing, hash, inputs: [key = EMPTY, message = EMPTY] }) => hashing.hmac(hash, key, message),
  /** RFC 5869 §2.2; RFC 8446 §7.1 puts zeros where there is nothing. */
  'HKDF-Extract': ({ hashing, hash, inputs: [salt = EMPTY, material = EMPTY] }) =>
    hashing.hmac(hash, orZeros(salt, hash), orZeros(material, hash)),
  /** The psk wire puts a zero byte between the label and the context. */
  'HKDF-Expand': (given) => expand(given, concat([utf8(given.label), Uint8Array.of(0), contextOf(given)])),
  'HKDF-Expand-Label': (given) => expand(given, labelInfo(given)),
  'PRF of TLS 1.2': prf,
  XOR: ({ inputs: [value = EMPTY, over = EMPTY] }) => Promise.resolve(xorEnd(value, over)),
};

/**
 * The output of a derivation, computed from `inputs` in its order (by default, those that it shows), or undefined for an
 * algorithm that has no recipe here.
 */
export async function recompute(
  { algorithm, label = '', inputs, length }: Derivation,
  hashing: Hashing,
  instead: readonly Uint8Array[] = inputs.map(({ value }) => fromHex(value)),
): Promise<Uint8Array | undefined> {
  const slice = /^bytes (\d+) to (\d+) of /.exec(algorithm);
  if (slice) return instead[0]?.slice(Number(slice[1]), Number(slice[2]) + 1);
  const [name = '', hash = name] = algorithm.split(', ');
  const recipe = RECIPES[name];
  if (!recipe || (!isHash(hash) && name !== 'XOR')) return undefined;
  return recipe({ hashing, hash: isHash(hash) ? hash : 'SHA-256', label, inputs: instead, length });
}

function isHash(name: string): name is RecomputeHash {
  return Object.hasOwn(LENGTHS, name);
}

function digestOf({ hashing, hash, inputs }: Given): Promise<Uint8Array> {
  return hashing.digest(hash, concat(inputs));
}

function orZeros(bytes: Uint8Array, hash: RecomputeHash): Uint8Array {
  return bytes.length === 0 ? new Uint8Array(LENGTHS[hash]) : bytes;
}

function contextOf({ inputs }: Given): Uint8Array {
  return inputs[1] ?? EMPTY;
}

/** HkdfLabel, RFC 8446 §7.1. */
function labelInfo(given: Given): Uint8Array {
  const name = utf8(`tls13 ${given.label}`);
  const context = contextOf(given);
  const length = new Uint8Array(2);
  writeUint(length, 0, 2, given.length);
  return concat([length, Uint8Array.of(name.length), name, Uint8Array.of(context.length), context]);
}

/** HKDF-Expand, RFC 5869 §2.3. */
async function expand(
  { hashing, hash, inputs: [secret = EMPTY], length }: Given,
  info: Uint8Array,
): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for (let n = 1; (n - 1) * LENGTHS[hash] < length; n++) {
    const before = blocks.at(-1) ?? EMPTY;
    blocks.push(await hashing.hmac(hash, secret, concat([before, info, Uint8Array.of(n)])));
  }
  return concat(blocks).slice(0, length);
}

/** The PRF of TLS 1.2, RFC 5246 §5. */
async function prf({
  hashing,
  hash,
  label,
  inputs: [secret = EMPTY, ...seeds],
  length,
}: Given): Promise<Uint8Array> {
  const seed = concat([utf8(label), ...seeds]);
  const blocks: Uint8Array[] = [];
  let a: Uint8Array = seed;
  while (blocks.length * LENGTHS[hash] < length) {
    a = await hashing.hmac(hash, secret, a);
    blocks.push(await hashing.hmac(hash, secret, concat([a, seed])));
  }
  return concat(blocks).slice(0, length);
}

/** `over`, which is not longer, laid over the end of `value`. */
function xorEnd(value: Uint8Array, over: Uint8Array): Uint8Array {
  const result = value.slice();
  const start = value.length - over.length;
  over.forEach((byte, at) => (result[start + at] = (result[start + at] ?? 0) ^ byte));
  return result;
}
