/** The pcapng format (draft-ietf-opsawg-pcapng): sections of blocks, each section in a byte order of its own. */
import { BlockReader } from './block-reader.ts';
import { BLOCK, BYTE_ORDER_MAGIC } from './blocks.ts';
import { CAPS } from './caps.ts';
import type { ByteQueue } from '#protocol/byte-queue';
import { BIG, CaptureError, type CaptureFormat, type CaptureSink, LITTLE, type Words } from './source.ts';

interface Section {
  readonly words: Words;
  /** Where in the file it ends, where its header says so. */
  readonly end: number | undefined;
}

const SHORTEST = { block: 12, sectionHeader: 28 } as const;

export function isPcapng(start: Uint8Array): boolean {
  return start.length >= 4 && BIG.u32(start, 0) === BLOCK.sectionHeader;
}

export class NextGenerationFormat implements CaptureFormat {
  readonly #input: ByteQueue;
  readonly #sink: CaptureSink;
  readonly #blocks: BlockReader;
  #section: Section | undefined;
  /** Bytes to skip before the next block. */
  #skipping = 0;
  /** Nothing after this point can be read. */
  #lost = false;

  constructor(input: ByteQueue, sink: CaptureSink) {
    this.#input = input;
    this.#sink = sink;
    this.#blocks = new BlockReader(sink);
  }

  read(): void {
    do {
      if (this.#lost) this.#skipping = this.#input.length;
      if (this.#skipping > 0) this.#skipping -= this.#input.drop(this.#skipping);
    } while (this.#input.length > 0 && this.#skipping === 0 && this.#next());
  }

  finish(): void {
    if (this.#lost || (this.#input.length === 0 && this.#skipping === 0)) return;
    const message = messageOf(this.#input.offset);
    if (this.#input.offset === 0) throw new CaptureError(message);
    this.#sink.warn(message);
  }

  /** Reads one block. False when more bytes are needed. */
  #next(): boolean {
    const at = this.#input.offset;
    const header = this.#input.peek(8);
    if (!header) return false;
    if (isPcapng(header)) return this.#sectionHeader(at);
    const words = this.#section?.words;
    if (!words) return this.#broken(at);
    const stated = words.u32(header, 4);
    if (stated < SHORTEST.block) return this.#broken(at);
    // Some writers forget to count the padding.
    const length = Math.ceil(stated / 4) * 4;
    if (length > CAPS.block) return this.#passOver(at, length);
    const block = this.#input.peek(length);
    if (!block) return false;
    this.#input.drop(length);
    this.#checkTrailer(at, words.u32(block, length - 4), stated);
    this.#blocks.read({ type: words.u32(header, 0), body: block.subarray(8, length - 4), at });
    return true;
  }

  /** The byte order may change here; the header's own magic number tells which one follows. */
  #sectionHeader(at: number): boolean {
    const start = this.#input.peek(SHORTEST.block);
    if (!start) return false;
    const words = [LITTLE, BIG].find((order) => order.u32(start, 8) === BYTE_ORDER_MAGIC);
    const length = words?.u32(start, 4) ?? 0;
    if (!words || length < SHORTEST.sectionHeader || length % 4 !== 0 || length > CAPS.block) {
      return this.#broken(at);
    }
    const block = this.#input.peek(length);
    if (!block) return false;
    this.#input.drop(length);
    this.#checkTrailer(at, words.u32(block, length - 4), length);
    const content = words.u64(block, 16);
    this.#section = { words, end: content > Number.MAX_SAFE_INTEGER ? undefined : at + length + content };
    this.#blocks.beginSection(words, block.subarray(8, length - 4));
    return true;
  }

  #checkTrailer(at: number, trailer: number, length: number): void {
    if (trailer !== length) this.#sink.warn(`the block at byte ${at} gives two different lengths`);
  }

  #passOver(at: number, length: number): boolean {
    this.#sink.warn(`the block at byte ${at} is longer than ${CAPS.block / 2 ** 20} MiB and is skipped`);
    this.#skipping = length;
    return true;
  }

  /**
   * Goes on at the end of the section, where that is known: it is the next place that can be trusted. Always
   * returns true.
   */
  #broken(at: number): true {
    const message = messageOf(at);
    if (at === 0) throw new CaptureError(message);
    const end = this.#section?.end ?? 0;
    if (end > at && !this.#lost) {
      this.#sink.warn(`${message}; the rest of its section is skipped`);
      this.#skipping = end - at;
    } else {
      this.#sink.warn(`${message}; nothing after it is read`);
      this.#lost = true;
    }
    return true;
  }
}

function messageOf(at: number): string {
  return `the block at byte ${at} is cut off or broken`;
}
