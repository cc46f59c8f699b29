/** The key schedules of TLS 1.3 (RFC 8446 §7) and TLS 1.2 (RFC 5246 §5, §6.3, §8.1) as functions of their inputs. */
import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { EMPTY, concat, utf8, writeUint } from '#protocol/bytes';
import { AEADS, type AeadName, BLOCK_CIPHERS } from '../crypto/record-ciphers.ts';
import type { TlsSuite } from './suites.ts';

export interface TrafficKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** What one direction of TLS 1.2 seals with; `mac` is empty in a suite with an AEAD. */
export interface RecordKeys extends TrafficKeys {
  readonly mac: Uint8Array;
}

export interface Randoms {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

export type HashName = TlsSuite['hash'];
/** Hash of the PRF: the suite's in TLS 1.2, both together before it (RFC 4346 §5). */
export type PrfHash = HashName | 'md5-sha1';

const HASHES = { sha256, sha384 } as const;
const MASTER_LENGTH = 48;

export function hashLength(hash: HashName): number {
  return HASHES[hash].outputLen;
}

export function digest(hash: HashName, bytes: Uint8Array): Uint8Array {
  return HASHES[hash](bytes);
}

/** HKDF-Extract, RFC 5869 §2.2. A salt or a keying material of no bytes stands for zeros as long as the hash (RFC 8446 §7.1). */
export function hkdfExtract(hash: HashName, salt: Uint8Array, material: Uint8Array): Uint8Array {
  const zeros = new Uint8Array(hashLength(hash));
  const given = material.length === 0 ? zeros : material;
  return extract(HASHES[hash], given, salt.length === 0 ? zeros : salt);
}

/** HKDF-Expand-Label, RFC 8446 §7.1. `length` is in bytes. */
export function expandLabel(
  hash: HashName,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const name = utf8(`tls13 ${label}`);
  const info = new Uint8Array(2 + 1 + name.length + 1 + context.length);
  writeUint(info, 0, 2, length);
  info[2] = name.length;
  info.set(name, 3);
  info[3 + name.length] = context.length;
  info.set(context, 4 + name.length);
  return expand(HASHES[hash], secret, info, length);
}

/** Derive-Secret, RFC 8446 §7.1: `messages` are those whose hash goes in, one after the other. */
export function deriveSecret(
  hash: HashName,
  secret: Uint8Array,
  label: string,
  messages: Uint8Array,
): Uint8Array {
  return expandLabel(hash, secret, label, digest(hash, messages), hashLength(hash));
}

/** The secret of the next stage, RFC 8446 §7.1: early, handshake, master. `material` is empty where there is none. */
export function nextStage(hash: HashName, secret: Uint8Array, material: Uint8Array): Uint8Array {
  return hkdfExtract(hash, deriveSecret(hash, secret, 'derived', EMPTY), material);
}

/** Finished and PSK binders, RFC 8446 §4.4.4: `base` is a traffic secret or the binder key. */
export function finishedMac(hash: HashName, base: Uint8Array, transcriptHash: Uint8Array): Uint8Array {
  const key = expandLabel(hash, base, 'finished', EMPTY, hashLength(hash));
  return hmac(HASHES[hash], key, transcriptHash);
}

/** Key and iv of a TLS 1.3 traffic secret, RFC 8446 §7.3. */
export function trafficKeys(hash: HashName, aead: AeadName, secret: Uint8Array): TrafficKeys {
  return {
    key: expandLabel(hash, secret, 'key', EMPTY, AEADS[aead].keyLength),
    iv: expandLabel(hash, secret, 'iv', EMPTY, 12),
  };
}

/** The traffic secret after a KeyUpdate, RFC 8446 §7.2. */
export function nextTrafficSecret(hash: HashName, secret: Uint8Array): Uint8Array {
  return expandLabel(hash, secret, 'traffic upd', EMPTY, hashLength(hash));
}

/** The PRF of RFC 5246 §5, or that of RFC 4346 §5 for `md5-sha1`. `length` is in bytes. */
export function prf(
  hash: PrfHash,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const labelled = concat([utf8(label), seed]);
  if (hash !== 'md5-sha1') return pHash(HASHES[hash], secret, labelled, length);
  const half = Math.ceil(secret.length / 2);
  const left = pHash(md5, secret.subarray(0, half), labelled, length);
  const right = pHash(sha1, secret.subarray(secret.length - half), labelled, length);
  return left.map((byte, i) => byte ^ (right[i] as number));
}

/** P_hash, RFC 5246 §5. */
function pHash(
  hash: typeof sha256 | typeof md5,
  secret: Uint8Array,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const out = new Uint8Array(length);
  let a: Uint8Array = seed;
  for (let at = 0; at < length; at += hash.outputLen) {
    a = hmac(hash, secret, a);
    const block = hmac(hash, secret, concat([a, seed]));
    out.set(block.subarray(0, length - at), at);
  }
  return out;
}

/** The premaster secret of a suite with a shared key, RFC 4279 §2; `other` is zeros as long as the key by default. */
export function pskPremaster(
  shared: Uint8Array,
  other: Uint8Array = new Uint8Array(shared.length),
): Uint8Array {
  const out = new Uint8Array(2 + other.length + 2 + shared.length);
  writeUint(out, 0, 2, other.length);
  out.set(other, 2);
  writeUint(out, 2 + other.length, 2, shared.length);
  out.set(shared, 4 + other.length);
  return out;
}

/** The master secret, RFC 5246 §8.1. 48 bytes. */
export function masterSecret(hash: PrfHash, premaster: Uint8Array, { client, server }: Randoms): Uint8Array {
  return prf(hash, premaster, 'master secret', concat([client, server]), MASTER_LENGTH);
}

/** The extended master secret, RFC 7627 §4. `messages`: client hello to client key exchange, both included. */
export function extendedMasterSecret(hash: PrfHash, premaster: Uint8Array, messages: Uint8Array): Uint8Array {
  const digest = hash === 'md5-sha1' ? concat([md5(messages), sha1(messages)]) : HASHES[hash](messages);
  return prf(hash, premaster, 'extended master secret', digest, MASTER_LENGTH);
}

/** Bytes of one direction's parts of the key block, RFC 5246 §6.3. */
export interface KeyBlockShape {
  readonly mac: number;
  readonly key: number;
  readonly iv: number;
}

const MAC_LENGTHS = { md5: 16, sha1: 20, sha256: 32, sha384: 48 } as const;

/**
 * The parts that a suite takes from the key block: nothing for a suite that is not opened here. GCM and CCM take the
 * fixed part of their nonce (RFC 5288 §3, RFC 6655 §3), ChaCha20 the whole of it (RFC 7905 §2), CBC an iv only before
 * TLS 1.1.
 */
export function keyBlockShape({ aead, cbc, stream }: TlsSuite, { impliedIv = false } = {}): KeyBlockShape {
  if (aead) return { mac: 0, key: AEADS[aead].keyLength, iv: fixedIvLength(aead) };
  if (stream) return { mac: MAC_LENGTHS[stream.mac], key: stream.keyLength, iv: 0 };
  if (!cbc) return { mac: 0, key: 0, iv: 0 };
  const iv = impliedIv ? BLOCK_CIPHERS[cbc.cipher].blockLength : 0;
  return { mac: MAC_LENGTHS[cbc.mac], key: cbc.keyLength, iv };
}

/** Bytes of the nonce that the key block holds; the rest is in each record. */
export function fixedIvLength(aead: AeadName): number {
  return aead === 'chacha20-poly1305' ? 12 : 4;
}

/** Keys of both directions, RFC 5246 §6.3: MAC keys, then keys, then ivs, the client's first each time. */
export function keyBlock(
  hash: PrfHash,
  { mac, key, iv }: KeyBlockShape,
  master: Uint8Array,
  randoms: Randoms,
): { c2s: RecordKeys; s2c: RecordKeys } {
  const seed = concat([randoms.server, randoms.client]);
  const block = prf(hash, master, 'key expansion', seed, 2 * (mac + key + iv));
  let at = 0;
  const take = (length: number): Uint8Array => block.subarray(at, (at += length));
  const [clientMac, serverMac] = [take(mac), take(mac)];
  const [clientKey, serverKey] = [take(key), take(key)];
  return {
    c2s: { mac: clientMac, key: clientKey, iv: take(iv) },
    s2c: { mac: serverMac, key: serverKey, iv: take(iv) },
  };
}
