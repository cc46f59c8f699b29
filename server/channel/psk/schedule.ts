/**
 * The psk wire's key schedule: HKDF-SHA256 (RFC 5869) from the shared key and both nonces to one key and one
 * nonce base per direction, and one confirmation key per side.
 *
 *   PRK = HKDF-Extract(salt = client_nonce || server_nonce, IKM = shared key)
 *   X   = HKDF-Expand(PRK, info = label || 0x00 || SHA-256(hellos), length)
 *
 * `hellos` is the client hello record and the server hello record without its confirmation, headers included
 * (`transcriptOf`).
 * Hashing them into `info` binds the keys to the suite, the key id and both versions: nobody can talk the two
 * sides down to something else unnoticed.
 */
import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, utf8 } from '#protocol/bytes';
import { CONFIRM_LENGTH } from './records.ts';
import type { Suite } from './suites.ts';

/** Bytes of a PRK: those of the hash. */
export const PRK_LENGTH = 32;

export interface DirectionKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

export interface SessionKeys {
  readonly c2s: DirectionKeys;
  readonly s2c: DirectionKeys;
  readonly serverConfirmKey: Uint8Array;
  readonly clientConfirmKey: Uint8Array;
}

/** The label of each derived value; the specification lists the same. */
export const LABELS = {
  c2sKey: 'wireglass psk1 c2s key',
  c2sIv: 'wireglass psk1 c2s iv',
  s2cKey: 'wireglass psk1 s2c key',
  s2cIv: 'wireglass psk1 s2c iv',
  serverConfirm: 'wireglass psk1 server confirm',
  clientConfirm: 'wireglass psk1 client confirm',
} as const;

/** What the keys are bound to: both hello records, the server's without its confirmation, which is made with the keys. */
export function transcriptOf(clientHello: Uint8Array, serverHello: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat([clientHello, withoutConfirmation(serverHello)]);
}

export function withoutConfirmation(serverHello: Uint8Array): Uint8Array {
  return serverHello.subarray(0, serverHello.length - CONFIRM_LENGTH);
}

/** The pseudo-random key: all that is needed, with the hellos, to derive a session's keys. 32 bytes. */
export function extractSecret(
  sharedKey: Uint8Array,
  clientNonce: Uint8Array,
  serverNonce: Uint8Array,
): Uint8Array {
  return extract(sha256, sharedKey, concat([clientNonce, serverNonce]));
}

/** Keys of a session from its PRK and its hellos (see above). */
export function deriveSessionKeys(prk: Uint8Array, hellos: Uint8Array, suite: Suite): SessionKeys {
  const transcript = sha256(hellos);
  const derive = (label: string, length: number): Uint8Array =>
    expand(sha256, prk, concat([utf8(label), Uint8Array.of(0), transcript]), length);
  return {
    c2s: { key: derive(LABELS.c2sKey, suite.keyLength), iv: derive(LABELS.c2sIv, suite.ivLength) },
    s2c: { key: derive(LABELS.s2cKey, suite.keyLength), iv: derive(LABELS.s2cIv, suite.ivLength) },
    serverConfirmKey: derive(LABELS.serverConfirm, 32),
    clientConfirmKey: derive(LABELS.clientConfirm, 32),
  };
}

/** HMAC-SHA256 of the hash of everything said so far. 32 bytes. */
export function confirmation(confirmKey: Uint8Array, transcript: Uint8Array): Uint8Array {
  return hmac(sha256, confirmKey, sha256(transcript)).subarray(0, CONFIRM_LENGTH);
}
