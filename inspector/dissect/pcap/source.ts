/** What the file formats have in common: what they find in a file, and how they read its integers. */

export class CaptureError extends Error {
  override readonly name = 'CaptureError';
}

/** Where packets of a file were taken. A classic pcap file has exactly one. */
export interface CaptureInterface {
  /** Section of the file, counted from 1. */
  readonly section: number;
  /** Number by the registry of link types, and its name there. */
  readonly link: number;
  readonly linkName: string;
  /** The most bytes that were kept of a packet; 0 for no limit. */
  readonly snapLength: number;
  readonly name?: string;
  readonly description?: string;
  /** Program that wrote the section. */
  readonly application?: string;
  /** Packets of this interface in the file. */
  packets: number;
  /** Packets of which the file has fewer bytes than crossed. */
  cut?: number;
  /** Packets that the interface says it lost while capturing. */
  dropped?: number;
}

export interface CapturedPacket {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly bytes: Uint8Array;
  /** Bytes that the packet had before it was cut to the interface's snap length. */
  readonly length: number;
  readonly from: CaptureInterface;
}

export type CommentSubject = 'section' | 'interface' | 'packet' | 'names' | 'statistics' | 'secrets' | 'flow';

/** Takes what a format finds, in the order of the file. */
export interface CaptureSink {
  packet(packet: CapturedPacket): void;
  /** The lines of a key log. */
  secrets(text: string): void;
  /** False when there are too many; its packets are then left out. */
  addInterface(from: CaptureInterface): boolean;
  /** `number` counts as in `CaptureComment`; without it, the comment is about what is read next. */
  comment(on: CommentSubject, text: string, number?: number): void;
  /** A packet, or something like one, that is left out. */
  skip(reason: string): void;
  /** What is odd but does not stop the reading. */
  warn(message: string): void;
}

/** A file format, read as its bytes arrive. */
export interface CaptureFormat {
  /** Reads what is whole. Throws `CaptureError` when the file's header is broken. */
  read(): void;
  /** No more bytes: says what is cut off. Throws `CaptureError` when not even the header is whole. */
  finish(): void;
}

/** The latest time that a JavaScript date can show. */
const LATEST = 8.64e15;

/** A time of a file, limited to what dates can show. */
export function plausibleTime(milliseconds: number): number {
  return milliseconds >= 0 && milliseconds <= LATEST ? milliseconds : 0;
}

/** Unsigned integers in one of the two byte orders. The caller sees to it that the bytes are there. */
export class Words {
  readonly littleEndian: boolean;

  constructor(littleEndian: boolean) {
    this.littleEndian = littleEndian;
  }

  u16(bytes: Uint8Array, at: number): number {
    const [first, second] = [bytes[at] as number, bytes[at + 1] as number];
    return this.littleEndian ? first | (second << 8) : (first << 8) | second;
  }

  u32(bytes: Uint8Array, at: number): number {
    const [low, high] = this.littleEndian ? [at, at + 2] : [at + 2, at];
    return this.u16(bytes, low) + this.u16(bytes, high) * 0x10000;
  }

  /** 64 bits in the byte order; exact up to 2^53. */
  u64(bytes: Uint8Array, at: number): number {
    const [low, high] = this.littleEndian ? [at, at + 4] : [at + 4, at];
    return this.u32(bytes, low) + this.u32(bytes, high) * 2 ** 32;
  }
}

export const LITTLE = new Words(true);
export const BIG = new Words(false);
