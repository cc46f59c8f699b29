/**
 * Lab 04: seal a text under a shared key.
 *
 * A sealed text is base64 of these bytes:
 *
 *   nonce (12 bytes) | ciphertext (as long as the text in UTF-8) | tag (16 bytes)
 *
 * The cipher is AES-256-GCM. You need createCipheriv, createDecipheriv and randomBytes.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** `key`: 32 bytes. Returns the sealed text. */
export function encryptMessage(key: Uint8Array, text: string): string {
  // Take a new nonce. Encrypt the text. Put nonce, ciphertext and tag together.
  return text;
}

/** Returns the text. Throws an error when `sealed` was not sealed under this key, or was changed in any way. */
export function decryptMessage(key: Uint8Array, sealed: string): string {
  // Take the bytes apart. Let the cipher check the tag. Refuse everything that encryptMessage cannot have made.
  return sealed;
}
