/** Unpacks a gzipped file as it arrives (RFC 1952), with fflate and within limits. */
import { Gunzip } from 'fflate';
import { concat } from '#protocol/bytes';
import { counted } from '#protocol/shown';
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
  /** Why nothing more is unpacked. */
  #fault: string | undefined;
  /** The last member was whole, and no other one follows. */
  #over = false;
  /** Bytes that were unpacked or are packed behind the fault, and bytes behind the last member, if not all are zero. */
  #leftOut = 0;
  #unread = 0;
  #behind = 0;

  /**
   * `take` gets what is unpacked. `stop` is told at the end, at most once, why not everything was unpacked and how much
   * was left, and `warn` what is odd.
   */
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
    for (let at = 0; at < bytes.length; at += SLICE) {
      const slice = bytes.subarray(at, at + SLICE);
      if (this.#over) this.#passOver(slice);
      else if (this.#fault === undefined) this.#feed(slice, false);
      else this.#unread += slice.length;
    }
  }

  finish(): void {
    if (this.#fault === undefined && !this.#over) this.#endAll();
    if (this.#fault !== undefined) this.#stop(`${this.#fault}${this.#rest}`);
    if (this.#behind > 0) {
      const length = counted(this.#behind, 'byte');
      this.#warn(`something else follows the gzip data, and is not read (${length})`);
    }
  }

  /** What is not read, counted. */
  get #rest(): string {
    const parts = [
      ...(this.#leftOut > 0 ? [counted(this.#leftOut, 'unpacked byte')] : []),
      ...(this.#unread > 0 ? [counted(this.#unread, 'packed byte')] : []),
    ];
    return parts.length === 0 ? '' : ` (${parts.join(' and ')})`;
  }

  #endAll(): void {
    this.#feed(new Uint8Array(0), true);
    if (this.#fault !== undefined || this.#over) return;
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
    if (fault === undefined || this.#fault !== undefined) return;
    const end = this.#check.endIn(this.#tail);
    if (end === undefined) {
      this.#fault = fault;
      return;
    }
    this.#over = true;
    this.#passOver(this.#tail.subarray(end));
  }

  /** After the last member, tapes and disks leave zeros that mean nothing. */
  #passOver(bytes: Uint8Array): void {
    if (this.#behind > 0 || bytes.some((byte) => byte !== 0)) this.#behind += bytes.length;
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
    if (this.#fault !== undefined) {
      this.#leftOut += bytes.length;
      return;
    }
    const { gzipFree, gzipRatio, gzipTotal } = CAPS;
    const byRatio = Math.max(gzipFree, this.#packed * gzipRatio);
    const room = Math.min(byRatio, gzipTotal) - this.#unpacked;
    this.#unpacked += bytes.length;
    this.#take(bytes.length > room ? bytes.subarray(0, room) : bytes);
    if (bytes.length <= room) return;
    this.#leftOut = bytes.length - room;
    const most = byRatio <= gzipTotal ? `${gzipRatio} times its size` : `${gzipTotal / 2 ** 30} GiB`;
    this.#fault = `the gzip data unpacks to more than ${most}; the rest is not read`;
  }
}
