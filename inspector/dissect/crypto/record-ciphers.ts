/**
 * The ciphers that open records, as the dissection needs them: pure ones in `pure.ts`, native ones where a host has
 * them. An object is made once for each key and used for every record under it.
 */
import type { Ciphers } from '#channel/contract';

/** Sizes in bytes. The nonce of each has 12 (RFC 5116 §5, RFC 6655 §3, RFC 8439 §2.8). */
export const AEADS = {
  'aes-128-gcm': { keyLength: 16, tagLength: 16 },
  'aes-256-gcm': { keyLength: 32, tagLength: 16 },
  'chacha20-poly1305': { keyLength: 32, tagLength: 16 },
  'aes-128-ccm': { keyLength: 16, tagLength: 16 },
  'aes-256-ccm': { keyLength: 32, tagLength: 16 },
  'aes-128-ccm-8': { keyLength: 16, tagLength: 8 },
  'aes-256-ccm-8': { keyLength: 32, tagLength: 8 },
  'aria-128-gcm': { keyLength: 16, tagLength: 16 },
  'aria-256-gcm': { keyLength: 32, tagLength: 16 },
  'camellia-128-gcm': { keyLength: 16, tagLength: 16 },
  'camellia-256-gcm': { keyLength: 32, tagLength: 16 },
} as const satisfies Record<string, { readonly keyLength: number; readonly tagLength: number }>;

export type AeadName = keyof typeof AEADS;
export type MacName = 'md5' | 'sha1' | 'sha256' | 'sha384';

/** Block ciphers in CBC mode; sizes in bytes (RFC 5246 App. C, RFC 5932 §2, RFC 6209 §2). */
export const BLOCK_CIPHERS = {
  aes: { blockLength: 16, keyLengths: [16, 32] },
  camellia: { blockLength: 16, keyLengths: [16, 32] },
  aria: { blockLength: 16, keyLengths: [16, 32] },
  '3des-ede': { blockLength: 8, keyLengths: [24] },
} as const satisfies Record<string, { readonly blockLength: 8 | 16; readonly keyLengths: readonly number[] }>;

export type BlockCipherName = keyof typeof BLOCK_CIPHERS;
export type CipherName = AeadName | BlockCipherName;

export const NONCE_LENGTH = 12;
/** The block length of AES, ARIA and CAMELLIA, on which AEADs here are built. */
export const BLOCK_LENGTH = 16;

/** Authenticated decryption under one key. */
export interface AeadOpener {
  /**
   * Plain bytes in a buffer of their own; `undefined` when the tag does not fit, when there are too few bytes
   * for one, or when the nonce does not have 12 bytes. `sealed` is ciphertext followed by tag. Never throws.
   */
  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

/**
 * A block cipher in CBC mode under one key, with the padding left in: nothing is checked, so nothing is
 * authenticated.
 */
export interface CbcDecrypter {
  /** As many bytes as `ciphertext`; `undefined` unless that is whole blocks. `iv` is one block. Never throws. */
  decrypt(iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
}

/** HMAC under one key (RFC 2104). */
export interface Mac {
  /** The whole HMAC of the parts, one after the other. */
  digest(...parts: Uint8Array[]): Uint8Array;
}

/**
 * Where the ciphers come from. A key of the wrong size is the caller's mistake and throws; so does asking for a
 * cipher that `has` denies.
 */
export interface RecordCiphers {
  /** False for a cipher that this host does not have: browsers have no old ones, and builds of OpenSSL differ. */
  has(name: CipherName): boolean;
  aead(name: AeadName, key: Uint8Array): AeadOpener;
  cbc(name: BlockCipherName, key: Uint8Array): CbcDecrypter;
  hmac(hash: MacName, key: Uint8Array): Mac;
  /** What the suites of the psk wire are made of. */
  readonly psk: Ciphers;
}
