/**
 * The ciphers that open records, as the dissection needs them: pure ones in `pure.ts`, native ones where a host has
 * them. An object is made once for each key and used for every record under it. Nothing here seals.
 */

/** Sizes in bytes. The nonce of each has 12 (RFC 5116 §5, RFC 6655 §3, RFC 8439 §2.8). */
export const AEADS = {
  'aes-128-gcm': { keyLength: 16, tagLength: 16 },
  'aes-256-gcm': { keyLength: 32, tagLength: 16 },
  'chacha20-poly1305': { keyLength: 32, tagLength: 16 },
  'aes-128-ccm': { keyLength: 16, tagLength: 16 },
  'aes-256-ccm': { keyLength: 32, tagLength: 16 },
  'aes-128-ccm-8': { keyLength: 16, tagLength: 8 },
  'aes-256-ccm-8': { keyLength: 32, tagLength: 8 },
} as const satisfies Record<string, { readonly keyLength: number; readonly tagLength: number }>;

export type AeadName = keyof typeof AEADS;
export type MacName = 'sha1' | 'sha256' | 'sha384';

export const NONCE_LENGTH = 12;
export const BLOCK_LENGTH = 16;

/** Authenticated decryption under one key. */
export interface AeadOpener {
  /**
   * Plain bytes in a buffer of their own; `undefined` when the tag does not fit, when there are too few bytes for
   * one, or when the nonce has not 12 bytes. `sealed` is ciphertext followed by tag. Never throws.
   */
  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

/** AES in CBC mode under one key, padding and all: nothing is checked, so nothing is authenticated. */
export interface CbcDecrypter {
  /** As many bytes as `ciphertext`; `undefined` unless that is whole blocks of 16. `iv` has 16 bytes. Never throws. */
  decrypt(iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
}

/** HMAC under one key (RFC 2104). */
export interface Mac {
  /** The whole HMAC of the parts, one after the other. */
  digest(...parts: Uint8Array[]): Uint8Array;
}

/** Where they come from. A key of another size than the cipher's is the caller's mistake, and throws. */
export interface RecordCiphers {
  aead(name: AeadName, key: Uint8Array): AeadOpener;
  /** Key of 16 or 32 bytes. */
  aesCbc(key: Uint8Array): CbcDecrypter;
  hmac(hash: MacName, key: Uint8Array): Mac;
}

/** Throws `RangeError` when the key has not the size that the cipher needs. */
export function checkKey(name: string, key: Uint8Array, lengths: readonly number[]): void {
  if (lengths.includes(key.length)) return;
  throw new RangeError(`${name} needs a key of ${lengths.join(' or ')} bytes, not ${key.length}`);
}
