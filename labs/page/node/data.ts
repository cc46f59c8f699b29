/** What Node's functions take as bytes, and give as bytes or text. */
import { Buffer } from './buffer.ts';

export type Encoding = Parameters<typeof Buffer.from>[1];
export type Data = string | ArrayBufferView | ArrayBuffer | SecretKey;

/** What `createSecretKey` gives. */
export class SecretKey {
  readonly type = 'secret';
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = Uint8Array.from(bytes);
  }

  get symmetricKeySize(): number {
    return this.#bytes.length;
  }

  export(): Buffer {
    return Buffer.from(this.#bytes);
  }
}

export function bytesOf(data: Data, encoding?: Encoding): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, encoding);
  if (data instanceof SecretKey) return data.export();
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw new TypeError(
    'The argument must be of type string or an instance of ArrayBuffer, Buffer or TypedArray',
  );
}

/** Bytes as a `Buffer`, or as text when an encoding is asked for. */
export function given(bytes: Uint8Array, encoding?: Encoding): Buffer | string {
  const buffer = Buffer.from(bytes);
  return encoding === undefined ? buffer : buffer.toString(encoding);
}
