/** The TCP segment inside a packet: link layer, IP, TCP. */
import { readUint } from '#wire/bytes';
import { formatAddress } from './addresses.ts';

export interface TcpSegment {
  readonly from: { readonly address: string; readonly port: number };
  readonly to: { readonly address: string; readonly port: number };
  readonly sequence: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

const PROTOCOL_TCP = 6;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
/** Hop-by-hop, routing and destination options: headers that may stand between IPv6 and TCP. */
const IPV6_EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 60]);

/** `undefined` for what is not TCP over IP, is a fragment, or is cut short. */
export function segmentOf(link: number, packet: Uint8Array): TcpSegment | undefined {
  const start = networkStart(link, packet);
  if (start === undefined || start >= packet.length) return undefined;
  const version = (packet[start] as number) >> 4;
  if (version === 4) return fromIpv4(packet.subarray(start));
  return version === 6 ? fromIpv6(packet.subarray(start)) : undefined;
}

/** Where the IP header begins. */
function networkStart(link: number, packet: Uint8Array): number | undefined {
  switch (link) {
    case 0: // BSD loopback: an address family in the byte order of the machine
    case 108:
      return 4;
    case 1:
      return afterEthertype(packet, 12);
    case 12: // raw IP, by its numbers on various systems
    case 14:
    case 101:
    case 228:
    case 229:
      return 0;
    case 113: // Linux "cooked"
      return afterEthertype(packet, 14);
    case 276:
      return isIp(packet, 0) ? 20 : undefined;
    default:
      return undefined;
  }
}

/** Past the type at `at` and any VLAN tags; `undefined` when it is not IP. */
function afterEthertype(packet: Uint8Array, at: number): number | undefined {
  let place = at;
  for (let tags = 0; tags < 3 && place + 2 <= packet.length; tags++) {
    const type = readUint(packet, place, 2);
    if (type !== 0x8100 && type !== 0x88a8) return isIp(packet, place) ? place + 2 : undefined;
    place += 4;
  }
  return undefined;
}

function isIp(packet: Uint8Array, at: number): boolean {
  if (packet.length < at + 2) return false;
  const type = readUint(packet, at, 2);
  return type === IPV4 || type === IPV6;
}

function fromIpv4(ip: Uint8Array): TcpSegment | undefined {
  const header = ((ip[0] as number) & 0x0f) * 4;
  if (ip.length < 20 || header < 20 || ip[9] !== PROTOCOL_TCP) return undefined;
  const total = readUint(ip, 2, 2);
  const fragment = readUint(ip, 6, 2) & 0x3fff;
  if (fragment !== 0) return undefined;
  // A length of 0 stands in packets that the network card was to cut up; padding may follow a short one.
  const tcp = ip.subarray(header, total === 0 ? ip.length : Math.min(total, ip.length));
  return fromTcp(tcp, ip.subarray(12, 16), ip.subarray(16, 20));
}

function fromIpv6(ip: Uint8Array): TcpSegment | undefined {
  if (ip.length < 40) return undefined;
  const length = readUint(ip, 4, 2);
  const end = length === 0 ? ip.length : Math.min(40 + length, ip.length);
  let next = ip[6] as number;
  let at = 40;
  while (IPV6_EXTENSIONS.has(next)) {
    if (at + 8 > end) return undefined;
    next = ip[at] as number;
    at += 8 + (ip[at + 1] as number) * 8;
  }
  if (next !== PROTOCOL_TCP || at > end) return undefined;
  return fromTcp(ip.subarray(at, end), ip.subarray(8, 24), ip.subarray(24, 40));
}

function fromTcp(tcp: Uint8Array, source: Uint8Array, destination: Uint8Array): TcpSegment | undefined {
  if (tcp.length < 20) return undefined;
  const header = ((tcp[12] as number) >> 4) * 4;
  if (header < 20 || header > tcp.length) return undefined;
  return {
    from: { address: formatAddress(source), port: readUint(tcp, 0, 2) },
    to: { address: formatAddress(destination), port: readUint(tcp, 2, 2) },
    sequence: readUint(tcp, 4, 4),
    flags: tcp[13] as number,
    payload: tcp.subarray(header),
  };
}
