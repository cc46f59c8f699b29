/** The TCP segment inside a packet: link layer, IP, TCP (RFC 791, RFC 8200, RFC 9293). Checksums are not looked at:
 * where the network card makes them, a capture on the sending machine holds wrong ones. */
import { CAPS } from './caps.ts';
import { Fragments } from './fragments.ts';
import { networkStart } from './link.ts';
import { type Place, Places } from './places.ts';
import { BIG } from './source.ts';

export interface TcpSegment {
  readonly from: Place;
  readonly to: Place;
  readonly sequence: number;
  /** 0 without the ACK flag. */
  readonly acknowledged: number;
  readonly flags: number;
  readonly payload: Uint8Array;
  /** Bytes of payload that crossed; more than `payload` has where the packet was cut short. */
  readonly length: number;
}

/** What stands behind an IP header. `lost` bytes at its end were cut off. */
interface Transport {
  readonly protocol: number;
  readonly bytes: Uint8Array;
  readonly lost: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

const TCP = 6;
const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPv4 in IP',
  17: 'UDP',
  41: 'IPv6 in IP',
  47: 'GRE',
  50: 'ESP',
  58: 'ICMPv6',
  59: 'nothing behind IPv6',
  89: 'OSPF',
  132: 'SCTP',
};
const HEADER = { hopByHop: 0, routing: 43, fragment: 44, authentication: 51, destination: 60 } as const;
/** Mobility, Host Identity, Shim6: laid out as the others are (RFC 6564). */
const EXTENSIONS: ReadonlySet<number> = new Set([...Object.values(HEADER), 135, 139, 140]);

const CUT = 'cut short before the end of the TCP header';
const BROKEN = 'not what their IP or TCP header says';
const WAITING = 'fragments';

export class SegmentFinder {
  readonly #fragments = new Fragments();
  readonly #places = new Places();
  #packetsUsed = 1;

  /** `lost` bytes of the packet were not kept. A text says why there is no segment; empty while fragments wait. */
  find(link: number, packet: Uint8Array, lost = 0): TcpSegment | string {
    this.#packetsUsed = 1;
    const start = networkStart(link, packet);
    if (typeof start === 'string') return start;
    if (start >= packet.length) return 'cut off before the IP header';
    const ip = packet.subarray(start);
    const version = (ip[0] as number) >> 4;
    if (version !== 4 && version !== 6) return 'not IP';
    const transport = version === 4 ? this.#fromIpv4(ip, lost) : this.#fromIpv6(ip, lost);
    return typeof transport === 'string' ? (transport === WAITING ? '' : transport) : this.#tcp(transport);
  }

  /** How many packets went into what was found last: more than one when it came in fragments. */
  get packetsUsed(): number {
    return this.#packetsUsed;
  }

  /** Fragments whose datagram never became whole. */
  get fragmentsLeft(): number {
    return this.#fragments.left;
  }

  #fromIpv4(ip: Uint8Array, lostBehind: number): Transport | string {
    const header = ((ip[0] as number) & 0x0f) * 4;
    if (ip.length < 20 || ip.length < header) return lostBehind > 0 ? CUT : BROKEN;
    if (header < 20) return BROKEN;
    // A length of 0 stands in packets that the network card was to cut up; padding may follow a short one.
    const stated = BIG.u16(ip, 2) || ip.length + lostBehind;
    if (stated < header) return BROKEN;
    const { bytes, lost } = within(ip, stated, lostBehind);
    const addresses = { source: ip.subarray(12, 16), destination: ip.subarray(16, 20) };
    const behind = { protocol: ip[9] as number, bytes: bytes.subarray(header), lost, ...addresses };
    const placed = BIG.u16(ip, 6);
    if ((placed & 0x3fff) === 0) return behind;
    const key = `4 ${ip.subarray(12, 20).join('.')} ${BIG.u16(ip, 4)} ${behind.protocol}`;
    return this.#fragment(behind, { key, offset: (placed & 0x1fff) * 8, more: (placed & 0x2000) !== 0 });
  }

  #fromIpv6(ip: Uint8Array, lostBehind: number): Transport | string {
    if (ip.length < 40) return lostBehind > 0 ? CUT : BROKEN;
    // 0 stands in jumbograms and in packets that the network card was to cut up.
    const stated = BIG.u16(ip, 4);
    const { bytes, lost } = within(ip, stated === 0 ? ip.length + lostBehind : 40 + stated, lostBehind);
    const addresses = { source: ip.subarray(8, 24), destination: ip.subarray(24, 40) };
    return this.#behindExtensions(
      { protocol: ip[6] as number, bytes: bytes.subarray(40), lost, ...addresses },
      CAPS.extensionHeaders,
    );
  }

  #behindExtensions(behind: Transport, left: number): Transport | string {
    const { protocol, bytes, lost } = behind;
    if (!EXTENSIONS.has(protocol)) return behind;
    if (left === 0) return `behind more than ${CAPS.extensionHeaders} IPv6 extension headers`;
    if (bytes.length < 8) return lost > 0 ? CUT : BROKEN;
    const length = extensionLength(protocol, bytes[1] as number);
    if (bytes.length < length) return lost > 0 ? CUT : BROKEN;
    const next = { ...behind, protocol: bytes[0] as number, bytes: bytes.subarray(length) };
    if (protocol !== HEADER.fragment) return this.#behindExtensions(next, left - 1);
    const placed = BIG.u16(bytes, 2);
    // A datagram of a single fragment stands for itself (RFC 6946).
    if ((placed & 0xfff9) === 0) return this.#behindExtensions(next, left - 1);
    const key = `6 ${behind.source.join('.')} ${behind.destination.join('.')} ${BIG.u32(bytes, 4)}`;
    const whole = this.#fragment(next, { key, offset: placed & 0xfff8, more: (placed & 1) !== 0 });
    return typeof whole === 'string' ? whole : this.#behindExtensions(whole, left - 1);
  }

  #fragment(
    behind: Transport,
    place: { readonly key: string; readonly offset: number; readonly more: boolean },
  ): Transport | string {
    if (behind.lost > 0) return 'fragments that were cut short';
    if (place.offset + behind.bytes.length > 0xffff) return BROKEN;
    const whole = this.#fragments.add({ ...place, bytes: behind.bytes });
    if (!whole) return WAITING;
    this.#packetsUsed += whole.fragments - 1;
    return { ...behind, bytes: whole.bytes };
  }

  #tcp({ protocol, bytes, lost, source, destination }: Transport): TcpSegment | string {
    if (protocol !== TCP) return `not TCP (${PROTOCOLS[protocol] ?? `IP protocol ${protocol}`})`;
    if (bytes.length < 20) return lost > 0 ? CUT : BROKEN;
    const header = ((bytes[12] as number) >> 4) * 4;
    if (header < 20) return BROKEN;
    if (header > bytes.length) return lost > 0 ? CUT : BROKEN;
    const from = this.#places.of(source, BIG.u16(bytes, 0));
    const to = this.#places.of(destination, BIG.u16(bytes, 2));
    if (!from || !to) return 'of more addresses and ports than are kept apart';
    const flags = bytes[13] as number;
    const payload = bytes.subarray(header);
    const acknowledged = (flags & 0x10) === 0 ? 0 : BIG.u32(bytes, 8);
    return {
      from,
      to,
      sequence: BIG.u32(bytes, 4),
      acknowledged,
      flags,
      payload,
      length: payload.length + lost,
    };
  }
}

/** The `stated` bytes of an IP packet, as far as they were kept; what was never there is not lost. */
function within(
  ip: Uint8Array,
  stated: number,
  lostBehind: number,
): { readonly bytes: Uint8Array; readonly lost: number } {
  const bytes = stated < ip.length ? ip.subarray(0, stated) : ip;
  return { bytes, lost: Math.min(lostBehind, stated - bytes.length) };
}

/** The fragment header is always 8 bytes; the authentication header counts in units of 4 (RFC 4302 §2.2). */
function extensionLength(protocol: number, stated: number): number {
  if (protocol === HEADER.fragment) return 8;
  return protocol === HEADER.authentication ? (stated + 2) * 4 : (stated + 1) * 8;
}
