/** Ethernet, IPv4, IPv6 and TCP headers around a payload, with right checksums (RFC 9293, RFC 791, RFC 8200, RFC 1071). */
import { concat, writeUint } from '#protocol/bytes';

export const FLAG = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;

/** One end of a connection; both ends have addresses of the same length. */
export interface Station {
  readonly mac: Uint8Array;
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly port: number;
}

export interface Segment {
  readonly from: Station;
  readonly to: Station;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly flags: number;
  readonly payload: Uint8Array;
  /** Identification of an IPv4 packet. */
  readonly id: number;
}

const ETHERTYPE = { 4: 0x0800, 16: 0x86dd } as const;
const PROTOCOL_TCP = 6;
const WINDOW = 0xffff;
const HOP_LIMIT = 64;

/** Bytes of payload that fit one Ethernet packet of 1,500 bytes. */
export function segmentSize(addressLength: number): number {
  return addressLength === 4 ? 1460 : 1440;
}

/** A whole Ethernet frame. */
export function packet(segment: Segment): Uint8Array {
  const { from, to } = segment;
  const tcp = tcpSegment(segment);
  const version = from.address.length === 4 ? 4 : 16;
  const ethernet = new Uint8Array(14);
  ethernet.set(to.mac, 0);
  ethernet.set(from.mac, 6);
  writeUint(ethernet, 12, 2, ETHERTYPE[version]);
  return concat([
    ethernet,
    version === 4 ? ipv4Header(segment, tcp.length) : ipv6Header(segment, tcp.length),
    tcp,
  ]);
}

/** The one's complement sum of 16-bit words, inverted (RFC 1071). All parts but the last have even lengths. */
export function checksum(parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const bytes of parts) {
    for (let at = 0; at < bytes.length; at += 2) {
      sum += ((bytes[at] as number) << 8) | (bytes[at + 1] ?? 0);
    }
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

function tcpSegment({ from, to, sequence, acknowledged, flags, payload }: Segment): Uint8Array {
  const syn = (flags & FLAG.syn) !== 0;
  const length = syn ? 24 : 20;
  const tcp = new Uint8Array(length + payload.length);
  writeUint(tcp, 0, 2, from.port);
  writeUint(tcp, 2, 2, to.port);
  writeUint(tcp, 4, 4, sequence);
  writeUint(tcp, 8, 4, acknowledged);
  tcp[12] = (length / 4) << 4;
  tcp[13] = flags;
  writeUint(tcp, 14, 2, WINDOW);
  if (syn) {
    // Option 2, maximum segment size.
    tcp.set([0x02, 0x04], 20);
    writeUint(tcp, 22, 2, segmentSize(from.address.length));
  }
  tcp.set(payload, length);
  writeUint(tcp, 16, 2, checksum([pseudoHeader(from, to, tcp.length), tcp]));
  return tcp;
}

function pseudoHeader(from: Station, to: Station, length: number): Uint8Array {
  const rest = new Uint8Array(from.address.length === 4 ? 4 : 8);
  rest[rest.length - (rest.length === 4 ? 3 : 1)] = PROTOCOL_TCP;
  if (rest.length === 4) writeUint(rest, 2, 2, length);
  else writeUint(rest, 0, 4, length);
  return concat([from.address, to.address, rest]);
}

function ipv4Header({ from, to, id }: Segment, length: number): Uint8Array {
  const header = new Uint8Array(20);
  header[0] = 0x45;
  writeUint(header, 2, 2, 20 + length);
  writeUint(header, 4, 2, id & 0xffff);
  // Don't fragment.
  header[6] = 0x40;
  header[8] = HOP_LIMIT;
  header[9] = PROTOCOL_TCP;
  header.set(from.address, 12);
  header.set(to.address, 16);
  writeUint(header, 10, 2, checksum([header]));
  return header;
}

function ipv6Header({ from, to }: Segment, length: number): Uint8Array {
  const header = new Uint8Array(40);
  header[0] = 0x60;
  writeUint(header, 4, 2, length);
  header[6] = PROTOCOL_TCP;
  header[7] = HOP_LIMIT;
  header.set(from.address, 8);
  header.set(to.address, 24);
  return header;
}
