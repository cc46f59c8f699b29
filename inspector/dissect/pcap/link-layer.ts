/** Link-layer headers: finds the IP packet inside a packet. */
import { type Carried, CUT, type Unwrapped, behind, within } from './layers.ts';
import { afterEthertype, afterFamilyOf, afterLlc, afterPpp, afterPppoe, afterType } from './ethertypes.ts';
import { BIG, LITTLE } from './source.ts';
import { afterRadio, afterWireless } from './wireless.ts';

export const UNKNOWN_LINK = 'of a link type that is not read here';

type Unwrap = (packet: Carried) => Unwrapped;

const raw: Unwrap = (packet) => packet;

/** By the number of the link type (draft-ietf-opsawg-pcaplinktype). */
const LINKS: Readonly<Record<number, Unwrap>> = {
  0: afterFamily,
  1: (packet) => afterEthertype(packet, 12),
  9: afterPpp,
  12: raw,
  14: raw,
  50: afterPpp,
  51: afterPppoe,
  101: raw,
  104: (packet) => (packet.bytes[0] === 0xff ? afterPpp(packet) : afterEthertype(packet, 2)),
  105: afterWireless,
  107: afterFrameRelay,
  108: afterFamily,
  109: afterEncapsulation,
  113: afterCooked,
  117: afterFilterLog,
  119: (packet) => afterRadio(packet, LITTLE, 4),
  127: (packet) => afterRadio(packet, LITTLE, 2),
  163: (packet) => afterRadio(packet, BIG, 4),
  192: afterPerPacket,
  228: raw,
  229: raw,
  239: afterNetfilterLog,
  276: afterCooked2,
};

/** The IP packet, or why there is none. */
export function unwrapLink(link: number, packet: Carried): Unwrapped {
  const unwrap = LINKS[link];
  if (!unwrap) return UNKNOWN_LINK;
  const ip = unwrap(packet);
  return typeof ip !== 'string' && ip.bytes.length === 0 ? CUT : ip;
}

/** The address family is in the byte order of the machine that captured (NULL) or of the network (LOOP). */
function afterFamily(packet: Carried): Unwrapped {
  const { bytes } = packet;
  if (bytes.length < 4) return CUT;
  return afterFamilyOf(packet, [LITTLE.u32(bytes, 0), BIG.u32(bytes, 0)], 4);
}

/** OpenBSD's enc: the family in the byte order of the machine, then two more words. */
function afterEncapsulation(packet: Carried): Unwrapped {
  const { bytes } = packet;
  if (bytes.length < 12) return CUT;
  return afterFamilyOf(packet, [LITTLE.u32(bytes, 0), BIG.u32(bytes, 0)], 12);
}

/** OpenBSD's pflog: its length, which is filled up to four bytes, then the family. */
function afterFilterLog(packet: Carried): Unwrapped {
  const [length, family] = packet.bytes;
  if (length === undefined || family === undefined) return CUT;
  return afterFamilyOf(packet, [family], Math.ceil(length / 4) * 4);
}

const NETFILTER_PAYLOAD = 9;

/** Linux's nflog: attributes in the byte order of the machine, one of which is the packet. */
function afterNetfilterLog(packet: Carried): Unwrapped {
  const { bytes } = packet;
  for (let at = 4; at + 4 <= bytes.length;) {
    // A length written by a big-endian machine is too large in the other order.
    const order = LITTLE.u16(bytes, at) <= bytes.length ? LITTLE : BIG;
    const [length, type] = [order.u16(bytes, at), order.u16(bytes, at + 2) & 0x7fff];
    if (length < 4) return 'not what their link header says';
    if (type === NETFILTER_PAYLOAD) return within(behind(packet, at + 4), length - 4);
    at += Math.ceil(length / 4) * 4;
  }
  return CUT;
}

/** Linux's cooked capture. Where it has no ethertype it says which framing of 802.2 follows. */
function afterCooked(packet: Carried): Unwrapped {
  const { bytes } = packet;
  if (bytes.length < 16) return CUT;
  return BIG.u16(bytes, 14) === 4 ? afterLlc(behind(packet, 16)) : afterEthertype(packet, 14);
}

/** Its second version has the type first, in a header of 20 bytes. */
function afterCooked2(packet: Carried): Unwrapped {
  const { bytes } = packet;
  if (bytes.length < 20) return CUT;
  const [type, content] = [BIG.u16(bytes, 0), behind(packet, 20)];
  return type === 4 ? afterLlc(content) : afterType(content, type);
}

/** RFC 2427: an address whose last byte is odd, then the control byte and what it carries; or, by Cisco, an ethertype. */
function afterFrameRelay(packet: Carried): Unwrapped {
  const { bytes } = packet;
  const end = bytes.subarray(0, 4).findIndex((byte) => (byte & 1) === 1) + 1;
  if (end === 0 || bytes.length < end + 2) return CUT;
  if (bytes[end] !== 0x03) return afterEthertype(packet, end);
  const padding = bytes[end + 1] === 0 ? 1 : 0;
  const [protocol, start] = [bytes[end + 1 + padding], end + 2 + padding];
  if (protocol === 0xcc || protocol === 0x8e) return behind(packet, start);
  return protocol === 0x80 ? afterEthertype(packet, start + 3) : 'not IP (another protocol of frame relay)';
}

/** Per-packet information: its length, then the link type of what follows, both little-endian. */
function afterPerPacket(packet: Carried): Unwrapped {
  const { bytes } = packet;
  if (bytes.length < 8) return CUT;
  const [length, link] = [LITTLE.u16(bytes, 2), LITTLE.u32(bytes, 4)];
  return link === 192 || length < 8
    ? 'not what their link header says'
    : unwrapLink(link, behind(packet, length));
}
