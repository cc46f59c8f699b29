/** Files given to the page, in every order, as the browser hands them over. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol/limits';
import { toHex } from '#protocol/bytes';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import type { GivenFile } from '../../../inspector/app/reading/given-file.ts';
import { OwnReading } from './reading.ts';

function reading(maxConnections?: number): OwnReading {
  let time = 0;
  return new OwnReading({
    changed: () => undefined,
    now: () => time++,
    pause: () => Promise.resolve(),
    ...(maxConnections !== undefined && { maxConnections }),
  });
}

const RECORDING = readFileSync(new URL('../../recordings/tls13.pcapng', import.meta.url));
const text = (name: string, ...lines: string[]): File => new File([lines.join('\n')], name);
const closed = (own: OwnReading): string[] =>
  own.state.connections.flatMap(({ id }) =>
    own.records(id).flatMap(({ reason }) => (reason ? [reason] : [])),
  );

/** The packets of a connection (Ethernet, IPv4, TCP from port 40000) as many times, each time from another port. */
function onPorts(packets: Uint8Array, times: number): Uint8Array<ArrayBuffer>[] {
  const starts: number[] = [];
  const view = new DataView(packets.buffer, packets.byteOffset, packets.length);
  for (let at = 0; at < packets.length; at += 16 + view.getUint32(at + 8, true)) starts.push(at);
  return Array.from({ length: times }, (_, i) => {
    const copy = new Uint8Array(packets);
    const target = new DataView(copy.buffer);
    for (const at of starts) {
      const source = at + 16 + 34;
      target.setUint16(target.getUint16(source) === 40_000 ? source : source + 2, 10_000 + i);
    }
    return copy;
  });
}

describeVectors('captures', 'a capture and a key log of the reader', (folder) => {
  const file = (name: string): File => new File([readFileSync(join(folder, name))], name);
  const RANDOM = 'aebece1bf2f535639fd56d9eac3748a125053c82be31708cbf00ee0a79817314';
  const OPENED = [
    {
      id: 1,
      client: '10.0.0.1:40000',
      server: '10.0.0.2:443',
      serverName: 'example.test',
      clientRandom: RANDOM,
      protocol: 'TLS 1.3, TLS_AES_128_GCM_SHA256',
      state: 'opened',
      says: '4 sealed records, all opened',
      wire: 'tls',
    },
  ];

  it.each([
    ['together', [['ok-tls13.pcap', 'ok-tls13.keys']]],
    ['the key log first', [['ok-tls13.keys'], ['ok-tls13.pcap']]],
    ['the capture first', [['ok-tls13.pcap'], ['ok-tls13.keys']]],
    ['a wrong key log before the right one', [['ok-tls13.pcap'], ['net-plain.keys'], ['ok-tls13.keys']]],
  ])('are read, %s', async (_, drops) => {
    const own = reading();
    for (const names of drops) await own.add(names.map(file));
    expect(own.state).toMatchObject({ faults: [], share: undefined, connections: OPENED });
    expect(closed(own)).toEqual([]);
    expect(own.keySchedule(1).length).toBeGreaterThan(10);
  });

  it('are read when the key log comes while the capture is being read', async () => {
    const own = reading();
    const [capture, keys] = [own.add([file('ok-tls13.pcap')]), own.add([file('ok-tls13.keys')])];
    await Promise.all([capture, keys]);
    expect(own.state).toMatchObject({ faults: [], share: undefined, connections: OPENED });
  });

  it('list a part of a capture with more connections than a page reads, and count the others', async () => {
    const one = readFileSync(join(folder, 'ok-tls13.pcap'));
    const many = new Blob([one.subarray(0, 24), ...onPorts(one.subarray(24), 215)]);
    const own = reading(210);
    await own.add([Object.assign(many, { name: 'many.pcap' })]);
    expect(own.state.connections).toHaveLength(LIMITS.pageConnections);
    expect(own.state.unlisted).toBe(215 - LIMITS.pageConnections);
    expect(own.state.connections[0]).toMatchObject({ serverName: 'example.test', state: 'closed' });
  });

  it('say why nothing opens while the key log is that of another connection', async () => {
    const own = reading();
    await own.add([file('ok-tls13.pcap'), file('net-plain.keys')]);
    expect(own.state.connections).toMatchObject([{ state: 'closed', says: '4 sealed records, none opened' }]);
    expect([...new Set(closed(own))]).toEqual([
      `0 of 4 key log lines belong to this connection: its client random is ${RANDOM}`,
    ]);
  });

  it('are forgotten on request, and by a capture that takes their place', async () => {
    const own = reading();
    await own.add([file('ok-tls13.pcap'), file('ok-tls13.keys')]);
    await own.add([file('tcp-mid-connection.pcap')]);
    expect(own.state.connections).toMatchObject([{ says: '3 sealed records, none opened' }]);
    expect(own.state.keyLogs).toHaveLength(1);
    own.clear();
    expect(own.state).toMatchObject({ capture: undefined, keyLogs: [], connections: [] });
  });

  it.each([
    ['net-cut-in-header.pcap', 'the file ends in the middle of a packet, at byte 94'],
    ['net-usbpcap-none.pcap', 'packets of link type 249 (USBPCAP) are not read'],
    ['ng-cut.pcapng', 'the block at byte 2504 is cut off or broken'],
  ])('are read as far as they go: %s', async (name, warning) => {
    const own = reading();
    await own.add([file(name)]);
    expect(own.state.faults).toEqual([]);
    expect(own.state.capture?.warnings.join('\n')).toContain(warning);
  });
});

describe('a file of the reader', () => {
  it('that has its secrets inside needs no key log', async () => {
    const own = reading();
    await own.add([new File([RECORDING], 'mine.pcapng')]);
    expect(own.state.connections.map(({ state, serverName }) => [state, serverName])).toEqual([
      ['opened', 'localhost'],
      ['opened', 'localhost'],
    ]);
  });

  const line = `CLIENT_RANDOM ${'ab'.repeat(32)} ${'cd'.repeat(48)}`;
  it.each<[string, GivenFile, string]>([
    [
      'is no capture',
      new File([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0)], 'cat.png'),
      'cat.png: neither a pcapng nor a pcap file.',
    ],
    ['is packed', new File([Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0)], 'a.zst'), 'zstd -d'],
    ['is empty', new File([], 'keys.log'), 'keys.log: the file is empty.'],
    [
      'is another text',
      text('a.txt', '# hm', 'hello'),
      'a.txt: neither a capture nor a key log. Line 2 is not',
    ],
    ['has only comments', text('keys.log', '# SSL/TLS secrets'), 'keys.log: this key log has no lines yet.'],
    [
      'is a private key',
      text('key.pem', '-----BEGIN PRIVATE KEY-----'),
      'key.pem: this is a private key, and this page reads only key logs.',
    ],
    [
      'is too large',
      {
        name: 'big.pcap',
        size: LIMITS.pageCapture + 1,
        slice: () => new Blob([Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1)]),
      },
      'big.pcap: a capture of 64.0 MiB is too large for a page, which reads up to 64 MiB.',
    ],
    [
      'cannot be read any more',
      {
        name: 'gone.pcap',
        size: 10,
        slice: () =>
          Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error('NotFoundError')) }),
      },
      'gone.pcap: the browser could not read it (NotFoundError).',
    ],
  ])('that %s is refused by name', async (_, file, fault) => {
    const own = reading();
    await own.add([file]);
    expect(own.state.faults).toHaveLength(1);
    expect(own.state.faults[0]).toContain(fault);
    expect(own.state.share).toBe(undefined);
  });

  it('with some odd lines is used, and the lines are named', async () => {
    const own = reading();
    await own.add([text('keys.log', line, 'CLIENT_RANDOM 12', line.slice(0, -1))]);
    expect(own.state.keyLogs[0]?.warnings).toEqual([
      '2 lines of the key log are not of the form LABEL <random, hex> <secret, hex> (line 2, 3) and not used',
    ]);
  });

  it('may be a key log in UTF-16, as PowerShell writes it', async () => {
    const own = reading();
    const bytes = new Uint8Array(Buffer.from(`\uFEFF${line}\r\n`, 'utf16le'));
    await own.add([new File([bytes], 'keys.log')]);
    expect(own.state).toMatchObject({ faults: [], keyLogs: [{ lines: [line] }] });
    expect(toHex(bytes.subarray(0, 2))).toBe('fffe');
  });

  it('is left alone once the page is told to forget it', async () => {
    const own = reading();
    const underWay = own.add([new File([RECORDING], 'mine.pcapng')]);
    own.clear();
    await underWay;
    expect(own.state).toMatchObject({ capture: undefined, connections: [], share: undefined });
  });
});
