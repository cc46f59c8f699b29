/** A sealed text is base64 of: a nonce of 12 bytes, the ciphertext, a tag of 16 bytes. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** `key`: 32 bytes. A nonce must never be used twice under one key, so each text gets a random one. */
export function encryptMessage(key: Uint8Array, text: string): string {
  const nonce = randomBytes(NONCE_LENGTH);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const tag = cipher.getAuthTag();
  return Buffer.concat([nonce, ciphertext, tag]).toString('base64');
}

/** Throws when the text was not sealed under this key, or was changed since. */
export function decryptMessage(key: Uint8Array, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  // Buffer skips characters that are not base64; a text that was changed in this way is refused, too.
  if (bytes.toString('base64') !== sealed) throw new Error('not base64');
  // Without this, a tag of 4 bytes would do, and one guess in 2^32 would be right.
  if (bytes.length < NONCE_LENGTH + TAG_LENGTH) throw new Error('too short');
  const nonce = bytes.subarray(0, NONCE_LENGTH);
  const rest = bytes.subarray(NONCE_LENGTH);
  const ciphertext = rest.subarray(0, -TAG_LENGTH);
  const tag = rest.subarray(-TAG_LENGTH);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAuthTag(tag);
  // final() compares the tag, and throws: nothing of the text may leave this function before.
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
}
