/**
 * The checksum and the length after each member of a gzip file (RFC 1952 §2.3.1), which fflate does not check.
 */
import { readUint } from '#protocol/bytes';
import { counted } from '#protocol/shown';

export const TRAILER_LENGTH = 8;

/** CRC-32 by the byte (RFC 1952 §8). */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

export class MemberCheck {
  #crc = 0xffffffff;
  #length = 0;

  /** Takes in what was unpacked of the member. */
  add(bytes: Uint8Array): void {
    let crc = this.#crc;
    for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
    this.#crc = crc;
    this.#length += bytes.length;
  }

  /**
   * Where the member ends in the last packed bytes, after its trailer of eight bytes; `undefined` when that is
   * not there.
   */
  endIn(packed: Uint8Array): number | undefined {
    const lowest = this.#length & 0xff;
    for (let end = packed.length; end >= TRAILER_LENGTH; end--) {
      // One byte is compared first, because this runs over all of them.
      if (packed[end - 4] !== lowest) continue;
      if (this.faultOf(packed.subarray(end - TRAILER_LENGTH, end)) === undefined) return end;
    }
    return undefined;
  }

  /** What contradicts the trailer of eight bytes, in words. */
  faultOf(trailer: Uint8Array): string | undefined {
    const [crc, length] = [littleEndian(trailer, 0), littleEndian(trailer, 4)];
    if (length !== this.#length % 2 ** 32) {
      return `the gzip data unpacks to ${counted(this.#length, 'byte')}, but says ${counted(length, 'byte')}: it is damaged`;
    }
    return crc === ~this.#crc >>> 0
      ? undefined
      : 'the check sum of the gzip data does not fit: it is damaged';
  }
}

function littleEndian(bytes: Uint8Array, at: number): number {
  return readUint(bytes.slice(at, at + 4).reverse(), 0, 4);
}
