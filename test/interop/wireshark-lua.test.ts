/** Our dissector inside tshark: on the same capture it names the same fields, values and bytes as the inspector does. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SUITES, type Suite } from '#channel/psk/suites';
import { ChatClient } from '#client/chat-client';
import { Dissection } from '#dissect/index';
import type { Direction, TapEvent, WireRecord } from '#dissect/model';
import { readCapture } from '#dissect/capture/read';
import { writePcapng } from '#dissect/capture/write';
import { concat, fromHex, utf8 } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { WIRE_NAMES, type WireName, wireByName } from '#protocol/wires';
import { dissectorFile } from '#wireshark/dissector';
import { describeWith } from '../support/programs/needs.ts';
import { Program, type Ready, startServe, targetOf } from '../support/programs/program.ts';
import { joined } from '../support/flows/joined.ts';
import { CUTS, type Cut } from '../support/flows/shaper.ts';
import { traffic } from '../support/flows/traffic.ts';
import { KINDS, type Shown, unitsOfPdml } from '../support/captures/pdml.ts';
import { Tshark } from '../support/captures/tshark.ts';

const SERVER = { address: '127.0.0.2', port: 5556 };
const CLIENT = { address: '127.0.0.1', port: 50_001 };
const LONG_LINES = [
  { dir: 's2c', message: { type: 'left', room: 'lobby' } },
  { dir: 'c2s', message: { type: 'say', text: 'Ω'.repeat(200) } },
  { dir: 'c2s', message: { type: 'bye' } },
] as const;
const LOST = /boundaries were lost/;

/** A recording that tshark must read as we do. Those that cross a real server are given by their wire. */
interface Conversation {
  readonly title: string;
  readonly wire: WireName;
  readonly make: (recorded: (wire: WireName) => readonly TapEvent[]) => readonly TapEvent[];
}

const SEVERAL_FRAMES = ((): TapEvent[] => {
  const say = encodeFrame(encodeMessage({ type: 'say', text: 'one of many' }));
  return flow(5555, ['c2s', concat([say, say, say])]);
})();

const EVERY_KIND = String.raw`{"type":"joined","name":"\u00e9\ud83d\ude00\"","members":["a","b"],"count":2,"more":false,"messages":[{"id":9007199254740991,"ts":1700000000000}],"x":{"y":null},"id":-1.5}`;

const CONVERSATIONS: readonly Conversation[] = [
  ...WIRE_NAMES.flatMap((wire): Conversation[] => [
    {
      title: `on the ${wire} wire, on its own port`,
      wire,
      make: (recorded) => moved(recorded(wire), wireByName(wire).port),
    },
    {
      title: `on the ${wire} wire, on any port`,
      wire,
      make: (recorded) => moved(recorded(wire), 47_123),
    },
  ]),
  ...Object.entries(CUTS).flatMap(([name, cut]): Conversation[] => [
    {
      title: `about frames put together from segments, ${name}`,
      wire: 'plain',
      make: (recorded) => recut(moved(recorded('plain'), 5555), cut),
    },
    {
      title: `about psk records put together from segments, ${name}`,
      wire: 'psk',
      make: () => recut(moved(traffic({ flow: 1, wire: 'psk', lines: LONG_LINES }), 5556), cut),
    },
  ]),
  ...SUITES.map((suite): Conversation => ({
    title: `about every part of a body of ${suite.name}`,
    wire: 'psk',
    make: () => talkWith(suite),
  })),
  { title: 'about several frames in one segment', wire: 'plain', make: () => SEVERAL_FRAMES },
  {
    title: 'about escapes, every kind of value, and what is not a field of ours',
    wire: 'plain',
    make: () => flow(5555, ['s2c', encodeFrame(utf8(EVERY_KIND))]),
  },
];

describeWith(['tshark'], 'our dissector in tshark', ({ tshark }) => {
  const shark = new Tshark(tshark);
  const talks = new Map<WireName, readonly TapEvent[]>();
  let folder: string;
  let files = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireglass-lua-'));
    const { program, ready } = await startServe(join(folder, 'data'));
    try {
      for (const wire of WIRE_NAMES) talks.set(wire, await recorded(ready, wire));
    } finally {
      program.child.kill('SIGKILL');
      await program.finished;
    }
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What crossed this wire while a client joined, spoke and left, without the other wires. */
  async function recorded(ready: Ready, wire: WireName): Promise<TapEvent[]> {
    const client = new ChatClient({ ...(await targetOf(ready, wire)), name: `on-${wire.replace('+', '-')}` });
    await client.connect();
    const port = client.localPort;
    await client.say(`Ω and "quotes" on ${wire}`);
    await client.close();
    const file = join(folder, `${++files}.pcapng`);
    const capture = await new Program(['capture', '--web', ready.url, '--data', ready.data, '--out', file])
      .finished;
    if (capture.code !== 0) throw new Error(capture.stderr);
    const { events } = readCapture(await readFile(file));
    const flow = events.find((event) => event.kind === 'flow' && event.client.port === port);
    if (flow?.kind !== 'flow') throw new Error(`no flow of the ${wire} wire was recorded`);
    return events.filter((event) => event.kind === 'secret' || event.flow === flow.flow);
  }

  async function ask(events: readonly TapEvent[], ...args: string[]): Promise<string[]> {
    const file = join(folder, `${++files}.pcapng`);
    await writeFile(file, writePcapng(events));
    // `ask` rejects on any complaint on standard error.
    const lines = await shark.ask(file, '-X', `lua_script:${await dissectorFile()}`, ...args);
    expect(lines.filter((line) => /Lua:? Error/i.test(line))).toEqual([]);
    return lines;
  }

  async function counts(events: readonly TapEvent[], ...filters: string[]): Promise<number[]> {
    const file = join(folder, `${++files}.pcapng`);
    await writeFile(file, writePcapng(events));
    return shark.counts(file, filters, '-X', `lua_script:${await dissectorFile()}`);
  }

  async function theirs(events: readonly TapEvent[]): Promise<Shown[][]> {
    return unitsOfPdml(await ask(events, '-Y', 'wireglass', '-T', 'pdml')).map(({ shown }) => shown);
  }

  describe('agrees with us', () => {
    const recordings = CONVERSATIONS.map(
      ({ make }) =>
        () =>
          make((wire) => talks.get(wire)!),
    );
    let units: Shown[][][];

    beforeAll(async () => {
      const events = joined(recordings.map((make, i) => fromPort(make(), 50_001 + i)));
      const seen = unitsOfPdml(await ask(events, '-Y', 'wireglass', '-T', 'pdml'));
      units = recordings.map((_, i) => seen.filter(({ stream }) => stream === i).map(({ shown }) => shown));
    }, 120_000);

    it.each(CONVERSATIONS.map(({ title, wire }, i) => ({ title, wire, i })))('$title', ({ wire, i }) => {
      const ours = unitsOf(recordings[i]!(), wire);
      expect(ours.length).toBeGreaterThan(0);
      expect(units[i]).toEqual(ours);
    });
  });

  describe('knows the suites of the psk wire', () => {
    let events: TapEvent[];
    beforeAll(() => {
      events = joined(SUITES.map((suite, i) => fromPort(talkWith(suite), 50_001 + i)));
    });

    it('each by its name', async () => {
      const filters = SUITES.map(({ name }) => `wireglass.psk.suite == "${name}"`);
      expect(await counts(events, ...filters)).toEqual(SUITES.map(() => 1));
    });

    it('and says which are weak', async () => {
      const warned = await ask(events, '-Y', 'wireglass.weak', '-T', 'fields', '-e', '_ws.expert.message');
      expect(warned).toEqual(
        SUITES.flatMap(({ name, weak }) => (weak === undefined ? [] : [`${name} is a weak suite: ${weak}`])),
      );
    });
  });

  it('lays out each connection by its own suite where a port is used again', async () => {
    const lines = [{ dir: 'c2s', message: { type: 'say', text: 'ab' } }] as const;
    const talk = (suite: Suite, start: number) =>
      traffic({ flow: 1, wire: 'psk', suite, lines, start }).filter(({ kind }) => kind !== 'flow');
    const [first, second] = [SUITES[1], SUITES[4]] as [Suite, Suite];
    const parts = async (...talks: TapEvent[][]) => {
      const end = (dir: Direction) =>
        ({ kind: 'end', flow: 1, dir, time: 1_700_000_000_500, how: 'fin' }) as const;
      const all = talks.flatMap((events, i): TapEvent[] => [
        {
          kind: 'flow',
          flow: i + 1,
          wire: 'psk',
          time: 1_700_000_000_000 + 1_000 * i,
          client: CLIENT,
          server: SERVER,
        },
        ...[...events, end('c2s'), end('s2c')].map((event) =>
          'flow' in event ? { ...event, flow: i + 1 } : event,
        ),
      ]);
      const units = await theirs(all);
      return units
        .map((unit) => unit.map(({ path }) => path))
        .filter((paths) => paths.includes('psk.ciphertext'));
    };
    const both = await parts(talk(first, 1_700_000_000_000), talk(second, 1_700_000_001_000));
    expect(both.map((paths) => paths.slice(3))).toEqual([
      ['psk.nonce', 'psk.tag', 'psk.ciphertext'],
      ['psk.iv', 'psk.ciphertext'],
    ]);
  });

  it('names each of several frames in one segment', async () => {
    expect(await ask(SEVERAL_FRAMES, '-Y', 'wireglass', '-T', 'fields', '-e', '_ws.col.Info')).toEqual([
      'say, say, say',
    ]);
  });

  it('filters by what was said', async () => {
    const events = moved(talks.get('tls')!, 5557);
    const filter = ['-Y', 'wireglass.msg.type == "say"', '-T', 'fields', '-e', 'wireglass.msg.text'];
    expect(await ask(events, ...filter)).toEqual(['Ω and "quotes" on tls']);
  });

  it('knows alerts and suites by number and by name', async () => {
    const alert = fromHex('15 000001 0000000000000000 0c');
    const events = flow(5556, ['s2c', alert]);
    const filters = ['12', '"bad_record_mac"'].map((value) => `wireglass.psk.code == ${value}`);
    expect(await counts(events, ...filters)).toEqual([1, 1]);
  });

  it('gives the same in JSON', async () => {
    const events = moved(talks.get('plain')!, 5555);
    const json = (await ask(events, '-Y', 'wireglass.msg.text contains "quotes"', '-T', 'json')).join('\n');
    expect(() => JSON.parse(json) as unknown).not.toThrow();
    expect(json).toContain('"wireglass.msg.type": "say"');
  });

  describe('has an expert say that it is malformed:', () => {
    const MALFORMED = [
      ['a length above the cap', 5555, '00010001 7b7d'],
      ['a length of zero', 5555, '00000000 7b7d0000 00000000'],
      ['no JSON', 5555, `${hexFrame('7b2274797065223a')}`],
      ['no UTF-8', 5555, `${hexFrame('7b2274797065223a22ff227d')}`],
      ['an unknown type', 5555, `${hexFrame('7b2274797065223a226e6f7065227d')}`],
      ['no psk record', 5556, '99 000001 0000000000000000 0c'],
      ['a psk record above the cap', 5556, '01 000201 0000000000000000 0c'],
      ['a hello that is too short', 5556, '01 000001 0000000000000000 01'],
      ['a number where none is allowed', 5556, '15 000001 0000000000000007 00'],
    ] as const;
    let streams: string[];

    beforeAll(async () => {
      const talk = ([, port, hex]: (typeof MALFORMED)[number], i: number): TapEvent[] =>
        fromPort(flow(port, ['c2s', fromHex(hex.replaceAll(' ', '').padEnd(24, '0'))]), 50_001 + i);
      const events = joined(MALFORMED.map(talk));
      streams = await ask(events, '-Y', 'wireglass.malformed', '-T', 'fields', '-e', 'tcp.stream');
    });

    it.each(MALFORMED.map(([what], i) => ({ what, i })))('$what', ({ i }) => {
      expect(streams.filter((stream) => stream === String(i))).toHaveLength(1);
    });
  });

  it('survives garbage on each of its ports, and on another', async () => {
    const ports = [5555, 5556, 5557, 5558, 47_123];
    const events = joined(ports.map((port, i) => fromPort(flow(port, ...garbage(port)), 50_001 + i)));
    expect((await ask(events, '-V')).length).toBeGreaterThan(500);
  });

  it('leaves other traffic alone', async () => {
    const http = utf8('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await ask(flow(8080, ['c2s', http]), '-Y', 'wireglass')).toEqual([]);
  });
});

function hexFrame(payload: string): string {
  return (payload.length / 2).toString(16).padStart(8, '0') + payload;
}

function flow(port: number, ...said: readonly (readonly [Direction, Uint8Array])[]): TapEvent[] {
  const server = { address: '127.0.0.2', port };
  let time = 1_700_000_000_000;
  return [
    { kind: 'flow', flow: 1, time, client: CLIENT, server },
    ...said.map(([dir, bytes]) => ({ kind: 'chunk', flow: 1, dir, time: ++time, bytes }) as const),
  ];
}

/** The same with other endpoints: a free port of this machine might belong to a protocol that Wireshark knows. */
function moved(events: readonly TapEvent[], port: number): TapEvent[] {
  const server = { address: '127.0.0.2', port };
  return events.map((event) => (event.kind === 'flow' ? { ...event, client: CLIENT, server } : event));
}

function fromPort(events: readonly TapEvent[], port: number): TapEvent[] {
  return events.map((event) =>
    event.kind === 'flow' ? { ...event, client: { ...event.client, port } } : event,
  );
}

/** A client and a server that say one line each. */
function talkWith(suite: Suite): TapEvent[] {
  const lines = [
    { dir: 'c2s', message: { type: 'say', text: 'ab' } },
    { dir: 's2c', message: { type: 'left', room: 'lobby' } },
  ] as const;
  return moved(traffic({ flow: 1, wire: 'psk', suite, lines }), 5556);
}

/** A linear congruential generator: the same garbage every time. */
function garbage(start: number): [Direction, Uint8Array][] {
  let seed = start;
  return Array.from({ length: 40 }, (_, length) => [
    'c2s',
    Uint8Array.from(
      { length: 1 + length * 7 },
      () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) >> 16,
    ),
  ]);
}

function recut(events: readonly TapEvent[], cut: Cut): TapEvent[] {
  return events.flatMap((event): TapEvent[] =>
    event.kind === 'chunk' ? cut(Buffer.from(event.bytes)).map((bytes) => ({ ...event, bytes })) : [event],
  );
}

/** Fields of each unit by our own dissection, as far as Wireshark, which has no psk key, can know them. */
function unitsOf(events: readonly TapEvent[], wire: WireName): Shown[][] {
  const dissection = new Dissection();
  dissection.addAll(events.map((event) => (event.kind === 'flow' ? { ...event, wire } : event)));
  const records = dissection.allRecords().filter(({ reason }) => !LOST.test(reason));
  return records.flatMap(visibleUnits).map(({ proto, fields }) => flat(fields, proto));
}

function visibleUnits(record: WireRecord): { proto: string; fields: readonly Field[] }[] {
  return record.proto === 'tls'
    ? record.inner.filter(({ proto }) => proto === 'frame' || proto === 'psk')
    : [record];
}

function flat(fields: readonly Field[], prefix: string): Shown[] {
  return fields.flatMap(({ name, value, number, start, end, children = [] }) => {
    const path = name.startsWith('[') ? prefix : `${prefix}.${name}`;
    const row = fits(path, value) ? [{ path, value: String(number ?? value), start, end }] : [];
    if (path === 'psk.ciphertext') return row;
    return [...row, ...flat(children, path === 'frame.payload' ? 'msg' : path)];
  });
}

/** A message may hold what has no field in Wireshark: it is shown there as text. */
function fits(path: string, value: Field['value']): boolean {
  const kind = KINDS.get(path);
  if (kind === undefined) return false;
  if (kind === 'bool') return typeof value === 'boolean';
  return kind !== 'uint64' || path.startsWith('psk.') || (Number.isSafeInteger(value) && Number(value) >= 0);
}
