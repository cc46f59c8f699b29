/** Unpacks a gzipped file as it arrives (RFC 1952), with fflate and within limits. */
import { Gunzip } from 'fflate';
import { concat } from '#wire/bytes';
import { CAPS } from './caps.ts';
import { MemberCheck, TRAILER_LENGTH } from './gzip-check.ts';

/** Packed bytes given to the unpacker at once; a thousand times as many may come out of them. */
const SLICE = 4 * 1024;

export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b && start[2] === 0x08;
}

export class Unpacker {
  readonly #gunzip: Gunzip;
  readonly #take: (bytes: Uint8Array) => void;
  readonly #stop: (message: string) => void;
  readonly #warn: (message: string) => void;
  /** What came out of the last slice. */
  readonly #ready: Uint8Array[] = [];
  #check = new MemberCheck();
  /** The last packed bytes: the end of a member is known when the header after it has been read. */
  #tail = new Uint8Array(0);
  #packed = 0;
  #unpacked = 0;
  #stopped = false;
  /** The last member was whole, and no other one follows. */
  #over = false;

  /** `take` gets what is unpacked; `stop` is told, at most once, why nothing more will come, and `warn` what is odd. */
  constructor(
    take: (bytes: Uint8Array) => void,
    stop: (message: string) => void,
    warn: (message: string) => void,
  ) {
    this.#take = take;
    this.#stop = stop;
    this.#warn = warn;
    this.#gunzip = new Gunzip((bytes) => {
      this.#check.add(bytes);
      this.#ready.push(bytes);
    });
    this.#gunzip.onmember = (start) => this.#endMember(start);
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#stopped; at += SLICE) {
      const slice = bytes.subarray(at, at + SLICE);
      if (this.#over) this.#passOver(slice);
      else this.#feed(slice, false);
    }
  }

  finish(): void {
    if (!this.#stopped && !this.#over) this.#feed(new Uint8Array(0), true);
    if (this.#stopped || this.#over) return;
    const end = this.#check.endIn(this.#tail);
    if (end === undefined) this.#endMember(this.#packed);
    else this.#passOver(this.#tail.subarray(end));
  }

  /** A member has ended before this place of the packed data. */
  #endMember(end: number): void {
    const at = this.#tail.length - (this.#packed - end);
    const trailer = this.#tail.subarray(Math.max(0, at - TRAILER_LENGTH), at);
    const fault = trailer.length === TRAILER_LENGTH ? this.#check.faultOf(trailer) : undefined;
    if (fault !== undefined) this.#warn(fault);
    this.#check = new MemberCheck();
  }

  #feed(slice: Uint8Array, last: boolean): void {
    this.#packed += slice.length;
    this.#tail = concat([this.#tail.subarray(-SLICE), slice]);
    const fault = this.#unpack(slice, last);
    for (const bytes of this.#ready.splice(0)) this.#give(bytes);
    if (fault === undefined || this.#stopped) return;
    const end = this.#check.endIn(this.#tail);
    if (end === undefined) return this.#end(fault);
    this.#over = true;
    this.#passOver(this.#tail.subarray(end));
  }

  /** After the last member, tapes and disks leave zeros that mean nothing. */
  #passOver(bytes: Uint8Array): void {
    if (bytes.every((byte) => byte === 0)) return;
    this.#stopped = true;
    this.#warn('something else follows the gzip data, and is not read');
  }

  /** What is wrong with the data, in words. */
  #unpack(slice: Uint8Array, last: boolean): string | undefined {
    try {
      this.#gunzip.push(slice, last);
      return undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : 'it cannot be unpacked';
      return last ? 'the gzip data ends too early' : `the gzip data is broken: ${why}`;
    }
  }

  #give(bytes: Uint8Array): void {
    if (this.#stopped) return;
    const { gzipFree, gzipRatio, gzipTotal } = CAPS;
    const byRatio = Math.max(gzipFree, this.#packed * gzipRatio);
    const room = Math.min(byRatio, gzipTotal) - this.#unpacked;
    this.#unpacked += bytes.length;
    this.#take(bytes.length > room ? bytes.subarray(0, room) : bytes);
    if (bytes.length <= room) return;
    const most = byRatio <= gzipTotal ? `${gzipRatio} times its size` : `${gzipTotal / 2 ** 30} GiB`;
    this.#end(`the gzip data unpacks to more than ${most}; the rest is not read`);
  }

  #end(message: string): void {
    this.#stopped = true;
    this.#stop(message);
  }
}
