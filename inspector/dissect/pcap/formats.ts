/** Which kind of file it is, by its first bytes. */
import { ClassicFormat, isClassicPcap } from './classic.ts';
import type { ByteQueue } from '#protocol/byte-queue';
import { NextGenerationFormat, isPcapng } from './next-generation.ts';
import { BIG, CaptureError, type CaptureFormat, type CaptureSink } from './source.ts';

/** How many bytes settle it. */
export const START_LENGTH = 4;

/** Files that people take for captures, or in which captures are packed: magic number, mask, and what to do. */
const OTHERS: readonly (readonly [magic: number, mask: number, message: string])[] = [
  [0x28b52ffd, 0xffffffff, 'this file is packed with zstd; unpack it first (zstd -d)'],
  [0x04224d18, 0xffffffff, 'this file is packed with lz4; unpack it first (lz4 -d)'],
  [0xfd377a58, 0xffffffff, 'this file is packed with xz; unpack it first (xz -d)'],
  [0x425a6800, 0xffffff00, 'this file is packed with bzip2; unpack it first (bzip2 -d)'],
  [0x504b0304, 0xffffffff, 'this is a zip archive; unpack it first'],
  [0x1f8b0800, 0xffffff00, 'this file is packed with gzip twice; unpack it first (gzip -d)'],
  [0x736e6f6f, 0xffffffff, 'this is a snoop file; convert it first (editcap -F pcapng)'],
];

/** The reader for a file that begins so. Throws `CaptureError` when it is no capture file. */
export function formatOf(start: Uint8Array, input: ByteQueue, sink: CaptureSink): CaptureFormat {
  if (isPcapng(start)) return new NextGenerationFormat(input, sink);
  if (isClassicPcap(start)) return new ClassicFormat(input, sink);
  const magic = start.length < START_LENGTH ? 0 : BIG.u32(start, 0);
  const known = OTHERS.find(([bytes, mask]) => (magic & mask) >>> 0 === bytes);
  throw new CaptureError(known?.[2] ?? 'neither a pcapng nor a pcap file');
}
