/**
 * Cipher suites of the psk wire, one row each. The channel, the key schedule, the dissection, the dissector for Wireshark
 * and the specification follow from the rows.
 */
import type { ErrorCode } from '#protocol/errors';
import { fixedSize } from '#protocol/layout';
import { LIMITS } from '#protocol/limits';
import type { Aead, Ciphers } from '../contract.ts';
import { cbcHmac, cbcPadded } from '../modes/cbc.ts';
import { ctrAlone } from '../modes/ctr.ts';
import { eax } from '../modes/eax.ts';
import {
  AEAD_BODY,
  type BodyLayout,
  CBC_BODY,
  CBC_HMAC_BODY,
  CHACHA_BODY,
  EAX_BODY,
  FIXED_NONCE_BODY,
  GCM_FIXED_NONCE_BODY,
  RANDOM_NONCE_BODY,
  tagLength,
} from './bodies.ts';

interface SuiteRow {
  /** Its byte in the hellos. Those of weak suites have the highest bit set. A byte is never used again. */
  readonly id: number;
  readonly name: string;
  /** The standards that say how it is computed. */
  readonly source: string;
  readonly keyLength: number;
  /** Bytes that the key schedule derives for nonces. */
  readonly ivLength: number;
  readonly body: BodyLayout;
  /** Padding fills the ciphertext up to whole blocks of this many bytes; 0: there is none. */
  readonly padding: 0 | 16;
  /**
   * Where the nonce of a record comes from. counted: the derived iv XOR the record's number; random: fresh random bytes,
   * sent in the record; fixed: the derived iv itself, sent in each record.
   */
  readonly nonce: 'counted' | 'random' | 'fixed';
  /** Whether records are numbered, and only the next number is accepted. */
  readonly numbered: boolean;
  /** session: new keys for each connection and direction; static: one key, made from the shared key alone, for ever. */
  readonly keys: 'session' | 'static';
  /**
   * The error for a record that does not open. If it is not fatal, the receiver sends it in the clear, and the connection
   * goes on.
   */
  readonly refusal: ErrorCode;
  readonly aead: (ciphers: Ciphers, key: Uint8Array) => Aead;
  /** What it gives, in a few words. */
  readonly promise: string;
  /** For a suite that exists to be broken: what is wrong with it, in a few words. Shown wherever the suite is. */
  readonly weak?: string;
}

const SOUND = {
  numbered: true,
  keys: 'session',
  refusal: 'bad_record_mac',
  promise: 'hides the content; any change, replay or reordering of records is detected',
} as const;

const ROWS = [
  {
    ...SOUND,
    id: 0x01,
    name: 'aes-256-gcm',
    source: 'NIST SP 800-38D',
    keyLength: 32,
    ivLength: 12,
    body: AEAD_BODY,
    padding: 0,
    nonce: 'counted',
    aead: (ciphers, key) => ciphers.aes256gcm(key),
  },
  {
    ...SOUND,
    id: 0x02,
    name: 'aes-256-eax',
    source: 'Bellare, Rogaway, Wagner 2003; CMAC: RFC 4493',
    keyLength: 32,
    ivLength: 0,
    body: EAX_BODY,
    padding: 0,
    nonce: 'random',
    aead: (ciphers, key) => eax(ciphers.aes(key)),
  },
  {
    ...SOUND,
    id: 0x03,
    name: 'aes-256-cbc-hmac-sha256',
    source: 'RFC 7518 §5.2.2, with AES-256, HMAC-SHA256 and its whole tag',
    keyLength: 64,
    ivLength: 0,
    body: CBC_HMAC_BODY,
    padding: 16,
    nonce: 'random',
    aead: (ciphers, key) =>
      cbcHmac(ciphers, key, { hash: 'sha256', macKeyLength: 32, keyLength: 32, tagLength: 32 }),
  },
  {
    ...SOUND,
    id: 0x04,
    name: 'chacha20-poly1305',
    source: 'RFC 8439 §2.8',
    keyLength: 32,
    ivLength: 12,
    body: CHACHA_BODY,
    padding: 0,
    nonce: 'counted',
    aead: (ciphers, key) => ciphers.chacha20poly1305(key),
  },
  {
    id: 0x81,
    name: 'aes-256-cbc',
    source: 'NIST SP 800-38A §6.2; padding: RFC 5652 §6.3',
    keyLength: 32,
    ivLength: 0,
    body: CBC_BODY,
    padding: 16,
    nonce: 'random',
    numbered: false,
    keys: 'static',
    refusal: 'bad_padding',
    aead: (ciphers, key) => cbcPadded(ciphers.aes(key)),
    promise: 'hides the content from those who only listen',
    weak: 'no MAC, so text can be changed unnoticed, and the answer to bad padding gives it away',
  },
  {
    id: 0x82,
    name: 'aes-256-gcm-static',
    source: 'NIST SP 800-38D',
    keyLength: 32,
    ivLength: 0,
    body: RANDOM_NONCE_BODY,
    padding: 0,
    nonce: 'random',
    numbered: false,
    keys: 'static',
    refusal: 'bad_record_mac',
    aead: (ciphers, key) => ciphers.aes256gcm(key),
    promise: 'hides the content; any change of a record is detected',
    weak: 'one key for ever and no counters, so records can be replayed and sent back',
  },
  {
    id: 0x83,
    name: 'aes-256-ctr-fixed-nonce',
    source: 'NIST SP 800-38A §6.5',
    keyLength: 32,
    ivLength: 16,
    body: FIXED_NONCE_BODY,
    padding: 0,
    nonce: 'fixed',
    numbered: false,
    keys: 'static',
    refusal: 'record_malformed',
    aead: (ciphers, key) => ctrAlone(ciphers.aes(key)),
    promise: 'hides the content of a single record',
    weak: 'the same key stream for every record and no MAC, so text can be read and changed',
  },
  {
    ...SOUND,
    id: 0x84,
    name: 'aes-256-gcm-fixed-nonce',
    source: 'NIST SP 800-38D',
    keyLength: 32,
    ivLength: 12,
    body: GCM_FIXED_NONCE_BODY,
    padding: 0,
    nonce: 'fixed',
    aead: (ciphers, key) => ciphers.aes256gcm(key),
    promise: 'hides the content of a single record; replay and reordering of records are detected',
    weak: 'the same nonce for every record, so text can be read, and the key of the tags computed and used to forge',
  },
] as const satisfies readonly SuiteRow[];

export type SuiteName = (typeof ROWS)[number]['name'];
export interface Suite extends SuiteRow {
  readonly name: SuiteName;
}

export const SUITES: readonly Suite[] = ROWS;
/** The one that is used unless another is asked for. */
export const DEFAULT_SUITE: Suite = ROWS[0];
export const SOUND_SUITES = SUITES.filter(({ weak }) => weak === undefined);
export const WEAK_SUITES = SUITES.filter(({ weak }) => weak !== undefined);
export const SUITE_NAMES: readonly SuiteName[] = ROWS.map(({ name }) => name);

export function suiteById(id: number): Suite | undefined {
  return SUITES.find((suite) => suite.id === id);
}

export function suiteByName(name: string): Suite | undefined {
  return SUITES.find((suite) => suite.name === name);
}

/** The name, and for a weak suite what is wrong with it: `aes-256-cbc (weak: no MAC, so …)`. */
export function suiteTitle({ name, weak }: Suite): string {
  return weak === undefined ? name : `${name} (weak: ${weak})`;
}

/** The part of a record that does not fit when it does not open. */
export function provenBy({ body, padding }: Suite): 'a tag' | 'padding' | 'a length' {
  if (tagLength(body) > 0) return 'a tag';
  return padding > 0 ? 'padding' : 'a length';
}

/** Bytes of a ciphertext for this many plain bytes. */
export function ciphertextLength({ padding }: Suite, plainLength: number): number {
  return padding === 0 ? plainLength : plainLength + padding - (plainLength % padding);
}

/** Largest body of a sealed record. */
export function sealedCap(suite: Suite): number {
  return fixedSize(suite.body) + ciphertextLength(suite, LIMITS.recordPlaintext);
}

/** The largest and the smallest body of a sealed record in any suite, for those who do not know which one is in use. */
export const SEALED_CAP = Math.max(...SUITES.map(sealedCap));
export const SEALED_LEAST = Math.min(...SUITES.map(({ body }) => fixedSize(body)));
