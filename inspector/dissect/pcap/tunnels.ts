/** IP packets inside IP packets: what tunnels carry (GRE, VXLAN, Geneve, GTP-U, IP in IP and others). */
import { afterEthertype, afterMpls, afterPpp, afterType } from './ethertypes.ts';
import { type Carried, type Unwrapped, behind, within } from './layers.ts';
import { BIG } from './source.ts';

/** What follows the headers of an IP packet. */
export interface Tunnelled extends Carried {
  readonly protocol: number;
}

type Unwrap = (content: Carried) => Unwrapped | undefined;

const UDP = 17;

const PROTOCOLS: Readonly<Record<number, Unwrap>> = {
  4: (content) => content,
  41: (content) => content,
  47: afterGre,
  // EtherIP (RFC 3378): two bytes, then a frame.
  97: (content) => afterEthertype(content, 14),
  137: (content) => afterMpls(content),
};

/** By the port of the receiver. */
const PORTS: Readonly<Record<number, Unwrap>> = {
  2152: afterGtp,
  4789: afterVxlan,
  // Where Linux sent VXLAN before the port was given.
  8472: afterVxlan,
  4790: afterVxlanGpe,
  6081: afterGeneve,
  6635: (content) => afterMpls(content),
};

/** The IP packet inside, or why there is none; `undefined` when this is no tunnel that is known here. */
export function insideTunnel(packet: Tunnelled): Unwrapped | undefined {
  if (packet.protocol !== UDP) return PROTOCOLS[packet.protocol]?.(packet);
  if (packet.bytes.length < 8) return undefined;
  return PORTS[BIG.u16(packet.bytes, 2)]?.(datagram(packet));
}

/**
 * The content of a UDP datagram, which says how long it is (RFC 768); the length is 0 in datagrams that a
 * network card was to split.
 */
export function datagram({ bytes, lost }: Carried): Carried {
  const stated = BIG.u16(bytes, 4);
  const content = behind({ bytes, lost }, 8);
  return stated < 8 ? content : within(content, stated - 8);
}

const GRE = {
  checksum: 0x8000,
  routing: 0x4000,
  key: 0x2000,
  sequence: 0x1000,
  acknowledgement: 0x0080,
} as const;
const ERSPAN = { two: 0x88be, three: 0x22eb } as const;

/** RFC 2784 and RFC 2890; version 1 is that of point-to-point tunnelling (RFC 2637 §4.1), which says its length. */
function afterGre(content: Carried): Unwrapped {
  const { bytes } = content;
  if (bytes.length < 4) return 'cut off before the IP header';
  const [flags, type] = [BIG.u16(bytes, 0), BIG.u16(bytes, 2)];
  if ((flags & GRE.routing) !== 0) return 'not TCP (GRE with routing)';
  const version = flags & 7;
  const optional = [GRE.checksum, GRE.key, GRE.sequence, ...(version === 1 ? [GRE.acknowledgement] : [])];
  const length = 4 + 4 * optional.filter((flag) => (flags & flag) !== 0).length;
  const inside = behind(content, length);
  if (version === 1)
    return bytes.length < 8 ? 'cut off before the IP header' : afterPpp(within(inside, BIG.u16(bytes, 4)));
  // A mirrored frame (ERSPAN): after a header of its own, which the first version does not have.
  if (type === ERSPAN.two) return afterEthertype(behind(inside, (flags & GRE.sequence) === 0 ? 0 : 8), 12);
  if (type === ERSPAN.three)
    return afterEthertype(behind(inside, ((inside.bytes[11] ?? 0) & 1) === 0 ? 12 : 20), 12);
  return afterType(inside, type);
}

/** RFC 7348 §5: a flag says that the network's number is there; then an Ethernet frame. */
function afterVxlan(content: Carried): Unwrapped | undefined {
  if (content.bytes.length < 8 || ((content.bytes[0] as number) & 0x08) === 0) return undefined;
  return afterEthertype(behind(content, 8), 12);
}

/** The generic extension of VXLAN: the last byte of the first word says what follows. */
function afterVxlanGpe(content: Carried): Unwrapped | undefined {
  if (content.bytes.length < 8) return undefined;
  const next = content.bytes[3] as number;
  if (next === 1 || next === 2) return behind(content, 8);
  return next === 3 ? afterEthertype(behind(content, 8), 12) : undefined;
}

/** RFC 8926 §3.4: the length of the options in words of four bytes, and an ethertype. */
function afterGeneve(content: Carried): Unwrapped | undefined {
  const { bytes } = content;
  if (bytes.length < 8 || (bytes[0] as number) >> 6 !== 0) return undefined;
  return afterType(behind(content, 8 + 4 * ((bytes[0] as number) & 0x3f)), BIG.u16(bytes, 2));
}

const USER_DATA = 0xff;

/** Packets of mobile users (3GPP TS 29.281 §5.1): what follows the first eight bytes is as long as they say. */
function afterGtp(content: Carried): Unwrapped | undefined {
  const { bytes } = content;
  const flags = bytes[0] ?? 0;
  if (bytes.length < 8 || flags >> 4 !== 3 || bytes[1] !== USER_DATA) return undefined;
  const inside = within(behind(content, 8), BIG.u16(bytes, 2));
  if ((flags & 7) === 0) return inside;
  return behind(inside, extensionsEnd(inside.bytes, (flags & 4) !== 0));
}

/** Four optional bytes, the last of which names the first of a chain of extension headers (§5.2). */
function extensionsEnd(bytes: Uint8Array, extended: boolean): number {
  let at = 4;
  while (extended && bytes[at - 1] && bytes[at]) at += 4 * (bytes[at] as number);
  return at;
}
