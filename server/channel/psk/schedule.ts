/**
 * The psk wire's key schedule: HKDF-SHA256 (RFC 5869) from the shared key and both nonces to one key and one
 * nonce base per direction, and one confirmation key per side.
 *
 *   PRK = HKDF-Extract(salt = client_nonce || server_nonce, IKM = shared key)
 *   X   = HKDF-Expand(PRK, info = label || 0x00 || SHA-256(hellos), length)
 *
 * A suite with static keys leaves out everything that differs between connections: its salt is empty, and the info of its
 * key and iv, which both directions share, has the suite's byte instead of the hash. Only the confirmations still depend on
 * the hellos.
 *
 * `hellos` is the client hello record and the server hello record without its confirmation, headers included
 * (`transcriptOf`).
 * Hashing them into `info` binds the keys to the suite, the key id and both versions: nobody can talk the two
 * sides down to something else unnoticed.
 */
import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { EMPTY, concat, utf8 } from '#protocol/bytes';
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
  staticKey: 'wireglass psk1 static key',
  staticIv: 'wireglass psk1 static iv',
  serverConfirm: 'wireglass psk1 server confirm',
  clientConfirm: 'wireglass psk1 client confirm',
} as const;

const STATIC = { key: LABELS.staticKey, iv: LABELS.staticIv } as const;

/** The labels of what seals records in each direction, by the kind of keys that a suite has. */
export const RECORD_LABELS = {
  session: {
    c2s: { key: LABELS.c2sKey, iv: LABELS.c2sIv },
    s2c: { key: LABELS.s2cKey, iv: LABELS.s2cIv },
  },
  static: { c2s: STATIC, s2c: STATIC },
} as const satisfies Record<Suite['keys'], unknown>;

/** What the keys are bound to: both hello records, the server's without its confirmation, which is made with the keys. */
export function transcriptOf(clientHello: Uint8Array, serverHello: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat([clientHello, withoutConfirmation(serverHello)]);
}

export function withoutConfirmation(serverHello: Uint8Array): Uint8Array {
  return serverHello.subarray(0, serverHello.length - CONFIRM_LENGTH);
}

/** What a PRK is salted with: both nonces, or nothing where keys are static. */
export function saltOf({ keys }: Suite, clientNonce: Uint8Array, serverNonce: Uint8Array): Uint8Array {
  return keys === 'static' ? EMPTY : concat([clientNonce, serverNonce]);
}

/** The pseudo-random key: all that is needed, with the hellos, to derive a session's keys. 32 bytes. */
export function extractSecret(
  suite: Suite,
  sharedKey: Uint8Array,
  clientNonce: Uint8Array,
  serverNonce: Uint8Array,
): Uint8Array {
  return extract(sha256, sharedKey, saltOf(suite, clientNonce, serverNonce));
}

/** Keys of a session from its PRK and its hellos (see above). */
export function deriveSessionKeys(prk: Uint8Array, hellos: Uint8Array, suite: Suite): SessionKeys {
  const transcript = sha256(hellos);
  const derive = (label: string, context: Uint8Array, length: number): Uint8Array =>
    length === 0 ? EMPTY : expand(sha256, prk, concat([utf8(label), Uint8Array.of(0), context]), length);
  const context = suite.keys === 'static' ? Uint8Array.of(suite.id) : transcript;
  const direction = ({ key, iv }: { readonly key: string; readonly iv: string }): DirectionKeys => ({
    key: derive(key, context, suite.keyLength),
    iv: derive(iv, context, suite.ivLength),
  });
  const labels = RECORD_LABELS[suite.keys];
  return {
    c2s: direction(labels.c2s),
    s2c: direction(labels.s2c),
    serverConfirmKey: derive(LABELS.serverConfirm, transcript, 32),
    clientConfirmKey: derive(LABELS.clientConfirm, transcript, 32),
  };
}

/** HMAC-SHA256 of the hash of everything said so far. 32 bytes. */
export function confirmation(confirmKey: Uint8Array, transcript: Uint8Array): Uint8Array {
  return hmac(sha256, confirmKey, sha256(transcript)).subarray(0, CONFIRM_LENGTH);
}
