/** A capture file as tap events: our own files, and ordinary ones of tcpdump or Wireshark (pcapng or pcap). */
import { WIRE_NAMES, type WireName } from '#wire/messages';
import type { TapEvent } from './model.ts';
import { isClassicPcap, readClassic } from './pcap/classic.ts';
import { isPcapng, readNextGeneration } from './pcap/next-generation.ts';
import { Reassembly } from './pcap/reassembly.ts';
import { segmentOf } from './pcap/segments.ts';
import { CaptureError, type CaptureItem, type Warn } from './pcap/source.ts';
import { APPLICATION } from './pcapng-write.ts';

export { CaptureError };

export interface ReadCapture {
  readonly events: TapEvent[];
  /** Packets in the file, whatever they carry. */
  readonly packets: number;
  /** What was odd: gaps, broken blocks. At most a hundred lines. */
  readonly warnings: string[];
}

const MAX_WARNINGS = 100;

/** Events of a whole capture file. Throws `CaptureError` when the bytes are no capture; what is merely damaged warns. */
export function readCapture(bytes: Uint8Array): ReadCapture {
  const events: TapEvent[] = [];
  const warnings: string[] = [];
  const warn: Warn = (message) => void (warnings.length < MAX_WARNINGS && warnings.push(message));
  const reassembly = new Reassembly((event) => events.push(event), warn);
  let packets = 0;
  let time = 0;
  for (const item of itemsOf(bytes, warn)) {
    if (item.kind === 'secrets') {
      events.push(...secretEvents(item.text, time));
      continue;
    }
    packets++;
    time = item.time;
    const segment = segmentOf(item.link, item.bytes);
    if (segment) reassembly.add(item.time, segment, wireOf(item));
  }
  reassembly.finish();
  return { events, packets, warnings };
}

/** Lines of a key log as events; comments and blank lines are left out. */
export function secretEvents(text: string, time: number): TapEvent[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ kind: 'secret', time, line }) as const);
}

function itemsOf(bytes: Uint8Array, warn: Warn): Generator<CaptureItem> {
  if (isPcapng(bytes)) return readNextGeneration(bytes, warn);
  if (isClassicPcap(bytes)) return readClassic(bytes, warn);
  throw new CaptureError('neither a pcapng nor a pcap file');
}

/** Only files of our own are believed to name their interfaces after wires. */
function wireOf(item: Extract<CaptureItem, { kind: 'packet' }>): WireName | undefined {
  if (item.application !== APPLICATION) return undefined;
  return WIRE_NAMES.find((name) => name === item.interfaceName);
}
