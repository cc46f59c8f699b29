/** Link-layer headers: where in a packet the IP header begins. */
import { CAPS } from './caps.ts';
import { BIG, LITTLE } from './source.ts';

const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd, pppoe: 0x8864 } as const;
/** 802.1Q, 802.1ad, and what was in use before it (802.1Q with other numbers). */
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200, 0x9300]);
/** Internet address families: IPv4 everywhere; IPv6 on Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS. */
const FAMILIES: ReadonlySet<number> = new Set([2, 10, 23, 24, 28, 30]);
/** Raw IP, by its numbers on various systems, and for one version alone. */
const RAW: ReadonlySet<number> = new Set([12, 14, 101, 228, 229]);
const CUT = 'cut off before the IP header';

/** Offset of the IP header, or why there is none. */
export function networkStart(link: number, packet: Uint8Array): number | string {
  if (RAW.has(link)) return 0;
  switch (link) {
    case 0:
    case 108:
      return afterFamily(packet);
    case 1:
      return afterEthertype(packet, 12);
    case 9:
    case 50:
      return afterPpp(packet, 0);
    case 113:
      return afterEthertype(packet, 14);
    case 276:
      return afterCooked2(packet);
    default:
      return UNKNOWN_LINK;
  }
}

export const UNKNOWN_LINK = 'of a link type that is not read here';

/** The address family stands in the byte order of the machine that captured (NULL) or of the network (LOOP). */
function afterFamily(packet: Uint8Array): number | string {
  if (packet.length < 4) return CUT;
  const known = FAMILIES.has(LITTLE.u32(packet, 0)) || FAMILIES.has(BIG.u32(packet, 0));
  return known ? 4 : 'not IP';
}

/** Past the type at `at` and any VLAN tags (IEEE 802.1Q §9.3), each of which puts the type four bytes further. */
function afterEthertype(packet: Uint8Array, at: number): number | string {
  if (packet.length < at + 2) return CUT;
  return afterType(packet, BIG.u16(packet, at), at + 2);
}

/** The content of this type begins at `start`. */
function afterType(packet: Uint8Array, firstType: number, firstStart: number): number | string {
  let [type, start] = [firstType, firstStart];
  for (let tags = 0; VLAN_TAGS.has(type); tags++) {
    if (tags === CAPS.vlanTags) return `behind more than ${CAPS.vlanTags} VLAN tags`;
    if (packet.length < start + 4) return CUT;
    type = BIG.u16(packet, start + 2);
    start += 4;
  }
  if (type === ETHERTYPE.ipv4 || type === ETHERTYPE.ipv6) return start;
  // PPPoE: six bytes of session, then PPP without its frame (RFC 2516 §4).
  return type === ETHERTYPE.pppoe ? afterPpp(packet, start + 6) : `not IP (ethertype ${nameOfType(type)})`;
}

/** SLL2 has the type first, in a header of 20 bytes. */
function afterCooked2(packet: Uint8Array): number | string {
  return packet.length < 20 ? CUT : afterType(packet, BIG.u16(packet, 0), 20);
}

/** Address and control may be left out, and the protocol may be one byte when it is odd (RFC 1661 §6.6, §6.5). */
function afterPpp(packet: Uint8Array, start: number): number | string {
  const at = packet[start] === 0xff && packet[start + 1] === 0x03 ? start + 2 : start;
  if (packet.length < at + 2) return CUT;
  const short = ((packet[at] as number) & 1) === 1;
  const protocol = short ? (packet[at] as number) : BIG.u16(packet, at);
  return protocol === 0x0021 || protocol === 0x0057 ? at + (short ? 1 : 2) : 'not IP (another PPP protocol)';
}

function nameOfType(type: number): string {
  const hex = `0x${type.toString(16).padStart(4, '0')}`;
  return type === 0x0806 ? `${hex}, ARP` : hex;
}
