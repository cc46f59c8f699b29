/**
 * The TCP segment inside a packet: link layer, tunnels, IP, TCP (RFC 791, RFC 8200, RFC 9293). Each layer's own length
 * bounds what is inside it. Checksums are not looked at: where the network card makes them, a capture on the sending
 * machine holds wrong ones.
 */
import { CAPS } from './caps.ts';
import { notTcp } from './datagrams.ts';
import { Fragments } from './fragments.ts';
import { type Carried, CUT as CUT_BELOW, within } from './layers.ts';
import { unwrapLink } from './link-layer.ts';
import { type CapturedEndpoint, Endpoints } from './endpoints.ts';
import { BIG } from './source.ts';
import { insideTunnel } from './tunnels.ts';

export interface TcpSegment {
  readonly from: CapturedEndpoint;
  readonly to: CapturedEndpoint;
  readonly sequence: number;
  /** 0 without the ACK flag. */
  readonly acknowledged: number;
  readonly flags: number;
  readonly payload: Uint8Array;
  /** Bytes of payload that crossed; more than `payload` has where the packet was cut short. */
  readonly length: number;
}

/** What follows an IP header. */
interface Transport extends Carried {
  readonly protocol: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

const TCP = 6;
const HEADER = { hopByHop: 0, routing: 43, fragment: 44, authentication: 51, destination: 60 } as const;
/** Mobility, Host Identity, Shim6: laid out as the others are (RFC 6564). */
const EXTENSIONS: ReadonlySet<number> = new Set([...Object.values(HEADER), 135, 139, 140]);

const CUT = 'cut short before the end of the TCP header';
const BROKEN = 'not what their IP or TCP header says';
const WAITING = 'fragments';
/** Why packets are left out although they are TCP. */
export const UNPLACED = 'of more addresses and ports than are kept apart';

export class SegmentFinder {
  readonly #fragments = new Fragments();
  readonly #endpoints = new Endpoints();
  #packetsUsed = 1;
  #unplacedBytes = 0;

  /** `lost` bytes of the packet were not kept. A text says why there is no segment; empty while fragments wait. */
  find(link: number, packet: Uint8Array, lost = 0): TcpSegment | string {
    this.#packetsUsed = 1;
    const ip = unwrapLink(link, { bytes: packet, lost });
    return typeof ip === 'string' ? ip : this.#inIp(ip, CAPS.tunnels);
  }

  /** How many packets went into what was found last: more than one when it came in fragments. */
  get packetsUsed(): number {
    return this.#packetsUsed;
  }

  /** Bytes of TCP payload in packets that were left out as `UNPLACED`. */
  get unplacedBytes(): number {
    return this.#unplacedBytes;
  }

  /** Packets with fragments whose datagram never became whole. */
  get fragmentsLeft(): number {
    return this.#fragments.left;
  }

  #inIp(ip: Carried, tunnelsLeft: number): TcpSegment | string {
    if (ip.bytes.length === 0) return CUT_BELOW;
    const version = (ip.bytes[0] as number) >> 4;
    if (version !== 4 && version !== 6) return 'not IP';
    const transport = version === 4 ? this.#fromIpv4(ip) : this.#fromIpv6(ip);
    if (typeof transport === 'string') return transport === WAITING ? '' : transport;
    if (transport.protocol === TCP) return this.#tcp(transport);
    const inside = insideTunnel(transport);
    if (inside === undefined) return notTcp(transport.protocol, transport);
    if (typeof inside === 'string') return inside;
    return tunnelsLeft > 0 ? this.#inIp(inside, tunnelsLeft - 1) : `inside more than ${CAPS.tunnels} tunnels`;
  }

  #fromIpv4(packet: Carried): Transport | string {
    const { bytes: ip, lost: lostBehind } = packet;
    const header = ((ip[0] as number) & 0x0f) * 4;
    if (ip.length < 20 || ip.length < header) return lostBehind > 0 ? CUT : BROKEN;
    if (header < 20) return BROKEN;
    // The length is 0 in packets that the network card was to split; padding may follow a short packet.
    const stated = BIG.u16(ip, 2) || ip.length + lostBehind;
    if (stated < header) return BROKEN;
    const { bytes, lost } = within(packet, stated);
    const addresses = { source: ip.subarray(12, 16), destination: ip.subarray(16, 20) };
    const behind = { protocol: ip[9] as number, bytes: bytes.subarray(header), lost, ...addresses };
    const placed = BIG.u16(ip, 6);
    if ((placed & 0x3fff) === 0) return this.#behindExtensions(behind, CAPS.extensionHeaders);
    const key = `4 ${ip.subarray(12, 20).join('.')} ${BIG.u16(ip, 4)} ${behind.protocol}`;
    const place = { key, offset: (placed & 0x1fff) * 8, more: (placed & 0x2000) !== 0 };
    const whole = this.#fragment(behind, place);
    return typeof whole === 'string' ? whole : this.#behindExtensions(whole, CAPS.extensionHeaders);
  }

  #fromIpv6(packet: Carried): Transport | string {
    const { bytes: ip, lost: lostBehind } = packet;
    if (ip.length < 40) return lostBehind > 0 ? CUT : BROKEN;
    // The length is 0 in jumbograms and in packets that the network card was to split.
    const stated = BIG.u16(ip, 4);
    const { bytes, lost } = within(packet, stated === 0 ? ip.length + lostBehind : 40 + stated);
    const addresses = { source: ip.subarray(8, 24), destination: ip.subarray(24, 40) };
    return this.#behindExtensions(
      { protocol: ip[6] as number, bytes: bytes.subarray(40), lost, ...addresses },
      CAPS.extensionHeaders,
    );
  }

  #behindExtensions(behind: Transport, left: number): Transport | string {
    const { protocol, bytes, lost } = behind;
    const v4 = behind.source.length === 4;
    if (!(v4 ? protocol === HEADER.authentication : EXTENSIONS.has(protocol))) return behind;
    if (left === 0) return `behind more than ${CAPS.extensionHeaders} extension headers`;
    if (bytes.length < 8) return lost > 0 ? CUT : BROKEN;
    const length = extensionLength(protocol, bytes[1] as number);
    if (bytes.length < length) return lost > 0 ? CUT : BROKEN;
    const next = { ...behind, protocol: bytes[0] as number, bytes: bytes.subarray(length) };
    if (protocol !== HEADER.fragment) return this.#behindExtensions(next, left - 1);
    const placed = BIG.u16(bytes, 2);
    // A datagram of a single fragment is taken by itself (RFC 6946).
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
    const whole = this.#fragments.add({ ...place, bytes: behind.bytes, packets: this.#packetsUsed });
    if (!whole) return WAITING;
    this.#packetsUsed = whole.packets;
    return { ...behind, bytes: whole.bytes };
  }

  #tcp({ bytes, lost, source, destination }: Transport): TcpSegment | string {
    if (bytes.length < 20) return lost > 0 ? CUT : BROKEN;
    const header = ((bytes[12] as number) >> 4) * 4;
    if (header < 20) return BROKEN;
    if (header > bytes.length) return lost > 0 ? CUT : BROKEN;
    const from = this.#endpoints.of(source, BIG.u16(bytes, 0));
    const to = this.#endpoints.of(destination, BIG.u16(bytes, 2));
    const flags = bytes[13] as number;
    const payload = bytes.subarray(header);
    if (!from || !to) {
      this.#unplacedBytes += payload.length;
      return UNPLACED;
    }
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

/** The fragment header is always 8 bytes; the authentication header counts in units of 4 (RFC 4302 §2.2). */
function extensionLength(protocol: number, stated: number): number {
  if (protocol === HEADER.fragment) return 8;
  return protocol === HEADER.authentication ? (stated + 2) * 4 : (stated + 1) * 8;
}
