/** Layers around the packets of a capture, each written from its own description and not by code of ours. */
import { concat, fromHex } from '#protocol/bytes';

/** What a layer carries: an ethertype, and the bytes that it is the type of. */
export interface Content {
  readonly type: number;
  readonly bytes: Uint8Array;
}

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const MACS = fromHex('020000000002020000000001');

/** What makes one layer around one packet differ from others. */
export interface Which {
  /** Any number: of a VLAN, a label, a network. */
  readonly number: number;
  /** Of the packet among those that get this layer. */
  readonly id: number;
  /** Of the layer among those of a packet. */
  readonly layer: number;
}

/** Around a content of any type or, where it gives `undefined`, not around this one. */
type Layer = (content: Content, which: Which) => Content | undefined;

/** Below IP, and tunnels that begin with an IP header of their own. */
export const LAYERS = {
  vlan: (content, { number }) => ({ type: 0x8100, bytes: tagged(content, number) }),
  provider: (content, { number }) => ({ type: 0x88a8, bytes: tagged(content, number) }),
  mpls: ip(({ bytes }, { number }) => ({ type: 0x8847, bytes: concat([label(number), bytes]) })),
  pppoe: ip(({ type, bytes }) => ({
    type: 0x8864,
    bytes: concat([u16(0x1100, 0x1234, bytes.length + 2), pppType(type), bytes]),
  })),
  'ip-in-ip': ip(({ type, bytes }, which) => inIpv4(type === IPV4 ? 4 : 41, bytes, which)),
  gre: ({ type, bytes }, which) =>
    inIpv4(47, concat([which.number % 2 === 0 ? u16(0, type) : u16(0x2000, type, 0, 7), bytes]), which),
  'ethernet-in-gre': (content, which) => inIpv4(47, concat([u16(0, 0x6558), ethernet(content)]), which),
  'ethernet-in-ip': (content, which) => inIpv4(97, concat([u16(0x3000), ethernet(content)]), which),
  vxlan: (content, which) => inUdp(4789, concat([u16(0x0800, 0, which.number, 0), ethernet(content)]), which),
  geneve: ({ type, bytes }, which) => inUdp(6081, concat([u16(0, type, which.number, 0), bytes]), which),
  gtp: ip(({ bytes }, which) => inUdp(2152, concat([u16(0x30ff, bytes.length, 0, 7), bytes]), which)),
  // What Ethernet fills up short frames with stands behind the last byte that IP counts.
  padding: ip(({ type, bytes }, { number }) => ({
    type,
    bytes: concat([bytes, new Uint8Array(number % 50).fill(0x16)]),
  })),
} satisfies Readonly<Record<string, Layer>>;

export type LayerName = keyof typeof LAYERS;
export const LAYER_NAMES = Object.keys(LAYERS) as LayerName[];

interface Link {
  readonly link: number;
  /** The packet as this link carries it. */
  readonly frame: (content: Content) => Uint8Array;
}

/** Those of the first group carry anything, those of the second only IP. */
const LINKS = {
  ethernet: { link: 1, frame: ethernet },
  wireless: { link: 105, frame: wireless },
  radiotap: { link: 127, frame: (content) => concat([fromHex('0000080000000000'), wireless(content)]) },
  cooked: {
    link: 113,
    frame: ({ type, bytes }) => concat([fromHex('0000000100060200000000010000'), u16(type), bytes]),
  },
  'cooked-2': {
    link: 276,
    frame: ({ type, bytes }) => concat([u16(type), fromHex('000000000002000100060200000000010000'), bytes]),
  },
  hdlc: { link: 104, frame: ({ type, bytes }) => concat([u16(0x0f00, type), bytes]) },
  'frame-relay': {
    link: 107,
    frame: ({ type, bytes }) => concat([fromHex('1841030080000000'), u16(type), bytes]),
  },
} satisfies Readonly<Record<string, Link>>;

const IP_LINKS = {
  loopback: {
    link: 0,
    frame: ({ type, bytes }) => concat([fromHex(type === IPV4 ? '02000000' : '1e000000'), bytes]),
  },
  raw: { link: 101, frame: ({ bytes }) => bytes },
  ppp: { link: 9, frame: ({ type, bytes }) => concat([u16(0xff03), pppType(type), bytes]) },
  'packet-filter': {
    link: 117,
    frame: ({ type, bytes }) => {
      const header = new Uint8Array(64);
      header.set([61, type === IPV4 ? 2 : 24]);
      return concat([header, bytes]);
    },
  },
  netfilter: {
    link: 239,
    frame: ({ bytes }) => {
      const length = bytes.length + 4;
      return concat([
        fromHex('02000000'),
        fromHex('0800010008000100'),
        Uint8Array.of(length & 0xff, length >> 8, 9, 0),
        bytes,
      ]);
    },
  },
} satisfies Readonly<Record<string, Link>>;

export type LinkName = keyof typeof LINKS | keyof typeof IP_LINKS;
export const LINK_NAMES = [...Object.keys(LINKS), ...Object.keys(IP_LINKS)] as LinkName[];

export function isIp({ type }: Content): boolean {
  return type === IPV4 || type === IPV6;
}

/** The link that carries all of these packets: this one, or Ethernet where it only carries IP. */
export function linkFor(name: LinkName, packets: readonly Content[]): Link {
  if (name in LINKS) return LINKS[name as keyof typeof LINKS];
  return packets.every(isIp) ? IP_LINKS[name as keyof typeof IP_LINKS] : LINKS.ethernet;
}

/** What a frame of Ethernet carries. */
export function contentOf(frame: Uint8Array): Content {
  return { type: ((frame[12] as number) << 8) | (frame[13] as number), bytes: frame.subarray(14) };
}

/** An IPv4 packet in two fragments (RFC 791 §2.3), or as it is when it is too short for that. */
export function inFragments(content: Content, number: number): Content[] {
  const { type, bytes } = content;
  const isFragment = type === IPV4 && (((bytes[6] as number) & 0x3f) | (bytes[7] as number)) !== 0;
  const header = bytes.subarray(0, 20);
  const body = bytes.subarray(20, ((bytes[2] as number) << 8) | (bytes[3] as number));
  const words = Math.floor((body.length - 1) / 8);
  if (type !== IPV4 || isFragment || words < 1) return [content];
  const at = 8 * (1 + (number % words));
  const fragment = (from: number, to: number, more: boolean): Content => {
    const own = new Uint8Array(header);
    own.set(u16(20 + to - from), 2);
    own.set(u16((more ? 0x2000 : 0) | (from / 8)), 6);
    return { type, bytes: concat([own, body.subarray(from, to)]) };
  };
  return [fragment(0, at, true), fragment(at, body.length, false)];
}

function ip(around: (content: Content, which: Which) => Content): Layer {
  return (content, which) => (isIp(content) ? around(content, which) : undefined);
}

function ethernet({ type, bytes }: Content): Uint8Array {
  return concat([MACS, u16(type), bytes]);
}

/** A data frame with quality of service, then 802.2 with SNAP. */
function wireless({ type, bytes }: Content): Uint8Array {
  const header = fromHex(`88010000${'020000000001'.repeat(3)}00000000`);
  return concat([header, fromHex('aaaa03000000'), u16(type), bytes]);
}

function tagged({ type, bytes }: Content, number: number): Uint8Array {
  return concat([u16(number & 0x0fff, type), bytes]);
}

/** The last of the stack, as its third byte says. */
function label(number: number): Uint8Array {
  return Uint8Array.of((number >> 8) & 0xff, number & 0xff, 0x01, 64);
}

function pppType(type: number): Uint8Array {
  return u16(type === IPV4 ? 0x0021 : 0x0057);
}

function inUdp(port: number, bytes: Uint8Array, which: Which): Content {
  return inIpv4(17, concat([u16(50_000, port, bytes.length + 8, 0), bytes]), which);
}

/** Addresses and identification tell its fragments from those of every other packet. */
function inIpv4(protocol: number, bytes: Uint8Array, { id, layer }: Which): Content {
  const header = fromHex('45000000 00000000 40000000 0a000001 0a000002');
  header.set(u16(20 + bytes.length, id), 2);
  header[9] = protocol;
  header[13] = layer;
  return { type: IPV4, bytes: concat([header, bytes]) };
}

function u16(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [(value >> 8) & 0xff, value & 0xff]));
}
