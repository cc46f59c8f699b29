import { describe, expect, it } from 'vitest';
import { fromHex, showUtf8, toHex } from '#protocol/bytes';
import { CAPS } from './caps.ts';
import { SegmentFinder } from './segments.ts';

/**
 * Port 50000 to 80, sequence number 1, no flags but SYN, followed by "hello wire". Its checksum is left out.
 */
const TCP = 'c350 0050 00000001 00000000 5002 ffff 0000 0000';
const HELLO = '68656c6c6f2077697265';
/** 10.0.0.1 to 10.0.0.2, 50 bytes in all. */
const IPV4 = '4500 0032 0001 0000 40 06 0000 0a000001 0a000002';
/** 2001:db8::1 to 2001:db8::2. */
const ADDRESSES6 = '20010db8000000000000000000000001 20010db8000000000000000000000002';
const ipv6 = (length: string, next: string): string => `60000000 ${length} ${next} 40 ${ADDRESSES6}`;
const PACKET4 = IPV4 + TCP + HELLO;
const PACKET6 = ipv6('001e', '06') + TCP + HELLO;

/** What one finder makes of packets: `client → server payload`, or why there is nothing. */
function found(link: number, ...packets: string[]): string[] {
  const finder = new SegmentFinder();
  return packets.map((hex) => {
    const segment = finder.find(link, fromHex(hex));
    if (typeof segment === 'string') return segment;
    const { from, to, payload } = segment;
    return `${from.address}:${from.port} → ${to.address}:${to.port} ${showUtf8(payload)}`;
  });
}
const SAID4 = '10.0.0.1:50000 → 10.0.0.2:80 hello wire';
const SAID6 = '2001:db8::1:50000 → 2001:db8::2:80 hello wire';

describe('a link type', () => {
  it.each([
    ['NULL, little-endian', 0, '02000000', '1e000000'],
    ['NULL, big-endian', 0, '00000002', '0000001c'],
    ['NULL of other systems', 0, '02000000', '18000000'],
    ['ETHERNET', 1, '020000000002 020000000001 0800', '020000000002 020000000001 86dd'],
    ['PPP', 9, '0021', '0057'],
    ['PPP with address and control, short protocol', 9, 'ff0321', 'ff0357'],
    ['RAW of BSD', 12, '', ''],
    ['RAW of OpenBSD', 14, '', ''],
    ['PPP_HDLC', 50, 'ff030021', 'ff030057'],
    ['RAW', 101, '', ''],
    ['LOOP', 108, '00000002', '00000018'],
    ['LINUX_SLL', 113, '0000 0001 0006 020000000001 0000 0800', '0000 0304 0006 000000000000 0000 86dd'],
    [
      'LINUX_SLL2',
      276,
      '0800 0000 00000002 0001 00 06 0200000000010000',
      '86dd 0000 00000001 0304 00 06 0000000000000000',
    ],
  ])('%s carries IPv4 and IPv6', (_name, link, header4, header6) => {
    expect(found(link, header4 + PACKET4, header6 + PACKET6)).toEqual([SAID4, SAID6]);
  });

  it('is one of two for a single version of IP', () => {
    expect(found(228, PACKET4)).toEqual([SAID4]);
    expect(found(229, PACKET6)).toEqual([SAID6]);
  });

  const macs = '020000000002 020000000001';
  it.each([
    ['802.1Q', `${macs} 8100 0064 0800`],
    ['802.1ad around 802.1Q', `${macs} 88a8 0007 8100 0064 0800`],
    ['the numbers used before 802.1ad', `${macs} 9100 0007 9200 0008 8100 0064 0800`],
    ['eight tags', `${macs}${' 8100 0001'.repeat(8)} 0800`],
    ['802.1Q around PPPoE', `${macs} 8100 0064 8864 11 00 1234 0034 0021`],
  ])('of Ethernet with %s', (_name, header) => {
    expect(found(1, header + PACKET4)).toEqual([SAID4]);
  });

  it('with tags behind a cooked header', () => {
    expect(found(113, `0000 0001 0006 020000000001 0000 8100 0064 0800${PACKET4}`)).toEqual([SAID4]);
    expect(found(276, `8100 0000 00000002 0001 00 06 0200000000010000 0064 0800${PACKET4}`)).toEqual([SAID4]);
  });

  it.each([
    ['more tags than are followed', 1, `${macs}${' 8100 0001'.repeat(9)} 0800${PACKET4}`, /VLAN/],
    ['ARP', 1, `${macs} 0806 0001080006040001`, 'not IP (ethertype 0x0806, ARP)'],
    ['an unknown family', 0, `07000000${PACKET4}`, 'not IP'],
    ['another PPP protocol', 9, `c021${PACKET4}`, 'not IP (another PPP protocol)'],
    ['another link type', 249, PACKET4, 'of a link type that is not read here'],
    ['an end inside the header', 1, macs, 'cut off before the IP header'],
    ['an end inside a tag', 1, `${macs} 8100 00`, 'cut off before the IP header'],
    [
      'an end behind the header',
      113,
      '0000 0001 0006 020000000001 0000 0800',
      'cut off before the IP header',
    ],
  ])('says so of %s', (_name, link, hex, reason) => {
    expect(found(link, hex)).toEqual([
      typeof reason === 'string' ? reason : (expect.stringMatching(reason) as string),
    ]);
  });
});

describe('a layer below IP', () => {
  const macs = '020000000002 020000000001';
  const snap = 'aaaa03 000000 0800';
  const wireless = '0200 0000 000000000001 000000000002 000000000003 0000';

  it.each([
    ['C_HDLC', 104, '0f00 0800'],
    ['PPP in HDLC of Cisco', 104, 'ff03 0021'],
    ['IEEE802_11', 105, `08${wireless.slice(2)}${snap}`],
    ['IEEE802_11 with QoS, relayed', 105, `8803${wireless.slice(4)}000000000004 0000${snap}`],
    ['FRELAY', 107, '1841 03 cc'],
    ['FRELAY with SNAP', 107, '1841 03 00 80 000000 0800'],
    ['ENC', 109, '02000000 00000000 00000000'],
    ['PFLOG', 117, `3d02${'00'.repeat(62)}`],
    ['radiotap', 127, `0000 0800 00000000 08${wireless.slice(2)}${snap}`],
    ['PPI', 192, '00 00 0800 01000000' + `${macs} 0800`],
    ['NFLOG', 239, '02 00 0000 0800 0a00 00000000 3600 0900'],
    ['LINUX_SLL with 802.2', 113, `0000 0001 0006 020000000001 0000 0004 ${snap}`],
    ['MPLS', 1, `${macs} 8847 00010040 00011140`],
    ['MPLS around Ethernet with a control word', 1, `${macs} 8847 00011140 00000000 ${macs} 0800`],
    ['802.2 with SNAP', 1, `${macs} 003a ${snap}`],
    ['802.1ah', 1, `${macs} 88e7 00000001 ${macs} 0800`],
  ])('%s carries IPv4', (_name, link, header) => {
    expect(found(link, header + PACKET4)).toEqual([SAID4]);
  });

  it('bounds what is inside it: the rest is padding (RFC 2516 §4)', () => {
    // The IP header claims two bytes more than PPPoE has for it.
    const claims = PACKET4.replace('0032', '0034');
    expect(found(1, `${macs} 8864 1100 1234 0034 0021 ${claims} dead`)).toEqual([SAID4]);
    expect(found(1, `${macs} 003a ${snap} ${claims} dead`)).toEqual([SAID4]);
    expect(found(239, `02 00 0000 3600 0900 ${claims} dead`)).toEqual([SAID4]);
  });

  it('is not followed without limit', () => {
    expect(found(1, `${macs} 8847 ${'00010040'.repeat(17)} ${PACKET4}`)).toEqual([
      expect.stringContaining('MPLS labels') as string,
    ]);
    const within = `6558 ${macs}`.repeat(12);
    expect(found(1, `${macs} ${within} 0800 ${PACKET4}`)).toEqual([
      expect.stringContaining('layers below IP') as string,
    ]);
  });

  it('says what it is', () => {
    const sealed = `0840${wireless.slice(4)}${'00'.repeat(40)}`;
    expect(found(1, `${macs} 0026 424203 0000`, `${macs} 88cc 0207`, `${macs} 8863 1109 0000 0000`)).toEqual([
      'not IP (802.2, spanning tree)',
      'not IP (ethertype 0x88cc, LLDP)',
      'not IP (ethertype 0x8863, PPPoE discovery)',
    ]);
    expect(found(105, sealed, `80${wireless.slice(2)}`)).toEqual([
      'not IP (802.11, sealed by the network’s key)',
      'not IP (802.11, a frame without data)',
    ]);
  });
});

describe('a tunnel', () => {
  const macs = '020000000002 020000000001';
  const size = (hex: string): number => hex.replaceAll(' ', '').length / 2;
  const word = (value: number): string => value.toString(16).padStart(4, '0');
  /** An IPv4 packet from 192.0.2.1 to 192.0.2.2. */
  const outer = (protocol: string, content: string): string =>
    `4500 ${word(20 + size(content))} 0001 0000 40 ${protocol} 0000 c0000201 c0000202 ${content}`;
  const udp = (port: number, content: string): string =>
    outer('11', `c000 ${word(port)} ${word(8 + size(content))} 0000 ${content}`);
  const framed = `${macs} 0800 ${PACKET4}`;

  it.each([
    ['IPv4 in IPv4', outer('04', PACKET4), SAID4],
    ['IPv6 in IPv4', outer('29', PACKET6), SAID6],
    ['IPv4 in IPv6', `${ipv6('0032', '04')} ${PACKET4}`, SAID4],
    [
      'an authentication header',
      outer('33', `06 04 0000 00000001 00000001 ${'00'.repeat(12)} ${TCP}${HELLO}`),
      '192.0.2.1:50000 → 192.0.2.2:80 hello wire',
    ],
    ['GRE', outer('2f', `0000 0800 ${PACKET4}`), SAID4],
    [
      'GRE with checksum, key and sequence',
      outer('2f', `b000 0800 00000000 00000007 00000001 ${PACKET4}`),
      SAID4,
    ],
    ['GRE around Ethernet', outer('2f', `0000 6558 ${framed}`), SAID4],
    ['PPTP', outer('2f', `3001 880b 0036 0001 00000000 ff03 0021 ${PACKET4}`), SAID4],
    ['ERSPAN', outer('2f', `1000 88be 00000000 1000000000000000 ${framed}`), SAID4],
    ['EtherIP', outer('61', `3000 ${framed}`), SAID4],
    ['MPLS', outer('89', `00011140 ${PACKET4}`), SAID4],
    ['VXLAN', udp(4789, `08000000 00000700 ${framed}`), SAID4],
    ['VXLAN of Linux', udp(8472, `08000000 00000700 ${framed}`), SAID4],
    ['Geneve', udp(6081, `0100 6558 00000700 00000000 ${framed}`), SAID4],
    ['Geneve around IP', udp(6081, `0000 0800 00000700 ${PACKET4}`), SAID4],
    ['GTP-U', udp(2152, `30ff ${word(50)} 00000001 ${PACKET4}`), SAID4],
    ['GTP-U with extensions', udp(2152, `34ff ${word(58)} 00000001 0000 00 85 01 000000 ${PACKET4}`), SAID4],
    ['two of them', outer('04', udp(4789, `08000000 00000700 ${framed}`)), SAID4],
  ])('is followed: %s', (_name, packet, said) => {
    expect(found(101, packet)).toEqual([said]);
  });

  it('bounds what is inside it', () => {
    const claims = PACKET4.replace('0032', '0034');
    const gtp = `30ff ${word(50)} 00000001 ${claims} dead`;
    expect(found(101, outer('04', claims), udp(2152, gtp))).toEqual([SAID4, SAID4]);
  });

  it('is not followed without limit', () => {
    let packet = PACKET4;
    for (let depth = 0; depth <= CAPS.tunnels; depth++) packet = outer('04', packet);
    expect(found(101, packet)).toEqual([`inside more than ${CAPS.tunnels} tunnels`]);
  });

  it.each([
    ['QUIC', udp(443, `c3 00000001 08 ${'00'.repeat(20)}`), 'UDP, QUIC'],
    ['a short header of QUIC', udp(443, `43 ${'00'.repeat(20)}`), 'UDP, QUIC'],
    ['DTLS', udp(4433, `16 fefd 0000 000000000000 0001 00`), 'UDP, DTLS'],
    ['STUN', udp(3478, `0001 0000 2112a442 ${'00'.repeat(12)}`), 'UDP, STUN'],
    ['DNS', udp(53, '00'), 'UDP, DNS'],
    ['another', udp(9999, '00'), 'UDP, port 9999'],
    ['ICMP', outer('01', '0800 0000'), 'ICMP'],
    ['ESP', outer('32', '00000001'), 'ESP'],
    ['what has no name', outer('fd', '00'), 'IP protocol 253'],
    ['VXLAN without its flag', udp(4789, `00000000 00000700 ${framed}`), 'UDP, port 4789'],
  ])('is told from %s', (_name, packet, what) => {
    expect(found(101, packet)).toEqual([`not TCP (${what})`]);
  });
});

describe('an IPv4 packet', () => {
  it('may have options, and Ethernet padding after it', () => {
    const options = '4600 0036 0001 0000 40 06 0000 0a000001 0a000002 94040000';
    expect(found(101, `${options + TCP + HELLO}000000000000`)).toEqual([SAID4]);
  });

  it('may leave its length to the network card', () => {
    expect(found(101, `4500 0000 0001 0000 40 06 0000 0a000001 0a000002${TCP}${HELLO}`)).toEqual([SAID4]);
  });

  it.each([
    ['UDP', '4500 001c 0001 0000 40 11 0000 0a000001 0a000002 0035003500080000', 'not TCP (UDP, DNS)'],
    ['a header of 16 bytes', `4400${PACKET4.slice(4)}`, 'not what their IP or TCP header says'],
    ['a length below the header', `4500 0013${PACKET4.slice(9)}`, 'not what their IP or TCP header says'],
    ['a short TCP header', PACKET4.replace('5002', '4002'), 'not what their IP or TCP header says'],
    ['a TCP header beyond the end', PACKET4.replace('5002', 'f002'), 'not what their IP or TCP header says'],
    ['another version', `5500${PACKET4.slice(4)}`, 'not IP'],
  ])('says so of %s', (_name, hex, reason) => {
    expect(found(101, hex)).toEqual([reason]);
  });

  it('that was cut short tells how much crossed', () => {
    const bytes = fromHex(PACKET4);
    const at = (kept: number): unknown => new SegmentFinder().find(101, bytes.subarray(0, kept), 50 - kept);
    expect(at(45)).toMatchObject({ payload: fromHex('68656c6c6f'), length: 10 });
    expect(at(40)).toMatchObject({ payload: fromHex(''), length: 10 });
    expect(at(39)).toBe('cut short before the end of the TCP header');
    expect(at(19)).toBe('cut short before the end of the TCP header');
    // Padding that was cut off is no loss.
    expect(new SegmentFinder().find(101, bytes, 6)).toMatchObject({ length: 10 });
  });
});

describe('IPv4 fragments', () => {
  const DATA = TCP.replaceAll(' ', '') + HELLO;
  /** Payload bytes `from` to `to` of the datagram, `more` of it to come. */
  const part = (from: number, to: number, more: boolean, id = '0007', data = DATA): string => {
    const length = (20 + to - from).toString(16).padStart(4, '0');
    const place = ((more ? 0x2000 : 0) | (from / 8)).toString(16).padStart(4, '0');
    return `4500 ${length} ${id} ${place} 40 06 0000 0a000001 0a000002 ${data.slice(2 * from, 2 * to)}`;
  };

  it('come together in any order', () => {
    expect(found(101, part(0, 16, true), part(16, 24, true), part(24, 30, false))).toEqual(['', '', SAID4]);
    expect(found(101, part(24, 30, false), part(0, 16, true), part(16, 24, true))).toEqual(['', '', SAID4]);
  });

  it('may come twice, and those of two datagrams may mix', () => {
    const [first, last] = [part(0, 16, true), part(16, 30, false)];
    const other = [part(0, 16, true, '0008'), part(16, 30, false, '0008')] as const;
    expect(found(101, first, first, other[0], last, other[1])).toEqual(['', '', '', SAID4, SAID4]);
  });

  it('may overlap: the one that begins earlier counts, as Wireshark has it', () => {
    // The same datagram with "HELLO WIRE" in it.
    const loud = `${TCP.replaceAll(' ', '')}48454c4c4f2057495245`;
    const [first, last] = [part(0, 24, true), part(16, 30, false, '0007', loud)];
    const mixed = '10.0.0.1:50000 → 10.0.0.2:80 hellO WIRE';
    expect(found(101, first, last)).toEqual(['', mixed]);
    expect(found(101, last, first)).toEqual(['', mixed]);
  });

  it('may overlap at one place: the one that came first counts', () => {
    const loud = `${TCP.replaceAll(' ', '')}48454c4c4f2057495245`;
    const [quiet, second] = [part(16, 30, false), part(16, 30, false, '0007', loud)];
    expect(found(101, second, quiet, part(0, 16, true))).toEqual(['', '', SAID4.toUpperCase()]);
    expect(found(101, quiet, second, part(0, 16, true))).toEqual(['', '', SAID4]);
  });

  it('are counted when the rest never comes, and forgotten when there are too many', () => {
    const finder = new SegmentFinder();
    for (let id = 0; id < CAPS.fragmented + 5; id++) {
      finder.find(101, fromHex(part(0, 16, true, id.toString(16).padStart(4, '0'))));
    }
    expect(finder.fragmentsLeft).toBe(CAPS.fragmented + 5);
    // The first ones are no longer at hand, the last ones are.
    expect(finder.find(101, fromHex(part(16, 30, false, '0000')))).toBe('');
    const last = (CAPS.fragmented + 4).toString(16).padStart(4, '0');
    expect(finder.find(101, fromHex(part(16, 30, false, last)))).toMatchObject({ length: 10 });
  });

  it('count every packet that they came in, also where a tunnel cuts them up once more', () => {
    const inner = fromHex(part(0, 16, true));
    const outer = (from: number, to: number, place: string): string =>
      `4500 ${(20 + to - from).toString(16).padStart(4, '0')} 0009 ${place} 40 04 0000 0a000009 0a00000a ${toHex(inner.subarray(from, to))}`;
    const finder = new SegmentFinder();
    const packets = [outer(0, 24, '2000'), outer(24, 36, '0003'), part(16, 30, false)];
    const segments = packets.map((hex) => finder.find(101, fromHex(hex)));
    expect(segments).toEqual(['', '', expect.objectContaining({ length: 10 })]);
    expect(finder.packetsUsed).toBe(packets.length);

    const alone = new SegmentFinder();
    for (const hex of packets.slice(0, 2)) alone.find(101, fromHex(hex));
    expect(alone.fragmentsLeft).toBe(2);
  });

  it('cannot be made to claim more than a datagram holds', () => {
    const far = `4500 0024 0007 1fff 40 06 0000 0a000001 0a000002 ${DATA.slice(0, 32)}`;
    expect(found(101, far)).toEqual(['not what their IP or TCP header says']);
  });
});

describe('an IPv6 packet', () => {
  it.each([
    ['hop-by-hop options', `${ipv6('0026', '00')} 06 00 050200000000`],
    ['a routing header', `${ipv6('0036', '2b')} 06 02 00 00 00000000 ${ADDRESSES6.slice(0, 32)}`],
    ['destination options', `${ipv6('002e', '3c')} 06 01 010400000000 010400000000 0000`],
    ['a fragment header of its own', `${ipv6('0026', '2c')} 06 00 0000 12345678`],
    ['an authentication header', `${ipv6('0036', '33')} 06 04 0000 00000001 00000001 ${'00'.repeat(12)}`],
    ['three of them', `${ipv6('0036', '00')} 3c 00 010400000000 2c 00 010400000000 06 00 0000 12345678`],
  ])('may have %s', (_name, header) => {
    expect(found(101, header + TCP + HELLO)).toEqual([SAID6]);
  });

  it('comes together out of fragments', () => {
    const data = TCP.replaceAll(' ', '') + HELLO;
    const first = `${ipv6('0018', '2c')} 06 00 0001 0000beef ${data.slice(0, 32)}`;
    const last = `${ipv6('0016', '2c')} 06 00 0010 0000beef ${data.slice(32)}`;
    expect(found(101, first, last)).toEqual(['', SAID6]);
    expect(found(101, last, first)).toEqual(['', SAID6]);
  });

  it('is not followed through headers without limit', () => {
    const header = `${ipv6('0100', '3c')} ${'3c00010400000000'.repeat(CAPS.extensionHeaders + 1)}`;
    expect(found(101, header)).toEqual([expect.stringContaining('extension headers') as string]);
  });

  it('says why it is left out', () => {
    expect(found(101, ipv6('0000', '3b'), `${ipv6('0008', '3a')}8000000000010001`)).toEqual([
      'not TCP (nothing after IPv6)',
      'not TCP (ICMPv6)',
    ]);
    expect(found(101, `${ipv6('0004', '00')}06000000`)).toEqual(['not what their IP or TCP header says']);
  });
});
