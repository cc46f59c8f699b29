/** The classic pcap format: one header, then packets (draft-ietf-opsawg-pcap). */
import { counted } from '#protocol/shown';
import { CAPS } from './caps.ts';
import type { ByteQueue } from '#protocol/byte-queue';
import { linkName } from './link-types.ts';
import {
  BIG,
  CaptureError,
  type CaptureFormat,
  type CaptureInterface,
  type CaptureSink,
  LITTLE,
  type Words,
  plausibleTime,
} from './source.ts';

interface Kind {
  /** Parts of a millisecond in the second word of a time. */
  readonly perMillisecond: number;
  readonly packetHeader: number;
}

interface Header {
  readonly words: Words;
  readonly kind: Kind;
  readonly from: CaptureInterface;
}

const HEADER_LENGTH = 24;
const MICROSECONDS: Kind = { perMillisecond: 1e3, packetHeader: 16 };
/** Magic numbers. The last is Kuznetzov's variant, which has eight more bytes before each packet. */
const KINDS = new Map<number, Kind>([
  [0xa1b2c3d4, MICROSECONDS],
  [0xa1b23c4d, { ...MICROSECONDS, perMillisecond: 1e6 }],
  [0xa1b2cd34, { ...MICROSECONDS, packetHeader: 24 }],
]);

export function isClassicPcap(start: Uint8Array): boolean {
  return start.length >= 4 && orderOf(start) !== undefined;
}

export class ClassicFormat implements CaptureFormat {
  readonly #input: ByteQueue;
  readonly #sink: CaptureSink;
  #file: Header | undefined;
  #broken = false;

  constructor(input: ByteQueue, sink: CaptureSink) {
    this.#input = input;
    this.#sink = sink;
  }

  read(): void {
    this.#file ??= this.#header();
    if (!this.#file) return;
    while (!this.#broken && this.#packet(this.#file));
    // After a broken length nothing can be found again.
    if (this.#broken) this.#input.drop(this.#input.length);
  }

  finish(): void {
    if (!this.#file) throw new CaptureError('the file ends inside the pcap header');
    if (this.#input.length > 0) {
      this.#sink.warn(`the file ends in the middle of a packet, at byte ${this.#input.offset}`);
    }
  }

  #header(): Header | undefined {
    const header = this.#input.peek(HEADER_LENGTH);
    const words = header && orderOf(header);
    if (!header || !words) return undefined;
    this.#input.drop(HEADER_LENGTH);
    // The upper bits of the last word say whether a checksum follows each packet.
    const link = words.u32(header, 20) & 0xffff;
    const snapLength = words.u32(header, 16);
    const from = { section: 1, link, linkName: linkName(link), snapLength, packets: 0 };
    this.#sink.addInterface(from);
    return { words, kind: KINDS.get(words.u32(header, 0)) ?? MICROSECONDS, from };
  }

  /** False when more bytes are needed. */
  #packet({ words, kind, from }: Header): boolean {
    const header = this.#input.peek(kind.packetHeader);
    if (!header) return false;
    const kept = words.u32(header, 8);
    if (kept > CAPS.block) {
      this.#broken = true;
      const where = `the packet at byte ${this.#input.offset}`;
      this.#sink.warn(`${where} claims ${counted(kept, 'byte')}; what follows it is not read`);
      return false;
    }
    const whole = this.#input.peek(kind.packetHeader + kept);
    if (!whole) return false;
    this.#input.drop(whole.length);
    const time = plausibleTime(words.u32(header, 0) * 1000 + words.u32(header, 4) / kind.perMillisecond);
    const length = Math.max(kept, words.u32(header, 12));
    this.#sink.packet({ time, bytes: whole.subarray(kind.packetHeader), length, from });
    return true;
  }
}

function orderOf(start: Uint8Array): Words | undefined {
  return [LITTLE, BIG].find((words) => KINDS.has(words.u32(start, 0)));
}
