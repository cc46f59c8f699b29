/** pcapng blocks for tests in either byte order, written from the format's description and not by our own writer. */
import { concat, utf8 } from '#protocol/bytes';

export type OptionList = readonly (readonly [code: number, value: Uint8Array | string])[];

export interface PacketParts {
  readonly id?: number;
  /** The two words of the time stamp. */
  readonly time?: readonly [high: number, low: number];
  readonly packet: Uint8Array;
  /** Length before it was cut short. */
  readonly length?: number;
  readonly options?: OptionList;
}

export class Blocks {
  readonly #little: boolean;

  constructor(order: 'le' | 'be') {
    this.#little = order === 'le';
  }

  u16(...values: number[]): Uint8Array {
    const view = new DataView(new ArrayBuffer(2 * values.length));
    values.forEach((value, i) => view.setUint16(2 * i, value, this.#little));
    return new Uint8Array(view.buffer);
  }

  u32(...values: number[]): Uint8Array {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    values.forEach((value, i) => view.setUint32(4 * i, value, this.#little));
    return new Uint8Array(view.buffer);
  }

  u64(value: bigint): Uint8Array {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt.asUintN(64, value), this.#little);
    return new Uint8Array(view.buffer);
  }

  block(type: number, ...parts: Uint8Array[]): Uint8Array {
    const body = concat(parts.map(padded));
    const length = this.u32(body.length + 12);
    return concat([this.u32(type), length, body, length]);
  }

  options(list: OptionList = []): Uint8Array {
    if (list.length === 0) return new Uint8Array(0);
    const parts = list.map(([code, value]) => {
      const bytes = typeof value === 'string' ? utf8(value) : value;
      return concat([this.u16(code, bytes.length), padded(bytes)]);
    });
    return concat([...parts, this.u16(0, 0)]);
  }

  section(options: OptionList = [], length = -1n): Uint8Array {
    return this.block(
      0x0a0d0d0a,
      this.u32(0x1a2b3c4d),
      this.u16(1, 0),
      this.u64(length),
      this.options(options),
    );
  }

  interface(link: number, options: OptionList = [], snapLength = 0): Uint8Array {
    return this.block(1, this.u16(link, 0), this.u32(snapLength), this.options(options));
  }

  packet({ id = 0, time = [0, 0], packet, length = packet.length, options }: PacketParts): Uint8Array {
    const words = this.u32(id, ...time, packet.length, length);
    return this.block(6, words, packet, this.options(options));
  }
}

function padded(bytes: Uint8Array): Uint8Array {
  return concat([bytes, new Uint8Array((4 - (bytes.length % 4)) % 4)]);
}
