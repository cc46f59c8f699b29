/**
 * Lab 05: change and read what is encrypted without a MAC; then mend it.
 *
 * The broken form is AES-256-CBC: an IV of 16 bytes, then ciphertext in blocks of 16 bytes. The text is filled up with
 * padding: n bytes of the value n, with n from 1 to 16, so that there is always some.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Mallory knows that the text begins with `was`, and makes it begin with `wanted`, without the key. Returns the changed
 * message; the rest of the text stays. Throws when the two are not equally long in UTF-8, or longer than 16 bytes.
 */
export function flipText(sealed: Uint8Array, was: string, wanted: string): Uint8Array {
  return sealed;
}

/**
 * The text of `sealed`, without the key. isPaddingRight takes any message (IV and blocks) and says whether the padding
 * is right when the server decrypts it. You may ask it 260 times for each byte.
 */
export async function decryptWithOracle(
  sealed: Uint8Array,
  isPaddingRight: (message: Uint8Array) => Promise<boolean>,
): Promise<string> {
  return '';
}

/** Keys of 32 bytes each. Returns IV (16 bytes), ciphertext (AES-256-CBC), HMAC-SHA256 over both (32 bytes). */
export function sealAndAuthenticate(encKey: Uint8Array, macKey: Uint8Array, text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text. Throws the same error, with the same message, for whatever is wrong with `sealed`. */
export function openAuthenticated(encKey: Uint8Array, macKey: Uint8Array, sealed: Uint8Array): string {
  return new TextDecoder().decode(sealed);
}
