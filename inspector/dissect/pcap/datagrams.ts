/**
 * What packets that are not TCP seem to be. It is only named, so that a reader knows why nothing in them is
 * shown.
 */
import { BIG } from './source.ts';
import { datagram } from './tunnels.ts';
import type { Carried } from './layers.ts';

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  46: 'RSVP',
  50: 'ESP',
  58: 'ICMPv6',
  59: 'nothing after IPv6',
  88: 'EIGRP',
  89: 'OSPF',
  103: 'PIM',
  112: 'VRRP',
  115: 'L2TP',
  132: 'SCTP',
};
const UDP = 17;

/** Services that have a port of their own, at either end. */
const SERVICES: Readonly<Record<number, string>> = {
  53: 'DNS',
  67: 'DHCP',
  68: 'DHCP',
  69: 'TFTP',
  123: 'NTP',
  137: 'NetBIOS',
  138: 'NetBIOS',
  161: 'SNMP',
  162: 'SNMP',
  500: 'IKE',
  514: 'syslog',
  546: 'DHCPv6',
  547: 'DHCPv6',
  1900: 'SSDP',
  4500: 'IKE or ESP',
  5353: 'mDNS',
  5355: 'LLMNR',
  51820: 'WireGuard',
};

/** Why a packet of this IP protocol is not read, in words behind "packets". */
export function notTcp(protocol: number, content: Carried): string {
  const name = protocol === UDP ? nameOfUdp(content) : (PROTOCOLS[protocol] ?? `IP protocol ${protocol}`);
  return `not TCP (${name})`;
}

function nameOfUdp(content: Carried): string {
  if (content.bytes.length < 8) return 'UDP';
  const ports = [BIG.u16(content.bytes, 0), BIG.u16(content.bytes, 2)] as const;
  const port = Math.min(...ports);
  const name = nameOfContent(datagram(content).bytes, ports) ?? SERVICES[ports[0]] ?? SERVICES[ports[1]];
  return name === undefined ? `UDP, port ${port}` : `UDP, ${name}`;
}

function nameOfContent(bytes: Uint8Array, ports: readonly number[]): string | undefined {
  if (isDtls(bytes)) return 'DTLS';
  if (isQuic(bytes, ports)) return 'QUIC';
  return bytes.length >= 20 && BIG.u32(bytes, 4) === 0x2112a442 ? 'STUN' : undefined;
}

/** A content type of TLS, and a version of DTLS 1.0, 1.2 or 1.3 (RFC 9147 §4). */
function isDtls(bytes: Uint8Array): boolean {
  const [type = 0] = bytes;
  if (bytes.length < 13 || type < 0x14 || type > 0x1a) return false;
  return [0xfeff, 0xfefd, 0xfefc].includes(BIG.u16(bytes, 1));
}

/** A long header with a version (RFC 9000 §17.2, RFC 9369) or none; short headers only at the ports of QUIC. */
function isQuic(bytes: Uint8Array, ports: readonly number[]): boolean {
  const [flags = 0] = bytes;
  if (bytes.length < 7) return false;
  if ((flags & 0x80) === 0) return (flags & 0x40) !== 0 && ports.includes(443);
  const version = BIG.u32(bytes, 1);
  return [0, 1, 0x6b3343cf].includes(version) || version >>> 8 === 0xff0000;
}
