/** The key schedules of TLS 1.3 (RFC 8446 §7) and TLS 1.2 (RFC 5246 §5, §6.3), from the secrets of a key log on. */
import { expand } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { EMPTY, concat, utf8, writeUint } from '#wire/bytes';
import type { TlsAead, TlsSuite } from './suites.ts';

export interface TrafficKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

const HASHES = { sha256, sha384 } as const;
const KEY_LENGTHS: Record<TlsAead, number> = {
  'aes-128-gcm': 16,
  'aes-256-gcm': 32,
  'chacha20-poly1305': 32,
};

export function hashLength(hash: TlsSuite['hash']): number {
  return HASHES[hash].outputLen;
}

/** HKDF-Expand-Label, RFC 8446 §7.1. `length` is in bytes. */
export function expandLabel(
  hash: TlsSuite['hash'],
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

/** Key and iv of a TLS 1.3 traffic secret, RFC 8446 §7.3. */
export function trafficKeys(hash: TlsSuite['hash'], aead: TlsAead, secret: Uint8Array): TrafficKeys {
  return {
    key: expandLabel(hash, secret, 'key', EMPTY, KEY_LENGTHS[aead]),
    iv: expandLabel(hash, secret, 'iv', EMPTY, 12),
  };
}

/** The traffic secret after a KeyUpdate, RFC 8446 §7.2. */
export function nextTrafficSecret(hash: TlsSuite['hash'], secret: Uint8Array): Uint8Array {
  return expandLabel(hash, secret, 'traffic upd', EMPTY, hashLength(hash));
}

/** P_hash with the label and seed of RFC 5246 §5. `length` is in bytes. */
export function prf(
  hash: TlsSuite['hash'],
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const labelled = concat([utf8(label), seed]);
  const out = new Uint8Array(length);
  let a: Uint8Array = labelled;
  for (let at = 0; at < length; at += hashLength(hash)) {
    a = hmac(HASHES[hash], secret, a);
    const block = hmac(HASHES[hash], secret, concat([a, labelled]));
    out.set(block.subarray(0, length - at), at);
  }
  return out;
}

/** Bytes of the iv that the key block holds: the salt of GCM (RFC 5288), the whole nonce base of ChaCha20 (RFC 7905). */
export function fixedIvLength(aead: TlsAead): number {
  return aead === 'chacha20-poly1305' ? 12 : 4;
}

/** Keys of both directions of a TLS 1.2 session with an AEAD suite, RFC 5246 §6.3. */
export function keyBlock(
  hash: TlsSuite['hash'],
  aead: TlsAead,
  master: Uint8Array,
  randoms: { readonly client: Uint8Array; readonly server: Uint8Array },
): { c2s: TrafficKeys; s2c: TrafficKeys } {
  const [keyLength, ivLength] = [KEY_LENGTHS[aead], fixedIvLength(aead)];
  const seed = concat([randoms.server, randoms.client]);
  const block = prf(hash, master, 'key expansion', seed, 2 * (keyLength + ivLength));
  const ivs = 2 * keyLength;
  return {
    c2s: { key: block.subarray(0, keyLength), iv: block.subarray(ivs, ivs + ivLength) },
    s2c: { key: block.subarray(keyLength, ivs), iv: block.subarray(ivs + ivLength) },
  };
}
