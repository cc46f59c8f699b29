/** Capture files made and changed by Wireshark's own tools: we find in them what tshark finds. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Direction, TapEvent } from '#dissect/model';
import { type ReadCapture, readCapture } from '#dissect/capture/read';
import { writePcapng } from '#dissect/capture/write';
import { fromHex, toHex, utf8 } from '#protocol/bytes';
import { describeWith } from '../support/programs/needs.ts';
import { Blocks } from '../support/captures/pcapng-blocks.ts';
import { Tshark } from '../support/captures/tshark.ts';

const ENDS = { client: { address: '10.0.0.1', port: 50_001 }, server: { address: '10.0.0.2', port: 7_777 } };
const noise = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * seed) & 0xff);
const TALK: readonly TapEvent[] = [
  { kind: 'flow', flow: 1, wire: 'plain', time: 1_700_000_000_000, ...ENDS },
  ...[0, 1, 2, 3].flatMap((turn): TapEvent[] => [
    { kind: 'chunk', flow: 1, dir: 'c2s', time: 1_700_000_000_001 + 2 * turn, bytes: noise(7_000, turn + 3) },
    { kind: 'chunk', flow: 1, dir: 's2c', time: 1_700_000_000_002 + 2 * turn, bytes: noise(5_000, turn + 5) },
  ]),
  { kind: 'end', flow: 1, dir: 'c2s', time: 1_700_000_000_010, how: 'fin' },
  { kind: 'end', flow: 1, dir: 's2c', time: 1_700_000_000_011, how: 'fin' },
];

/** IPv4 and TCP from port 50001 to 7777 with "hello wire" behind it. */
const TCP = `c351 1e61 00000001 00000000 5000 ffff 0000 0000 ${toHex(utf8('hello wire'))}`.replaceAll(
  ' ',
  '',
);
const IPV4 = `45000032 00010000 40060000 0a000001 0a000002 ${TCP}`;
const IPV6 = `60000000 001e 06 40 ${'20010db8000000000000000000000001'} ${'20010db8000000000000000000000002'} ${TCP}`;
const MACS = '020000000002 020000000001';

describeWith(
  ['tshark', 'editcap', 'mergecap', 'text2pcap'],
  'capture files of Wireshark’s tools',
  ({ tshark, editcap, mergecap, text2pcap }) => {
    const folder = mkdtempSync(join(tmpdir(), 'wireglass-captures-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const shark = new Tshark(tshark);
    let files = 0;
    const fresh = (): string => join(folder, `${++files}.cap`);
    const saved = (bytes: Uint8Array): string => {
      const file = fresh();
      writeFileSync(file, bytes);
      return file;
    };
    const talk = saved(writePcapng(TALK));
    const edited = (input: string, before: readonly string[], after: readonly string[] = []): string => {
      const file = fresh();
      execFileSync(editcap, [...before, input, file, ...after], { stdio: 'pipe' });
      return file;
    };
    const merged = (...args: string[]): string => {
      const file = fresh();
      execFileSync(mergecap, ['-w', file, ...args], { stdio: 'pipe' });
      return file;
    };
    const dumped = (link: number, ...packets: string[]): string => {
      const file = fresh();
      const lines = packets.map((hex) => `0000 ${(hex.replaceAll(' ', '').match(/../g) ?? []).join(' ')}\n`);
      execFileSync(text2pcap, ['-l', String(link), '-', file], { input: lines.join('\n'), stdio: 'pipe' });
      return file;
    };
    const read = (file: string): ReadCapture => readCapture(readFileSync(file));
    const frames = async (file: string): Promise<number> =>
      (await shark.ask(file, '-T', 'fields', '-e', 'frame.number')).length;

    it.each([
      ['as pcap with microseconds', (): string => edited(talk, ['-F', 'pcap'])],
      ['as pcap with nanoseconds', (): string => edited(talk, ['-F', 'nsecpcap'])],
      ['as pcap with Kuznetzov’s headers', (): string => edited(talk, ['-F', 'modpcap'])],
      ['as gzip', (): string => saved(gzipSync(readFileSync(talk)))],
      ['with each packet twice', (): string => merged(talk, talk)],
      ['with each packet twice, one copy behind the other', (): string => merged('-a', talk, talk)],
      ['without its beginning', (): string => edited(talk, [], ['1-9'])],
      ['without a lost segment of the client', (): string => edited(talk, [], ['6'])],
      ['without lost segments of both', (): string => edited(talk, [], ['5-6', '11', '20-21'])],
    ])('hold the streams that tshark follows: %s', async (_name, make) => {
      const file = make();
      const { packets, content } = await shark.followCounting(file, 50_001);
      expect(streams(read(file).events)).toEqual(content);
      expect(read(file).packets).toBe(packets);
    });

    it('cut to 500 bytes per packet hold what is left; tshark skips what is missing, and we say how much', async () => {
      const file = edited(talk, ['-s', '500']);
      const { events } = read(file);
      const left = streams(events.filter(({ kind }) => kind !== 'gap'));
      expect(left).toEqual(await shark.follow(file, 'tcp', 50_001));
      const missing = events.reduce((sum, event) => sum + (event.kind === 'gap' ? event.length : 0), 0);
      expect((left.c2s.length + left.s2c.length) / 2 + missing).toBe(4 * (7_000 + 5_000));
    });

    it('hold the times of tshark', async () => {
      for (const format of ['pcap', 'nsecpcap', 'pcapng']) {
        const file = edited(talk, ['-F', format, '-t', '0.000123']);
        const chunks = read(file).events.filter((event) => event.kind === 'chunk');
        const args = ['-Y', 'tcp.len > 0', '-T', 'fields', '-e', 'frame.time_epoch'];
        const times = (await shark.ask(file, ...args)).map((seconds) => Number(seconds) * 1_000);
        expect(chunks).toHaveLength(times.length);
        chunks.forEach((chunk, i) => expect(chunk.time).toBeCloseTo(times[i] as number, 2));
      }
    });

    const LINKS: readonly (readonly [name: string, link: number, packet: string])[] = [
      ['NULL', 0, `02000000 ${IPV4}`],
      ['NULL with IPv6 of macOS', 0, `1e000000 ${IPV6}`],
      ['ETHERNET', 1, `${MACS} 0800 ${IPV4}`],
      ['ETHERNET with a VLAN tag', 1, `${MACS} 8100 0064 86dd ${IPV6}`],
      ['ETHERNET with two VLAN tags', 1, `${MACS} 88a8 0007 8100 0064 0800 ${IPV4}`],
      ['ETHERNET with PPPoE', 1, `${MACS} 8864 1100 1234 0034 0021 ${IPV4}`],
      ['PPP', 9, `ff03 0021 ${IPV4}`],
      ['PPP with a short protocol', 9, `57 ${IPV6}`],
      ['RAW', 101, IPV6],
      ['LOOP', 108, `00000002 ${IPV4}`],
      ['LINUX_SLL', 113, `0000 0001 0006 0200000000010000 0800 ${IPV4}`],
      ['LINUX_SLL with a VLAN tag', 113, `0000 0001 0006 0200000000010000 8100 0064 0800 ${IPV4}`],
      ['IPV4', 228, IPV4],
      ['IPV6', 229, IPV6],
      ['LINUX_SLL2', 276, `86dd 0000 00000002 0001 00 06 0200000000010000 ${IPV6}`],
    ];
    // tshark sees one file of all packets behind each other. One id for each case keeps their fragments apart.
    const piece =
      (from: number, to: number, more: boolean, tcp = TCP) =>
      (id: number): string => {
        const hex = (value: number): string => value.toString(16).padStart(4, '0');
        const place = hex((more ? 0x2000 : 0) | (from / 8));
        const addresses = '40060000 0a000001 0a000002';
        return `4500 ${hex(20 + to - from)} ${hex(id)} ${place} ${addresses} ${tcp.slice(2 * from, 2 * to)}`;
      };
    const loud = TCP.slice(0, 40) + toHex(utf8('HELLO WIRE'));
    const FRAGMENTS: readonly (readonly [name: string, pieces: readonly ((id: number) => string)[]])[] = [
      ['in order', [piece(0, 16, true), piece(16, 24, true), piece(24, 30, false)]],
      ['out of order', [piece(24, 30, false), piece(16, 24, true), piece(0, 16, true)]],
      ['that overlap', [piece(0, 24, true), piece(16, 30, false, loud)]],
      ['that overlap, the last first', [piece(16, 30, false, loud), piece(0, 24, true)]],
      ['at one place', [piece(16, 30, false, loud), piece(16, 30, false), piece(0, 16, true)]],
    ];

    describe('hold what tshark sees', () => {
      const made = [
        ...LINKS.map(([name, link, packet]) => ({ name: `behind ${name}`, link, packets: [packet] })),
        ...FRAGMENTS.map(([name, pieces], i) => ({
          name: `in fragments ${name}`,
          link: 101,
          packets: pieces.map((make) => make(7 + i)),
        })),
      ].map((row) => ({ ...row, file: dumped(row.link, ...row.packets) }));
      let seen: readonly string[];

      beforeAll(async () => {
        const file = merged('-I', 'none', '-a', ...made.map((row) => row.file));
        const fields = ['frame.number', 'tcp.srcport', 'tcp.payload'].flatMap((name) => ['-e', name]);
        seen = await shark.ask(file, '-Y', 'tcp.payload', '-T', 'fields', ...fields);
      });

      it.each(made)('$name', ({ file, packets }) => {
        const before = made
          .slice(
            0,
            made.findIndex((row) => row.file === file),
          )
          .flatMap((row) => row.packets).length;
        const within = (number: number): boolean => number > before && number <= before + packets.length;
        const theirs = seen
          .map((line) => line.split('\t'))
          .flatMap(([number, ...rest]) => (within(Number(number)) ? [rest.join('\t')] : []));
        const ours = read(file).events.flatMap((event) =>
          event.kind === 'chunk' ? [`${ENDS.client.port}\t${toHex(event.bytes)}`] : [],
        );
        expect(theirs).toHaveLength(1);
        expect(ours).toEqual(theirs);
      });
    });

    it('hold the comments of tshark, and those that we wrote', async () => {
      const file = saved(
        writePcapng(TALK, {
          commentOf: (event) => (event.kind === 'chunk' ? `turn of ${event.dir}` : undefined),
        }),
      );
      expect(await shark.faults(file)).toEqual([]);
      const added = edited(file, ['-a', '1:a SYN: Ω']);
      const seen = await shark.ask(
        added,
        '-T',
        'fields',
        '-e',
        'frame.number',
        '-e',
        'frame.comment',
        '-Y',
        'frame.comment',
      );
      const ours = read(added).comments.filter(({ on }) => on === 'packet');
      expect(ours.map(({ number, text }) => `${number}\t${text}`)).toEqual(seen);
      expect(seen).toHaveLength(9);
    });

    it('hold interfaces of several captures', async () => {
      const file = merged('-I', 'none', talk, dumped(101, IPV6), dumped(1, `${MACS} 0800 ${IPV4}`));
      const { interfaces, packets } = read(file);
      expect(interfaces.map(({ link }) => link).toSorted((a, b) => a - b)).toEqual([1, 1, 101]);
      expect(packets).toBe(await frames(file));
    });

    it('hold gaps that we wrote, by their length', async () => {
      const events = [
        ...TALK.slice(0, 3),
        { kind: 'gap', flow: 1, dir: 'c2s', time: 1_700_000_000_002, length: 4_321 } as const,
        ...TALK.slice(3),
      ];
      const file = saved(writePcapng(events));
      expect(streams(read(file).events)).toEqual(await shark.follow(file, 'tcp', 50_001));
      expect(Buffer.from(streams(events).c2s, 'hex').toString('latin1')).toContain('[4321 bytes missing');
    });

    it('in big-endian order with units of 2^-20 s hold the times of tshark', async () => {
      const to = new Blocks('be');
      const time = [414_000, 123_456_789] as const;
      const parts = [
        to.section(),
        to.interface(101, [
          [9, Uint8Array.of(0x94)],
          [14, to.u64(-1_000n)],
        ]),
        to.packet({ packet: fromHex(IPV4), time }),
      ];
      const file = saved(Buffer.concat(parts));
      const [seconds] = await shark.ask(file, '-T', 'fields', '-e', 'frame.time_epoch');
      expect(read(file).events[0]?.time).toBeCloseTo(Number(seconds) * 1_000, 2);
    });
  },
);

/** Both streams in hex, with the words of tshark where bytes are missing. */
function streams(events: readonly TapEvent[]): Record<Direction, string> {
  const out = { c2s: '', s2c: '' };
  for (const event of events) {
    if (event.kind === 'chunk') out[event.dir] += toHex(event.bytes);
    if (event.kind === 'gap')
      out[event.dir] += toHex(utf8(`[${event.length} bytes missing in capture file]\0`));
  }
  return out;
}
