/**
 * `createCipheriv` and `createDecipheriv` of Node, on noble's ciphers. Everything that has come is run again at each update:
 * a lab encrypts messages, not films.
 */
import { cbc, ctr, ecb, gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { Buffer } from './buffer.ts';
import { type Data, type Encoding, bytesOf, given } from './data.ts';

const BLOCK = 16;
const TAG = 16;
const NO_IV = new Uint8Array(0);

type Direction = 'encrypt' | 'decrypt';
type Sealing = (
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
) => { encrypt(plain: Uint8Array): Uint8Array };
type Blocks = (
  key: Uint8Array,
  iv: Uint8Array,
) => { encrypt(bytes: Uint8Array): Uint8Array; decrypt(bytes: Uint8Array): Uint8Array };

type Algorithm = { readonly keyLength: number } & (
  | { readonly kind: 'sealed'; readonly ivLength: number | undefined; readonly cipher: Sealing }
  | { readonly kind: 'stream'; readonly ivLength: number; readonly cipher: Blocks }
  | { readonly kind: 'blocks'; readonly ivLength: number; readonly cipher: Blocks }
);

const UNPADDED = { disablePadding: true };
const AES = [128, 192, 256].flatMap((bits): [string, Algorithm][] => {
  const keyLength = bits / 8;
  return [
    [`aes-${bits}-gcm`, { kind: 'sealed', keyLength, ivLength: undefined, cipher: gcm }],
    [`aes-${bits}-ctr`, { kind: 'stream', keyLength, ivLength: BLOCK, cipher: ctr }],
    [
      `aes-${bits}-cbc`,
      { kind: 'blocks', keyLength, ivLength: BLOCK, cipher: (key, iv) => cbc(key, iv, UNPADDED) },
    ],
    [`aes-${bits}-ecb`, { kind: 'blocks', keyLength, ivLength: 0, cipher: (key) => ecb(key, UNPADDED) }],
  ];
});
const ALGORITHMS = new Map<string, Algorithm>([
  ...AES,
  ['chacha20-poly1305', { kind: 'sealed', keyLength: 32, ivLength: 12, cipher: chacha20poly1305 }],
]);

export interface CipherOptions {
  readonly authTagLength?: number;
}

export class Cipher {
  readonly #direction: Direction;
  readonly #algorithm: Algorithm;
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  readonly #tagLength: number;
  #aad = new Uint8Array(0);
  #came = new Uint8Array(0);
  /** Bytes of the result that have been given. */
  #gone = 0;
  #tag: Uint8Array | undefined;
  #pads = true;
  #isOver = false;

  constructor(direction: Direction, name: string, key: Data, iv: Data | null, options: CipherOptions = {}) {
    const algorithm = ALGORITHMS.get(name.toLowerCase());
    if (!algorithm) throw new Error('Unknown cipher');
    this.#direction = direction;
    this.#algorithm = algorithm;
    this.#key = bytesOf(key);
    this.#iv = iv === null ? NO_IV : bytesOf(iv);
    this.#tagLength = options.authTagLength ?? TAG;
    if (this.#key.length !== algorithm.keyLength) throw new RangeError('Invalid key length');
    const wrong =
      algorithm.ivLength === undefined ? this.#iv.length === 0 : this.#iv.length !== algorithm.ivLength;
    if (wrong) throw new TypeError('Invalid initialization vector');
  }

  setAAD(aad: Data): this {
    this.#aad = joined(this.#aad, bytesOf(aad));
    return this;
  }

  setAutoPadding(pads = true): this {
    this.#pads = pads;
    return this;
  }

  getAuthTag(): Buffer {
    if (!this.#isOver || !this.#tag || this.#direction === 'decrypt')
      throw new Error('Invalid state for operation getAuthTag');
    return Buffer.from(this.#tag);
  }

  setAuthTag(tag: Data, encoding?: Encoding): this {
    const bytes = bytesOf(tag, encoding);
    if (this.#direction === 'encrypt') throw new Error('Invalid state for operation setAuthTag');
    if (bytes.length < 4 || bytes.length > TAG || [5, 6, 7, 9, 10, 11].includes(bytes.length))
      throw new TypeError(`Invalid authentication tag length: ${bytes.length}`);
    this.#tag = Uint8Array.from(bytes);
    return this;
  }

  update(data: Data, inputEncoding?: Encoding, outputEncoding?: Encoding): Buffer | string {
    if (this.#isOver) throw new Error('Unsupported state or unable to authenticate data');
    this.#came = joined(this.#came, bytesOf(data, inputEncoding));
    return given(this.#take(this.#soFar()), outputEncoding);
  }

  final(outputEncoding?: Encoding): Buffer | string {
    if (this.#isOver) throw new Error('Unsupported state or unable to authenticate data');
    this.#isOver = true;
    const rest = this.#algorithm.kind === 'blocks' ? this.#take(this.#whole()) : new Uint8Array(0);
    if (this.#algorithm.kind === 'sealed') this.#checkTag();
    return given(rest, outputEncoding);
  }

  #take(all: Uint8Array): Uint8Array {
    const fresh = all.subarray(this.#gone);
    this.#gone = all.length;
    return fresh;
  }

  /** What can be given for the bytes that have come, while more may come. */
  #soFar(): Uint8Array {
    const { kind } = this.#algorithm;
    if (kind !== 'blocks') return this.#xored(this.#came);
    // The last block may be padding.
    const held = this.#direction === 'decrypt' && this.#pads ? 1 : 0;
    const blocks = Math.max(0, Math.floor((this.#came.length - held) / BLOCK));
    return this.#run(this.#came.subarray(0, blocks * BLOCK));
  }

  #whole(): Uint8Array {
    const { length } = this.#came;
    if (this.#direction === 'encrypt' && this.#pads) {
      const padding = BLOCK - (length % BLOCK);
      return this.#run(joined(this.#came, new Uint8Array(padding).fill(padding)));
    }
    const isEmpty = this.#direction === 'decrypt' && this.#pads && length === 0;
    if (length % BLOCK !== 0 || isEmpty) throw wrongLength();
    const all = this.#run(this.#came);
    return this.#pads ? unpadded(all) : all;
  }

  #run(bytes: Uint8Array): Uint8Array {
    const { kind, cipher } = this.#algorithm;
    if (kind !== 'blocks' || bytes.length === 0) return bytes;
    return cipher(this.#key, this.#iv)[this.#direction](bytes);
  }

  /** XORs with the key stream, which is what zeros are encrypted to. */
  #xored(bytes: Uint8Array): Uint8Array {
    const { kind, cipher } = this.#algorithm;
    if (kind === 'blocks' || bytes.length === 0) return bytes;
    const zeros = new Uint8Array(bytes.length);
    const stream = kind === 'sealed' ? cipher(this.#key, this.#iv, NO_IV) : cipher(this.#key, this.#iv);
    const keyStream = stream.encrypt(zeros);
    return bytes.map((byte, i) => byte ^ (keyStream[i] as number));
  }

  #checkTag(): void {
    const { kind, cipher } = this.#algorithm;
    if (kind !== 'sealed') return;
    const plain = this.#direction === 'encrypt' ? this.#came : this.#xored(this.#came);
    const tag = cipher(this.#key, this.#iv, this.#aad).encrypt(plain).subarray(plain.length);
    if (this.#direction === 'encrypt') {
      this.#tag = tag.subarray(0, this.#tagLength);
      return;
    }
    const claimed = this.#tag;
    if (!claimed?.every((byte, i) => byte === tag[i]))
      throw new Error('Unsupported state or unable to authenticate data');
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** Without PKCS#7 padding. */
function unpadded(bytes: Uint8Array): Uint8Array {
  const count = bytes.at(-1) ?? 0;
  const padding = bytes.subarray(bytes.length - count);
  if (count === 0 || count > BLOCK || !padding.every((byte) => byte === count))
    throw failed('ERR_OSSL_BAD_DECRYPT', 'error:1C800064:Provider routines::bad decrypt');
  return bytes.subarray(0, bytes.length - count);
}

function wrongLength(): Error {
  return failed(
    'ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH',
    'error:1C80006B:Provider routines::wrong final block length',
  );
}

function failed(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
