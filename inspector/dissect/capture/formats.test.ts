import { describe, expect, it } from 'vitest';
import { concat, fromHex, showUtf8, utf8 } from '#protocol/bytes';
import { Blocks } from '../../../test/support/captures/pcapng-blocks.ts';
import { CaptureError, readCapture } from './read.ts';

/** IPv4 and TCP from 10.0.0.1:50000 to 10.0.0.2:80 with "hi", as link type 101 carries it. */
const HI = fromHex(
  '4500002a 00010000 40060000 0a000001 0a000002 c3500050 00000001 00000000 5000ffff 00000000 6869',
);
const RAW = 101;
/** 2023-11-14T22:13:20Z plus 123,456 µs, as two words of microseconds. */
const TIME = 1_700_000_000_123.456;
const MICROS = [0x60a24, 0x18202240] as const;

const timesOf = (bytes: Uint8Array): number[] =>
  readCapture(bytes).events.flatMap((event) => (event.kind === 'chunk' ? [event.time] : []));
const textsOf = (bytes: Uint8Array): string[] =>
  readCapture(bytes).events.flatMap((event) => (event.kind === 'chunk' ? [showUtf8(event.bytes)] : []));

describe.each(['le', 'be'] as const)('a pcapng file, %s,', (order) => {
  const to = new Blocks(order);
  const start = concat([to.section(), to.interface(RAW)]);
  const hi = to.packet({ packet: HI, time: MICROS });

  it('has packets of three kinds', () => {
    const old = to.block(2, to.u16(0, 7), to.u32(...MICROS, HI.length, HI.length), HI);
    const simple = to.block(3, to.u32(HI.length), HI);
    for (const block of [hi, old, simple]) {
      expect(textsOf(concat([start, block]))).toEqual(['hi']);
      expect(readCapture(concat([start, block])).packets).toBe(1);
    }
    expect(timesOf(concat([start, hi, old]))[0]).toBeCloseTo(TIME, 3);
    expect(timesOf(concat([start, old]))[0]).toBeCloseTo(TIME, 3);
    expect(timesOf(concat([start, simple]))).toEqual([0]);
  });

  it.each([
    ['seconds', 0, 1_700_000_000n, 0n, 1_700_000_000_000],
    ['milliseconds', 3, 1_700_000_000_123n, 0n, 1_700_000_000_123],
    ['nanoseconds', 9, 1_700_000_000_123_456_789n, 0n, 1_700_000_000_123.456],
    ['units of 2^-10 s', 0x8a, 1_700_000_000n * 1024n + 512n, 0n, 1_700_000_000_500],
    ['units of 2^-32 s', 0xa0, (1_700_000_000n << 32n) + (1n << 30n), 0n, 1_700_000_000_250],
    ['microseconds and an offset', 6, 5n, 1_700_000_000n, 1_700_000_000_000.005],
    ['seconds and an offset back', 0, 1_700_000_100n, -100n, 1_700_000_000_000],
    ['a time that no date can show', 0, 2n ** 63n, 0n, 0],
    ['a time before 1970', 0, 1n, -100n, 0],
  ])('has times in %s', (_name, resolution, stamp, offset, expected) => {
    const from = to.interface(RAW, [
      [9, Uint8Array.of(resolution)],
      [14, to.u64(offset)],
    ]);
    const time = [Number(stamp >> 32n), Number(stamp & 0xffffffffn)] as const;
    const [read] = timesOf(concat([to.section(), from, to.packet({ packet: HI, time })]));
    expect(read).toBeCloseTo(expected, 2);
  });

  it('gives its comments with their places', () => {
    const comment = (text: string): [1, string] => [1, text];
    const bytes = concat([
      to.section([comment('of the section'), [4, 'dumpcap'], comment('and another')]),
      to.interface(RAW, [comment('of the first interface'), [2, 'eth0'], [3, 'the cable']]),
      to.interface(1, [comment('of the second interface')]),
      to.block(4, to.u16(0, 0), to.options([comment('of the names')])),
      to.packet({ packet: HI }),
      to.packet({ packet: HI, options: [comment('of the second packet: Ω'), [2, to.u32(0)]] }),
      to.block(5, to.u32(0), to.u32(...MICROS), to.options([comment('of the statistics'), [5, to.u64(3n)]])),
      to.section([comment('of the second section')]),
    ]);
    const { comments, interfaces, warnings } = readCapture(bytes);
    expect(comments.map(({ on, number, text }) => `${on} ${number}: ${text}`)).toEqual([
      'section 1: of the section',
      'section 1: and another',
      'interface 0: of the first interface',
      'interface 1: of the second interface',
      'names 0: of the names',
      'packet 2: of the second packet: Ω',
      'statistics 2: of the statistics',
      'section 2: of the second section',
      expect.stringMatching(/^flow 1: .*Port 80/) as string,
    ]);
    expect(interfaces).toEqual([
      {
        section: 1,
        link: RAW,
        linkName: 'RAW',
        snapLength: 0,
        name: 'eth0',
        description: 'the cable',
        application: 'dumpcap',
        packets: 2,
        dropped: 3,
      },
      { section: 1, link: 1, linkName: 'ETHERNET', snapLength: 0, application: 'dumpcap', packets: 0 },
    ]);
    expect(warnings).toEqual(['interface eth0 lost 3 packets while capturing']);
  });

  it('has secrets as long as they say, with options behind them', () => {
    const line = `CLIENT_RANDOM ${'11'.repeat(32)} ${'22'.repeat(48)}`;
    for (const end of ['\n', '\r\n', '', '\n\n']) {
      const text = utf8(line + end);
      const head = to.u32(0x544c534b, text.length);
      const secrets = to.block(10, head, text, to.options([[1, 'from curl']]));
      const { events, warnings, comments } = readCapture(concat([start, secrets, hi]));
      expect(events[0]).toEqual({ kind: 'secret', time: 0, line });
      expect(warnings).toEqual([]);
      expect(comments[0]).toEqual({ on: 'secrets', number: 0, text: 'from curl' });
    }
  });

  it('says so of secrets that are of no use here, and of odd lines', () => {
    const block = (kind: number, text: string): Uint8Array =>
      to.block(10, to.u32(kind, text.length), utf8(text));
    const bytes = concat([
      start,
      block(0x57474b4c, 'x'),
      block(0x12345678, 'x'),
      block(0x544c534b, '# ok\n\nnot ok\nNOR THIS\n'),
    ]);
    expect(readCapture(bytes).warnings).toEqual([
      'the file holds a WireGuard key log, which is not used here',
      'the file holds secrets of kind 0x12345678, which is not used here',
      '2 lines of the key log are not of the form LABEL <random, hex> <secret, hex> (line 3, 4) and not used',
    ]);
  });

  it('may have blocks that are no packets', () => {
    const bytes = concat([
      start,
      to.block(0x0bad, to.u32(32473), utf8('custom')),
      to.block(0x40000bad, to.u32(32473), utf8('custom')),
      to.block(9, utf8('__REALTIME_TIMESTAMP=0\n')),
      to.block(0x7777, utf8('unknown')),
      hi,
    ]);
    const { packets, skipped, warnings } = readCapture(bytes);
    expect([packets, warnings]).toEqual([1, []]);
    expect(skipped).toEqual([
      { reason: 'custom blocks', count: 2, blocks: true },
      { reason: 'entries of a systemd journal', count: 1, blocks: true },
      { reason: 'blocks of unknown kinds', count: 1, blocks: true },
    ]);
  });

  it('may have further sections, in the other byte order too, each with interfaces of its own', () => {
    const other = new Blocks(order === 'le' ? 'be' : 'le');
    const bytes = concat([start, hi, other.section(), other.interface(0), other.interface(RAW)]);
    const { interfaces, packets } = readCapture(concat([bytes, other.packet({ id: 1, packet: HI })]));
    expect(packets).toBe(2);
    expect(interfaces.map(({ section, link }) => [section, link])).toEqual([
      [1, RAW],
      [2, 0],
      [2, RAW],
    ]);
  });

  it('is read on behind a broken block where a section says how long it is', () => {
    const body = concat([to.interface(RAW), to.u32(6, 4), new Uint8Array(40)]);
    const next = concat([start, hi]);
    const bytes = concat([to.section([], BigInt(body.length)), body, next]);
    const { warnings } = readCapture(bytes);
    expect(textsOf(bytes)).toEqual(['hi']);
    expect(warnings).toEqual([
      `the block at byte ${28 + 20} is cut off or broken; the rest of its section is skipped`,
    ]);
    const open = concat([to.section(), body, next]);
    expect(textsOf(open)).toEqual([]);
    expect(readCapture(open).warnings).toEqual([
      `the block at byte ${28 + 20} is cut off or broken; nothing after it is read`,
    ]);
  });

  it('has packets that were cut to the snap length', () => {
    const cut = concat([
      to.section(),
      to.interface(RAW, [], 41),
      to.block(3, to.u32(HI.length), HI.subarray(0, 41)),
      to.packet({ packet: HI.subarray(0, 39), length: 42 }),
    ]);
    const { skipped, events } = readCapture(cut);
    expect(textsOf(cut)).toEqual(['h']);
    expect(events.map(({ kind }) => kind)).toEqual(['flow', 'chunk', 'gap']);
    expect(skipped).toEqual([{ reason: 'cut short before the end of the TCP header', count: 1 }]);
  });

  it('is nothing to be believed', () => {
    const bad = (...blocks: Uint8Array[]): string[] => [...readCapture(concat([start, ...blocks])).warnings];
    expect(bad(to.packet({ id: 5, packet: HI }))).toEqual([
      'the packet at byte 48 has no interface or a wrong length',
    ]);
    expect(bad(to.block(6, to.u32(0, 0, 0, 0xffffffff, 0xffffffff)))).toEqual([
      'the packet at byte 48 has no interface or a wrong length',
    ]);
    expect(bad(to.block(6, to.u32(0)))).toEqual(['the block at byte 48 is too short for its kind']);
    expect(bad(to.u32(6, 0xfffffff0))).toEqual([
      'the block at byte 48 is longer than 16 MiB and is skipped',
      'the block at byte 56 is cut off or broken',
    ]);
    expect(bad(to.block(10, to.u32(0x544c534b, 0xffffffff), utf8('# x')))).toEqual([
      'a block of secrets is shorter than it says',
    ]);
    const trailer = hi.slice();
    trailer.set(to.u32(4), trailer.length - 4);
    expect(bad(trailer)).toEqual(['the block at byte 48 gives two different lengths']);
  });

  it('says once of each link type that it is not read', () => {
    const bytes = concat([
      to.section(),
      to.interface(249),
      to.interface(0x7777),
      ...[0, 0, 1].map((id) => to.packet({ id, packet: HI })),
    ]);
    const { warnings, skipped } = readCapture(bytes);
    expect(warnings).toEqual([
      'packets of link type 249 (USBPCAP) are not read',
      'packets of link type 30583 (no name known here) are not read',
      'no TCP connection among 3 packets: 3 of a link type that is not read here',
    ]);
    expect(skipped).toEqual([{ reason: 'of a link type that is not read here', count: 3 }]);
  });
});

describe('a classic pcap file', () => {
  const header = {
    le: '02000400 00000000 00000000 00000400 65000000',
    be: '00020004 00000000 00000000 00040000 00000065',
  };
  const lengths = { le: '2a000000 2a000000', be: '0000002a 0000002a' };

  it.each([
    ['microseconds, little-endian', `d4c3b2a1 ${header.le} 00f15365 40e20100 ${lengths.le}`],
    ['microseconds, big-endian', `a1b2c3d4 ${header.be} 6553f100 0001e240 ${lengths.be}`],
    ['nanoseconds, little-endian', `4d3cb2a1 ${header.le} 00f15365 00ca5b07 ${lengths.le}`],
    ['nanoseconds, big-endian', `a1b23c4d ${header.be} 6553f100 075bca00 ${lengths.be}`],
    ['Kuznetzov’s headers', `34cdb2a1 ${header.le} 00f15365 40e20100 ${lengths.le} 0200000008000400`],
  ])('has %s', (_name, hex) => {
    const bytes = concat([fromHex(hex), HI]);
    expect(timesOf(bytes)).toEqual([expect.closeTo(TIME, 3)]);
    expect(textsOf(bytes)).toEqual(['hi']);
    expect(readCapture(bytes).interfaces).toMatchObject([{ link: RAW, packets: 1, snapLength: 0x40000 }]);
    expect(readCapture(bytes.subarray(0, -1)).warnings).toEqual([
      'the file ends in the middle of a packet, at byte 24',
    ]);
  });

  it('is given up at a length that no packet has', () => {
    const bytes = fromHex(`d4c3b2a1 ${header.le} 00f15365 40e20100 ffffffff ffffffff 00`);
    expect(readCapture(bytes)).toMatchObject({
      packets: 0,
      warnings: ['the packet at byte 24 claims 4,294,967,295 bytes; what follows it is not read'],
    });
  });
});

describe('another file', () => {
  it.each([
    ['28b52ffd00', 'this file is packed with zstd; unpack it first (zstd -d)'],
    ['425a683931', 'this file is packed with bzip2; unpack it first (bzip2 -d)'],
    ['736e6f6f7000', 'this is a snoop file; convert it first (editcap -F pcapng)'],
    ['7f454c46', 'neither a pcapng nor a pcap file'],
  ])('is refused in words: %s', (hex, message) => {
    expect(() => readCapture(fromHex(hex))).toThrow(new CaptureError(message));
  });
});

describe('what a file lacks', () => {
  const to = new Blocks('le');
  const start = to.section();
  const udp = fromHex('4500 001d 0001 0000 40 11 0000 0a000001 0a000002 c000 0035 0009 0000 00');
  const arp = fromHex('020000000002 020000000001 0806 0001080006040001');

  it('is a TCP connection: the packets are told by what they are', () => {
    const packets = [udp, udp].map((packet) => to.packet({ packet }));
    const file = concat([
      start,
      to.interface(RAW),
      to.interface(1),
      ...packets,
      to.packet({ id: 1, packet: arp }),
    ]);
    expect(readCapture(file).warnings).toEqual([
      'no TCP connection among 3 packets: 2 not TCP (UDP, DNS); 1 not IP (ethertype 0x0806, ARP)',
    ]);
  });

  it('is the end of its packets, with the snap length that cut them', () => {
    const cut = { packet: HI.subarray(0, 41), length: 42 };
    const file = concat([
      start,
      to.interface(RAW, [], 41),
      to.packet(cut),
      to.packet({ packet: HI.subarray(0, 40) }),
    ]);
    expect(readCapture(file).warnings).toEqual([
      'the capture kept at most 41 bytes of each packet: 1 of 2 packets is cut short (snap length)',
    ]);
    const other = concat([start, to.interface(RAW), to.packet(cut)]);
    expect(readCapture(other).warnings).toEqual([
      'the capture did not keep all bytes of each packet: 1 of 1 packet is cut short',
    ]);
  });

  it('is none of the bytes: each is part of a flow, or counted', () => {
    const file = concat([start, to.interface(RAW), to.packet({ packet: HI }), to.packet({ packet: HI })]);
    expect(readCapture(file).payload).toEqual({
      segmentPackets: 2,
      bytes: 4,
      delivered: 2,
      unread: [{ reason: 'sent again', bytes: 2 }],
      missing: 0,
    });
  });
});
