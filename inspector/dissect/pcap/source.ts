/** What the file formats have in common: packets with a time and a link type, and secrets. */

export class CaptureError extends Error {
  override readonly name = 'CaptureError';
}

export type CaptureItem =
  | {
      readonly kind: 'packet';
      /** Milliseconds since 1970. */
      readonly time: number;
      /** As the registry of link types numbers them; 1 is Ethernet. */
      readonly link: number;
      readonly bytes: Uint8Array;
      /** Name of the interface, where the file gives one. */
      readonly interfaceName?: string;
      /** Program that wrote the section. */
      readonly application?: string;
    }
  | { readonly kind: 'secrets'; readonly text: string };

/** Takes note of what is odd but does not stop the reading. */
export type Warn = (message: string) => void;

/** Unsigned integers of a file in one of the two byte orders. */
export class Words {
  readonly #view: DataView;
  readonly littleEndian: boolean;

  constructor(bytes: Uint8Array, littleEndian: boolean) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.littleEndian = littleEndian;
  }

  u8(at: number): number {
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    return this.#view.getUint16(at, this.littleEndian);
  }

  u32(at: number): number {
    return this.#view.getUint32(at, this.littleEndian);
  }

  /** 64 bits as the formats store times: the high word first, each word in the byte order. */
  highLow(at: number): bigint {
    return (BigInt(this.u32(at)) << 32n) | BigInt(this.u32(at + 4));
  }
}
