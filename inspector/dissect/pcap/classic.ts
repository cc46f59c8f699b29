/** The classic pcap format: one header, then packets (draft-ietf-opsawg-pcap). */
import { CaptureError, type CaptureItem, type Warn, Words } from './source.ts';

const HEADER_LENGTH = 24;
const PACKET_HEADER_LENGTH = 16;

/** Magic number, as the first four bytes read little-endian, to byte order and parts of a second. */
const MAGICS = new Map<number, { readonly littleEndian: boolean; readonly perMillisecond: number }>([
  [0xa1b2c3d4, { littleEndian: true, perMillisecond: 1e3 }],
  [0xd4c3b2a1, { littleEndian: false, perMillisecond: 1e3 }],
  [0xa1b23c4d, { littleEndian: true, perMillisecond: 1e6 }],
  [0x4d3cb2a1, { littleEndian: false, perMillisecond: 1e6 }],
]);

export function isClassicPcap(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && MAGICS.has(new Words(bytes, true).u32(0));
}

/** Packets of a classic pcap file. Throws `CaptureError` when the header is cut off. */
export function* readClassic(bytes: Uint8Array, warn: Warn): Generator<CaptureItem> {
  if (bytes.length < HEADER_LENGTH) throw new CaptureError('the file ends inside the pcap header');
  const magic = MAGICS.get(new Words(bytes, true).u32(0));
  if (!magic) throw new CaptureError('this is not a pcap file');
  const words = new Words(bytes, magic.littleEndian);
  // The upper bits of the last word say whether a checksum follows each packet.
  const link = words.u32(20) & 0xffff;
  for (let at = HEADER_LENGTH; at < bytes.length;) {
    const start = at + PACKET_HEADER_LENGTH;
    const length = start <= bytes.length ? words.u32(at + 8) : 0;
    if (start > bytes.length || length > bytes.length - start) {
      return warn(`the file ends in the middle of a packet, at byte ${at}`);
    }
    const time = words.u32(at) * 1000 + words.u32(at + 4) / magic.perMillisecond;
    yield { kind: 'packet', time, link, bytes: bytes.subarray(start, start + length) };
    at = start + length;
  }
}
