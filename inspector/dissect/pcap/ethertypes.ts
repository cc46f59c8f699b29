/** What an ethertype says about the bytes after it, through tags, labels and sessions to IP. */
import { CAPS } from './caps.ts';
import { type Carried, CUT, type Unwrapped, behind, within } from './layers.ts';
import { BIG } from './source.ts';

/** 802.1Q, 802.1ad, and what was in use before it (802.1Q with other numbers): two bytes of tag, then a type. */
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200, 0x9300]);
/** Internet address families: IPv4 everywhere; IPv6 on Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS. */
const FAMILIES: ReadonlySet<number> = new Set([2, 10, 23, 24, 28, 30]);
/** Smaller numbers in the place of a type are the length of an 802.3 frame. */
const SMALLEST_TYPE = 0x0600;

/** Layers that may carry others, further in. */
const DEPTH: number = CAPS.linkLayers;

type Unwrap = (content: Carried, depth: number) => Unwrapped;

const ip: Unwrap = (content) => content;

const TYPES: Readonly<Record<number, Unwrap>> = {
  0x0800: ip,
  0x86dd: ip,
  0x8864: afterPppoe,
  0x8847: afterMpls,
  0x8848: afterMpls,
  0x6558: (content, depth) => afterEthertype(content, 12, depth),
  // Provider backbone bridging (802.1ah): a tag of four bytes, then a frame with addresses of its own.
  0x88e7: (content, depth) => afterEthertype(behind(content, 4), 12, depth),
  // Point-to-point tunnelling (RFC 2637) names PPP by this number.
  0x880b: afterPpp,
};

const NAMES: Readonly<Record<number, string>> = {
  0x0806: 'ARP',
  0x8035: 'RARP',
  0x8808: 'Ethernet flow control',
  0x8809: 'link aggregation',
  0x8863: 'PPPoE discovery',
  0x888e: 'EAPOL',
  0x88cc: 'LLDP',
  0x88e5: 'MACsec',
  0x88f7: 'PTP',
  0x9000: 'Ethernet loopback',
};

/** The content of a frame whose ethertype is at `at`. */
export function afterEthertype(frame: Carried, at: number, depth = DEPTH): Unwrapped {
  if (frame.bytes.length < at + 2) return CUT;
  const type = BIG.u16(frame.bytes, at);
  const content = behind(frame, at + 2);
  return type < SMALLEST_TYPE ? afterLlc(within(content, type), depth) : afterType(content, type, depth);
}

/** Follows content of this type; each VLAN tag moves the type four bytes further (IEEE 802.1Q §9.3). */
export function afterType(content: Carried, firstType: number, depth = DEPTH): Unwrapped {
  let [type, inside] = [firstType, content];
  for (let tags = 0; VLAN_TAGS.has(type); tags++) {
    if (tags === CAPS.vlanTags) return `behind more than ${CAPS.vlanTags} VLAN tags`;
    if (inside.bytes.length < 4) return CUT;
    type = BIG.u16(inside.bytes, 2);
    inside = behind(inside, 4);
    // A tag may also be around an 802.3 frame.
    if (type < SMALLEST_TYPE) return afterLlc(within(inside, type), depth);
  }
  if (depth === 0) return `behind more than ${CAPS.linkLayers} layers below IP`;
  return TYPES[type]?.(inside, depth - 1) ?? `not IP (ethertype ${nameOfType(type)})`;
}

/**
 * 802.2: two addresses and a control byte; with SNAP the owner of the type follows, then an ethertype (RFC
 * 1042).
 */
export function afterLlc(frame: Carried, depth = DEPTH): Unwrapped {
  const { bytes } = frame;
  if (bytes.length < 3) return CUT;
  if (bytes[0] === 0x06 && bytes[1] === 0x06) return behind(frame, 3);
  if (bytes[0] !== 0xaa || bytes[1] !== 0xaa) return `not IP (802.2, ${nameOfAddress(bytes[0] as number)})`;
  if (bytes.length < 8) return CUT;
  // RFC 1042, and the bridge tunnel of 802.1H.
  const plain = bytes[3] === 0 && bytes[4] === 0 && (bytes[5] === 0 || bytes[5] === 0xf8);
  return plain
    ? afterType(behind(frame, 8), BIG.u16(bytes, 6), depth)
    : 'not IP (802.2, a protocol of a vendor)';
}

/** Six bytes of session, whose length says where PPP ends (RFC 2516 §4): after it is Ethernet padding. */
export function afterPppoe(frame: Carried, depth = DEPTH): Unwrapped {
  const { bytes } = frame;
  if (bytes.length < 6) return CUT;
  return afterPpp(within(behind(frame, 6), BIG.u16(bytes, 4)), depth);
}

/** Address and control may be left out, and the protocol may be one byte when it is odd (RFC 1661 §6.6, §6.5). */
export function afterPpp(frame: Carried, depth = DEPTH): Unwrapped {
  const { bytes } = frame;
  const at = bytes[0] === 0xff && bytes[1] === 0x03 ? 2 : 0;
  if (bytes.length < at + 2) return CUT;
  const short = ((bytes[at] as number) & 1) === 1;
  const protocol = short ? (bytes[at] as number) : BIG.u16(bytes, at);
  const content = behind(frame, at + (short ? 1 : 2));
  if (protocol === 0x0021 || protocol === 0x0057) return content;
  return protocol === 0x0281 || protocol === 0x0283
    ? afterMpls(content, depth)
    : 'not IP (another PPP protocol)';
}

/**
 * Labels of four bytes, the last of which is marked as such (RFC 3032 §2.1). What they carry is told by its
 * first half byte, as routers do: IP, or an Ethernet frame, which a control word may precede (RFC 4385 §3).
 */
export function afterMpls(frame: Carried, depth = DEPTH): Unwrapped {
  let content = frame;
  for (let labels = 1; ; labels++) {
    if (content.bytes.length < 5) return CUT;
    const last = ((content.bytes[2] as number) & 1) === 1;
    content = behind(content, 4);
    if (last) break;
    if (labels === CAPS.mplsLabels) return `behind more than ${CAPS.mplsLabels} MPLS labels`;
  }
  const version = (content.bytes[0] as number) >> 4;
  if (version === 4 || version === 6) return content;
  if (depth === 0) return `behind more than ${CAPS.linkLayers} layers below IP`;
  return afterEthertype(version === 0 ? behind(content, 4) : content, 12, depth - 1);
}

/** The content after `length` bytes, if the family is one of these numbers of IP. */
export function afterFamilyOf(packet: Carried, families: readonly number[], length: number): Unwrapped {
  return families.some((family) => FAMILIES.has(family)) ? behind(packet, length) : 'not IP';
}

function nameOfType(type: number): string {
  const hex = `0x${type.toString(16).padStart(4, '0')}`;
  const name = NAMES[type];
  return name === undefined ? hex : `${hex}, ${name}`;
}

function nameOfAddress(address: number): string {
  const names: Readonly<Record<number, string>> = {
    0x42: 'spanning tree',
    0xe0: 'IPX',
    0xf0: 'NetBIOS',
    0xfe: 'IS-IS',
  };
  return names[address] ?? `address 0x${address.toString(16).padStart(2, '0')}`;
}
