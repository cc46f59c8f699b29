/** What tshark, an independent program, makes of our capture files: it finds no fault, and decrypts to the same bytes. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureCertificates } from '#certs/ensure';
import { Dissection } from '#dissect/index';
import type { Direction, TapEvent } from '#dissect/model';
import { readCapture } from '#dissect/capture/read';
import { writePcapng } from '#dissect/capture/write';
import { concat, toHex, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { describeWith } from '../support/programs/needs.ts';
import { pskConversation } from '../support/flows/psk-conversation.ts';
import { type Credentials, type Turn, tlsConversation } from '../support/flows/tls-conversation.ts';
import { Tshark } from '../support/captures/tshark.ts';

type Both = Record<Direction, string>;

const SAY = encodeFrame(encodeMessage({ type: 'say', text: 'over the wire: Ω', ref: 'r1' }));
const LEFT = encodeFrame(encodeMessage({ type: 'left', room: 'lobby' }));
/** Longer than one TLS record, and than many segments. */
const LONG = concat(
  Array.from({ length: 10 }, (_, i) =>
    encodeFrame(encodeMessage({ type: 'say', text: String(i).repeat(4_000), room: 'lobby' })),
  ),
);
const SCRIPT: readonly Turn[] = [
  { dir: 's2c', bytes: LEFT },
  { dir: 'c2s', bytes: SAY },
  { dir: 's2c', bytes: LONG },
  { dir: 'c2s', bytes: LONG },
];
const SAID: Both = { c2s: summary(toHex(concat([SAY, LONG]))), s2c: summary(toHex(concat([LEFT, LONG]))) };
const NOTHING: Both = { c2s: summary(''), s2c: summary('') };

const SUITES = [
  { version: 'TLSv1.3', suite: 'TLS_AES_256_GCM_SHA384' },
  { version: 'TLSv1.3', suite: 'TLS_AES_128_GCM_SHA256' },
  { version: 'TLSv1.3', suite: 'TLS_CHACHA20_POLY1305_SHA256' },
  { version: 'TLSv1.2', suite: 'ECDHE-RSA-AES256-GCM-SHA384' },
  { version: 'TLSv1.2', suite: 'ECDHE-RSA-AES128-GCM-SHA256' },
  { version: 'TLSv1.2', suite: 'ECDHE-RSA-CHACHA20-POLY1305' },
] as const;

describeWith(['tshark'], 'tshark and our capture files', ({ tshark }) => {
  let folder: string;
  let credentials: Credentials;
  let files = 0;
  const shark = new Tshark(tshark);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireglass-capture-'));
    credentials = await ensureCertificates(folder, { hosts: ['localhost', '127.0.0.1'], now: new Date() });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function saved(events: readonly TapEvent[], options = {}): Promise<string> {
    const file = join(folder, `${++files}.pcapng`);
    await writeFile(file, writePcapng(events, options));
    return file;
  }

  /** What tshark takes for the content of the first flow, with each direction summarized. */
  async function followed(file: string, kind: 'tls' | 'tcp', clientPort: number): Promise<Both> {
    const { c2s, s2c } = await shark.follow(file, kind, clientPort);
    return { c2s: summary(c2s), s2c: summary(s2c) };
  }

  it.each(SUITES)('decrypts $version $suite with no option to the bytes that we decrypt', async (choice) => {
    const events = await tlsConversation(credentials, choice, SCRIPT);
    const file = await saved(events);
    expect(await shark.faults(file)).toEqual([]);
    expect(applicationData(events)).toEqual(SAID);
    expect(await followed(file, 'tls', flowOf(events).client.port)).toEqual(SAID);
    expect(records(readCapture(await readFile(file)).events)).toEqual(records(events));
  });

  it('decrypts nothing when the secrets are left out', async () => {
    const events = await tlsConversation(credentials, SUITES[0], SCRIPT);
    const file = await saved(events, { keys: false });
    expect(await shark.faults(file)).toEqual([]);
    expect(await followed(file, 'tls', flowOf(events).client.port)).toEqual(NOTHING);
  });

  it('sees the true addresses, ports and times', async () => {
    const events = await tlsConversation(credentials, SUITES[0], SCRIPT);
    const { client, server, time } = flowOf(events);
    const fields = ['frame.time_epoch', 'tcp.srcport', 'tcp.dstport', 'ip.src', 'ip.dst'];
    const [syn] = await shark.ask(
      await saved(events),
      '-T',
      'fields',
      ...fields.flatMap((name) => ['-e', name]),
    );
    const [seconds, ...ends] = syn?.split('\t') ?? [];
    expect(ends).toEqual([String(client.port), String(server.port), '127.0.0.1', '127.0.0.1']);
    expect(Number(seconds) * 1000).toBeCloseTo(time, 2);
  });

  it('would see one wrong bit in a packet', async () => {
    const bytes = writePcapng(pskConversation({ c2s: [SAY], s2c: [LEFT] }));
    const at = bytes.length - 4 - 4 - 2;
    bytes[at] = (bytes[at] as number) ^ 0x01;
    const file = join(folder, 'damaged.pcapng');
    await writeFile(file, bytes);
    expect(await shark.faults(file)).not.toEqual([]);
  });

  it('says nothing about the psk wire’s secrets, which are among those of TLS', async () => {
    const file = await saved(pskConversation({ c2s: [SAY, LONG], s2c: [LEFT] }));
    expect(await readFile(file, 'latin1')).toContain('WIREGLASS_PSK_PRK 0');
    expect(await shark.faults(file)).toEqual([]);
    const [syn] = await shark.ask(file, '-T', 'fields', '-e', 'tcp.dstport', '-c', '1');
    expect(syn).toBe('5556');
  });

  it('finds a whole conversation where the tap forgot the beginning and the end', async () => {
    const chunks = pskConversation({ c2s: [SAY, LONG], s2c: [LEFT] }).filter(
      (event) => event.kind === 'chunk',
    );
    const file = await saved(chunks.slice(3));
    expect(await shark.faults(file)).toEqual([]);
    const left = (dir: Direction): string =>
      summary(toHex(concat(chunks.slice(3).flatMap((event) => (event.dir === dir ? [event.bytes] : [])))));
    expect(await followed(file, 'tcp', 49_153)).toEqual({ c2s: left('c2s'), s2c: left('s2c') });
  });

  it.each([
    ['IPv6', '::1', '2001:db8::5:6'],
    ['IPv4 in IPv6', '::ffff:127.0.0.1', '127.0.0.1'],
    ['one of each', '10.1.2.3', 'fe80::1%eth0'],
    ['host names', 'localhost', 'server'],
  ])('accepts flows between ends that are %s', async (_name, client, server) => {
    const ends = { client: { address: client, port: 50_001 }, server: { address: server, port: 7 } };
    const file = await saved([
      { kind: 'flow', flow: 1, wire: 'plain', time: 1_700_000_000_000.25, ...ends },
      { kind: 'chunk', flow: 1, dir: 's2c', time: 1_700_000_000_001, bytes: LONG },
      { kind: 'chunk', flow: 1, dir: 'c2s', time: 1_700_000_000_002, bytes: utf8('x') },
      { kind: 'end', flow: 1, dir: 's2c', time: 1_700_000_000_003, how: 'fin' },
      { kind: 'chunk', flow: 1, dir: 'c2s', time: 1_700_000_000_004, bytes: SAY },
      { kind: 'end', flow: 1, dir: 'c2s', time: 1_700_000_000_005, how: 'fin' },
    ]);
    expect(await shark.faults(file)).toEqual([]);
    expect(await followed(file, 'tcp', 50_001)).toEqual({
      c2s: summary(toHex(concat([utf8('x'), SAY]))),
      s2c: summary(toHex(LONG)),
    });
  });

  it('reports a reset, and nothing else, where there was one', async () => {
    const ends = {
      client: { address: '10.0.0.1', port: 50_001 },
      server: { address: '10.0.0.2', port: 5555 },
    };
    const file = await saved([
      { kind: 'flow', flow: 1, wire: 'plain', time: 1, ...ends },
      { kind: 'chunk', flow: 1, dir: 'c2s', time: 2, bytes: SAY },
      { kind: 'end', flow: 1, dir: 'c2s', time: 3, how: 'reset' },
    ]);
    expect(await shark.faults(file)).toEqual(['6\tConnection reset (RST)']);
  });
});

function flowOf(events: readonly TapEvent[]): Extract<TapEvent, { kind: 'flow' }> {
  const [flow] = events;
  if (flow?.kind !== 'flow') throw new Error('the flow comes first');
  return flow;
}

/** Plain bytes of application data by our own dissection, each direction in one piece of hex. */
function applicationData(events: readonly TapEvent[]): Both {
  const out = { c2s: '', s2c: '' };
  const dissection = new Dissection();
  dissection.addAll(events);
  for (const { dir, inner, state } of dissection.allRecords()) {
    if (state === 'opened')
      out[dir] += inner.map((unit) => (unit.proto === 'frame' ? toHex(unit.bytes) : '')).join('');
  }
  return { c2s: summary(out.c2s), s2c: summary(out.s2c) };
}

/** Represents many bytes by their number and their digest. */
function summary(hex: string): string {
  return `${hex.length / 2} bytes, SHA-256 ${createHash('sha256').update(hex).digest('hex')}`;
}

function records(events: readonly TapEvent[]): string[] {
  const dissection = new Dissection();
  dissection.addAll(events);
  return dissection
    .allRecords()
    .map(({ dir, title, state, raw }) => `${dir} ${title} ${state} ${toHex(raw)}`);
}
