import { describe, expect, it } from 'vitest';
import { fromHex, toHex, utf8 } from '#protocol/bytes';
import { formatAddress, parseAddress, toV6 } from './addresses.ts';
import { FLAG, checksum, packet } from './packets.ts';
import { SegmentFinder, type TcpSegment } from './segments.ts';

/** The segment of one packet, without what only matters among other segments. */
function segmentOf(link: number, bytes: Uint8Array): TcpSegment | string {
  return new SegmentFinder().find(link, bytes);
}

describe('the checksum', () => {
  it('is that of RFC 1071 §3', () => {
    expect(checksum([fromHex('0001f203f4f5f6f7')])).toBe(~0xddf2 & 0xffff);
  });

  it('takes a byte left over as the high one', () => {
    expect(checksum([fromHex('ff')])).toBe(~0xff00 & 0xffff);
  });

  it('is that of a known IPv4 header', () => {
    // From Wikipedia's article on the IPv4 header checksum.
    expect(checksum([fromHex('450000730000400040110000c0a80001c0a800c7')])).toBe(0xb861);
  });
});

describe('addresses', () => {
  it.each([
    ['127.0.0.1', '7f000001', '127.0.0.1'],
    ['::1', '00000000000000000000000000000001', '::1'],
    ['::', '00000000000000000000000000000000', '::'],
    ['2001:db8::8:800:200C:417a', '20010db80000000000080800200c417a', '2001:db8::8:800:200c:417a'],
    ['fe80::1%eth0', 'fe800000000000000000000000000001', 'fe80::1'],
    ['1:0:0:2:0:0:0:3', '00010000000000020000000000000003', '1:0:0:2::3'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000', '1:2:3:4:5:6:7:0'],
    ['::ffff:10.0.0.1', '0a000001', '10.0.0.1'],
  ])('%s', (text, hex, canonical) => {
    const bytes = parseAddress(text);
    expect(bytes && toHex(bytes)).toBe(hex);
    expect(bytes && formatAddress(bytes)).toBe(canonical);
  });

  it.each(['localhost', '', '1.2.3', '1.2.3.256', '1::2::3', '1:2:3', '1:2:3:4:5:6:7:8:9', 'g::'])(
    '%j is none',
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );

  it('maps IPv4 into IPv6', () => {
    expect(toHex(toV6(fromHex('0a000001')))).toBe('00000000000000000000ffff0a000001');
  });
});

describe('a packet', () => {
  const station = (host: number, address: string, port: number) => ({
    mac: Uint8Array.of(2, 0, 0, 0, 0, host),
    address: parseAddress(address) as Uint8Array,
    port,
  });
  const segment = {
    sequence: 0x01020304,
    acknowledged: 0x05060708,
    flags: FLAG.psh | FLAG.ack,
    payload: utf8('hi'),
    id: 7,
  };

  it('carries TCP over IPv4', () => {
    const bytes = packet({
      ...segment,
      from: station(1, '10.0.0.1', 50_000),
      to: station(2, '10.0.0.2', 5555),
    });
    expect(toHex(bytes.subarray(0, 14))).toBe('0200000000020200000000010800');
    expect(toHex(bytes.subarray(14, 24))).toBe('4500002a000740004006');
    expect(checksum([bytes.subarray(14, 34)])).toBe(0);
    expect(toHex(bytes.subarray(34, 50))).toBe('c35015b301020304050607085018ffff');
    expect(segmentOf(1, bytes)).toEqual({
      from: { address: '10.0.0.1', port: 50_000, id: 1 },
      to: { address: '10.0.0.2', port: 5555, id: 2 },
      sequence: segment.sequence,
      acknowledged: segment.acknowledged,
      flags: segment.flags,
      payload: segment.payload,
      length: 2,
    });
  });

  it('carries TCP over IPv6, and with a segment size in its SYN', () => {
    const bytes = packet({
      ...segment,
      flags: FLAG.syn,
      payload: new Uint8Array(),
      from: station(1, '::1', 1),
      to: station(2, '::1', 2),
    });
    expect(toHex(bytes.subarray(12, 22))).toBe('86dd6000000000180640');
    expect(toHex(bytes.subarray(-4))).toBe('020405a0');
    expect(segmentOf(1, bytes)).toMatchObject({
      from: { address: '::1', port: 1 },
      sequence: segment.sequence,
    });
  });
});
