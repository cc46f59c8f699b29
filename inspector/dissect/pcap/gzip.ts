/** Unpacks a gzip'd file as it arrives (RFC 1952), by fflate, and not without limit. */
import { Gunzip } from 'fflate';
import { CAPS } from './caps.ts';

/** Packed bytes given to the unpacker at once; a thousand times as many may come out of them. */
const SLICE = 16 * 1024;

export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b && start[2] === 0x08;
}

export class Unpacker {
  readonly #gunzip: Gunzip;
  readonly #stop: (message: string) => void;
  #packed = 0;
  #unpacked = 0;
  #stopped = false;

  /** `take` gets what is unpacked; `stop` is told, at most once, why nothing more will come. */
  constructor(take: (bytes: Uint8Array) => void, stop: (message: string) => void) {
    this.#stop = stop;
    this.#gunzip = new Gunzip((bytes) => {
      this.#unpacked += bytes.length;
      if (!this.#stopped && !this.#overdone()) take(bytes);
    });
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#stopped; at += SLICE) {
      this.#feed(bytes.subarray(at, at + SLICE), false);
    }
  }

  finish(): void {
    if (!this.#stopped) this.#feed(new Uint8Array(0), true);
  }

  #feed(slice: Uint8Array, last: boolean): void {
    this.#packed += slice.length;
    try {
      this.#gunzip.push(slice, last);
    } catch (error) {
      // What the caller throws while it takes bytes in is not ours.
      if (!isOfUnpacker(error)) throw error;
      this.#end(last ? 'the gzip data ends too early' : `the gzip data is broken: ${error.message}`);
    }
  }

  #overdone(): boolean {
    const { gzipFree, gzipRatio, gzipTotal } = CAPS;
    if (this.#unpacked > gzipTotal) {
      this.#end(`more than ${gzipTotal / 2 ** 30} GiB come out of the gzip data; the rest is not read`);
    } else if (this.#unpacked > gzipFree && this.#unpacked > this.#packed * gzipRatio) {
      this.#end(`the gzip data unpacks to more than ${gzipRatio} times its size; the rest is not read`);
    }
    return this.#stopped;
  }

  #end(message: string): void {
    this.#stopped = true;
    this.#stop(message);
  }
}

/** The unpacker numbers its errors. */
function isOfUnpacker(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'number';
}
