/** A class per key; the nonce is a random prefix of this run and a counter, so that no two can meet by chance. */
import crypto from 'node:crypto';

const PREFIX = crypto.randomBytes(8);
let count = 0;

class Box {
  static readonly ALGORITHM = 'aes-256-gcm';
  readonly #key: crypto.KeyObject;

  constructor(key: Uint8Array) {
    this.#key = crypto.createSecretKey(key);
  }

  seal(text: string): Uint8Array {
    const nonce = new Uint8Array(12);
    nonce.set(PREFIX);
    new DataView(nonce.buffer).setUint32(8, count++);
    const cipher = crypto.createCipheriv(Box.ALGORITHM, this.#key, nonce, { authTagLength: 16 });
    const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(parts);
  }

  open(bytes: Uint8Array): string {
    const end = bytes.length - 16;
    if (end < 12) throw new RangeError('truncated');
    const decipher = crypto.createDecipheriv(Box.ALGORITHM, this.#key, bytes.slice(0, 12), {
      authTagLength: 16,
    });
    decipher.setAuthTag(bytes.slice(end));
    return decipher.update(bytes.slice(12, end), undefined, 'utf8') + decipher.final('utf8');
  }
}

export const encryptMessage = (key: Uint8Array, text: string): string =>
  Buffer.from(new Box(key).seal(text)).toString('base64');

export const decryptMessage = (key: Uint8Array, sealed: string): string => {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(sealed) || sealed.length % 4 !== 0) throw new SyntaxError('not base64');
  return new Box(key).open(Buffer.from(sealed, 'base64'));
};
