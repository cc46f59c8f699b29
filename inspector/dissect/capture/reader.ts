/**
 * Reads a capture file as tap events while its bytes arrive: a file of gigabytes needs no memory beyond what
 * the events hold. It reads our own files and those of tcpdump, dumpcap or Wireshark (pcapng or pcap, also
 * gzipped).
 */
import { WIRE_NAMES, type WireName } from '#protocol/messages';
import { keyLogWarnings, readKeyLog } from './key-log.ts';
import { type CaptureReport, ReportWriter } from './report.ts';
import type { TapEvent } from '../model.ts';
import { START_LENGTH, formatOf } from '../pcap/formats.ts';
import { Unpacker, isGzip } from '../pcap/gzip.ts';
import { ByteQueue } from '#protocol/byte-queue';
import { UNKNOWN_LINK } from '../pcap/link-layer.ts';
import { Reassembly } from '../pcap/reassembly.ts';
import { SegmentFinder, UNPLACED } from '../pcap/segments.ts';
import {
  CaptureError,
  type CaptureFormat,
  type CaptureInterface,
  type CaptureSink,
  type CapturedPacket,
} from '../pcap/source.ts';
import { APPLICATION } from './write.ts';

export interface CaptureReader {
  /**
   * Takes the next bytes of the file, in pieces of any size; a few hundred kilobytes work well. They are kept,
   * not copied, so the caller must not change them. Throws `CaptureError` when the file turns out not to be a
   * capture.
   */
  push(bytes: Uint8Array): void;
  /**
   * Says that the file has ended. Throws `CaptureError` when it was too short to be a capture. Call it once.
   */
  finish(): CaptureReport;
  /** The progress so far: bytes of the file taken in, and packets found in them. */
  readonly progress: { readonly bytes: number; readonly packets: number };
}

/** `emit` gets the events in the order of the file, while `push` and `finish` run. */
export function captureReader(emit: (event: TapEvent) => void): CaptureReader {
  return new Reader(emit);
}

class Reader implements CaptureReader {
  readonly #input = new ByteQueue();
  readonly #report = new ReportWriter();
  readonly #content: Content;
  #format: CaptureFormat | undefined;
  #unpacker: Unpacker | undefined;
  /** Why the unpacker stopped. */
  #unpackFault: string | undefined;
  #bytes = 0;

  constructor(emit: (event: TapEvent) => void) {
    this.#content = new Content(emit, this.#report);
  }

  get progress(): { readonly bytes: number; readonly packets: number } {
    return { bytes: this.#bytes, packets: this.#report.packets };
  }

  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#unpacker) return this.#unpacker.push(bytes);
    this.#input.push(bytes);
    if (!this.#format && this.#beginsWithGzip()) return this.#unpack();
    this.#read();
  }

  finish(): CaptureReport {
    this.#unpacker?.finish();
    if (!this.#format && this.#unpackFault !== undefined) throw new CaptureError(this.#unpackFault);
    this.#read();
    this.#format ??= this.#formatOf(this.#input.length);
    this.#format.finish();
    this.#content.finish();
    return this.#report.report();
  }

  #read(): void {
    if (this.#input.length >= START_LENGTH) this.#format ??= this.#formatOf(START_LENGTH);
    this.#format?.read();
  }

  #formatOf(length: number): CaptureFormat {
    return formatOf(this.#input.peek(length) ?? new Uint8Array(0), this.#input, this.#content);
  }

  #beginsWithGzip(): boolean {
    const start = this.#input.peek(START_LENGTH);
    return start !== undefined && isGzip(start);
  }

  /** Sends what has come so far through the unpacker, and everything that follows. */
  #unpack(): void {
    const packed = this.#input.peek(this.#input.length) as Uint8Array;
    this.#input.drop(packed.length);
    this.#unpacker = new Unpacker(
      (bytes) => {
        this.#input.push(bytes);
        this.#read();
      },
      (message) => {
        this.#unpackFault = message;
        this.#report.warn(message);
      },
      (message) => this.#report.warn(message),
    );
    this.#unpacker.push(packed);
  }
}

/** Turns what the formats find into events. */
class Content implements CaptureSink {
  readonly #emit: (event: TapEvent) => void;
  readonly #report: ReportWriter;
  readonly #segments = new SegmentFinder();
  readonly #reassembly: Reassembly;
  readonly #unknownLinks = new Set<number>();
  /** Time of the previous packet. */
  #time = 0;

  constructor(emit: (event: TapEvent) => void, report: ReportWriter) {
    this.#emit = emit;
    this.#report = report;
    this.#reassembly = new Reassembly((event) => this.#tell(event), report);
  }

  packet({ time, bytes, length, from }: CapturedPacket): void {
    this.#report.packets++;
    from.packets++;
    if (length > bytes.length) from.cut = (from.cut ?? 0) + 1;
    this.#time = time;
    const segment = this.#segments.find(from.link, bytes, length - bytes.length);
    // A fragment is counted together with the one that completes its datagram.
    if (segment === '') return;
    const { packetsUsed } = this.#segments;
    if (typeof segment === 'string') {
      if (segment === UNKNOWN_LINK) this.#warnOfLink(from);
      return this.#report.skip(segment, packetsUsed);
    }
    this.#report.segmentPackets += packetsUsed;
    this.#report.payloadBytes += segment.payload.length;
    this.#reassembly.add(time, segment, wireOf(from));
  }

  secrets(text: string): void {
    const log = readKeyLog(text, this.#time);
    for (const event of log.events) this.#emit(event);
    for (const warning of keyLogWarnings(log)) this.warn(warning);
  }

  addInterface(from: CaptureInterface): boolean {
    return this.#report.addInterface(from);
  }

  comment(...comment: Parameters<CaptureSink['comment']>): void {
    this.#report.comment(...comment);
  }

  skip(reason: string): void {
    this.#report.skip(reason, 1, true);
  }

  warn(message: string): void {
    this.#report.warn(message);
  }

  finish(): void {
    this.#reassembly.finish();
    const { fragmentsLeft, unplacedBytes } = this.#segments;
    this.#report.payloadBytes += unplacedBytes;
    this.#report.unread(UNPLACED, unplacedBytes);
    if (fragmentsLeft > 0) this.#report.skip('fragments of incomplete datagrams', fragmentsLeft);
  }

  #tell(event: TapEvent): void {
    if (event.kind === 'chunk') this.#report.delivered += event.bytes.length;
    if (event.kind === 'gap') this.#report.missing += event.length;
    this.#emit(event);
  }

  #warnOfLink({ link, linkName }: CaptureInterface): void {
    if (this.#unknownLinks.has(link)) return;
    this.#unknownLinks.add(link);
    this.warn(`packets of link type ${link} (${linkName}) are not read`);
  }
}

/** Only our own files are trusted to name their interfaces after wires. */
function wireOf({ application, name }: CaptureInterface): WireName | undefined {
  return application === APPLICATION ? WIRE_NAMES.find((wire) => wire === name) : undefined;
}
