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
import { wiresharkFields } from '#wireshark/fields';
import { dissectorFile } from '#wireshark/dissector';
import { describeWith } from '../support/programs/needs.ts';
import { Program, type Ready, startServe, targetOf } from '../support/programs/program.ts';
import { CUTS, type Cut } from '../support/flows/shaper.ts';
import { traffic } from '../support/flows/traffic.ts';
import { Tshark } from '../support/captures/tshark.ts';

interface Shown {
  readonly path: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const KINDS = new Map(wiresharkFields().map(({ path, kind }) => [path, kind]));
const SERVER = { address: '127.0.0.2', port: 5556 };
const CLIENT = { address: '127.0.0.1', port: 50_001 };
const LOST = /boundaries were lost/;

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

  async function theirs(events: readonly TapEvent[]): Promise<Shown[][]> {
    return unitsOfPdml(await ask(events, '-Y', 'wireglass', '-T', 'pdml'));
  }

  async function expectAgreement(events: readonly TapEvent[], wire: WireName): Promise<void> {
    const ours = unitsOf(events, wire);
    expect(ours.length).toBeGreaterThan(0);
    expect(await theirs(events)).toEqual(ours);
  }

  it.each(WIRE_NAMES)('agrees with us on the %s wire, on its own port', async (wire) => {
    await expectAgreement(moved(talks.get(wire)!, wireByName(wire).port), wire);
  });

  it.each(WIRE_NAMES)('agrees with us on the %s wire, on any port', async (wire) => {
    await expectAgreement(moved(talks.get(wire)!, 47_123), wire);
  });

  it.each(Object.keys(CUTS))('puts frames together from segments, %s', async (name) => {
    await expectAgreement(recut(moved(talks.get('plain')!, 5555), CUTS[name]!), 'plain');
  });

  it.each(Object.keys(CUTS))('puts psk records together from segments, %s', async (name) => {
    const lines = [
      { dir: 's2c', message: { type: 'left', room: 'lobby' } },
      { dir: 'c2s', message: { type: 'say', text: 'Ω'.repeat(200) } },
      { dir: 'c2s', message: { type: 'bye' } },
    ] as const;
    const events = moved(traffic({ flow: 1, wire: 'psk', lines }), 5556);
    await expectAgreement(recut(events, CUTS[name]!), 'psk');
  });

  describe.each(SUITES)('with the suite $name', (suite: Suite) => {
    const lines = [
      { dir: 'c2s', message: { type: 'say', text: 'ab' } },
      { dir: 's2c', message: { type: 'left', room: 'lobby' } },
    ] as const;
    const events = moved(traffic({ flow: 1, wire: 'psk', suite, lines }), 5556);

    it('agrees with us on every part of a body', () => expectAgreement(events, 'psk'));

    it('finds the suite by its name, and says if it is weak', async () => {
      expect(await ask(events, '-Y', `wireglass.psk.suite == "${suite.name}"`)).toHaveLength(1);
      const warned = await ask(events, '-Y', 'wireglass.weak', '-T', 'fields', '-e', '_ws.expert.message');
      expect(warned).toEqual(
        suite.weak === undefined ? [] : [`${suite.name} is a weak suite: ${suite.weak}`],
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

  it('finds several frames in one segment', async () => {
    const say = encodeFrame(encodeMessage({ type: 'say', text: 'one of many' }));
    const events = flow(5555, ['c2s', concat([say, say, say])]);
    await expectAgreement(events, 'plain');
    expect(await ask(events, '-Y', 'wireglass', '-T', 'fields', '-e', '_ws.col.Info')).toEqual([
      'say, say, say',
    ]);
  });

  it('reads escapes, every kind of value, and what is not a field of ours', async () => {
    const text = String.raw`{"type":"joined","name":"\u00e9\ud83d\ude00\"","members":["a","b"],"count":2,"more":false,"messages":[{"id":9007199254740991,"ts":1700000000000}],"x":{"y":null},"id":-1.5}`;
    await expectAgreement(flow(5555, ['s2c', encodeFrame(utf8(text))]), 'plain');
  });

  it('filters by what was said', async () => {
    const events = moved(talks.get('tls')!, 5557);
    const filter = ['-Y', 'wireglass.msg.type == "say"', '-T', 'fields', '-e', 'wireglass.msg.text'];
    expect(await ask(events, ...filter)).toEqual(['Ω and "quotes" on tls']);
  });

  it('knows alerts and suites by number and by name', async () => {
    const alert = fromHex('15 000001 0000000000000000 0c');
    const events = flow(5556, ['s2c', alert]);
    for (const value of ['12', '"bad_record_mac"']) {
      expect(await ask(events, '-Y', `wireglass.psk.code == ${value}`), value).toHaveLength(1);
    }
  });

  it('gives the same in JSON', async () => {
    const events = moved(talks.get('plain')!, 5555);
    const json = (await ask(events, '-Y', 'wireglass.msg.text contains "quotes"', '-T', 'json')).join('\n');
    expect(() => JSON.parse(json) as unknown).not.toThrow();
    expect(json).toContain('"wireglass.msg.type": "say"');
  });

  it.each([
    ['a length above the cap', 5555, '00010001 7b7d'],
    ['a length of zero', 5555, '00000000 7b7d0000 00000000'],
    ['no JSON', 5555, `${hexFrame('7b2274797065223a')}`],
    ['no UTF-8', 5555, `${hexFrame('7b2274797065223a22ff227d')}`],
    ['an unknown type', 5555, `${hexFrame('7b2274797065223a226e6f7065227d')}`],
    ['no psk record', 5556, '99 000001 0000000000000000 0c'],
    ['a psk record above the cap', 5556, '01 000201 0000000000000000 0c'],
    ['a hello that is too short', 5556, '01 000001 0000000000000000 01'],
    ['a number where none is allowed', 5556, '15 000001 0000000000000007 00'],
  ])('has an expert say that %s is malformed', async (_name, port, hex) => {
    const events = flow(port, ['c2s', fromHex(hex.replaceAll(' ', '').padEnd(24, '0'))]);
    expect(await ask(events, '-Y', 'wireglass.malformed')).toHaveLength(1);
  });

  it.each([5555, 5556, 5557, 5558, 47_123])('survives garbage on port %i', async (port) => {
    // A linear congruential generator: the same garbage every time.
    let seed = port;
    const garbage = Array.from({ length: 40 }, (_, length) =>
      Uint8Array.from(
        { length: 1 + length * 7 },
        () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) >> 16,
      ),
    );
    const events = flow(port, ...garbage.map((bytes): [Direction, Uint8Array] => ['c2s', bytes]));
    expect((await ask(events, '-V')).length).toBeGreaterThan(100);
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

/** Fields of each unit in tshark's PDML: one element on a line, ranges made relative to their unit. */
function unitsOfPdml(lines: readonly string[]): Shown[][] {
  const units: Shown[][] = [];
  let begin: number | undefined;
  for (const line of lines) {
    if (line.includes('<proto ')) begin = undefined;
    const { name = '', show = '', value = '', pos, size } = attributes(line);
    if (line.includes('<proto ') && name === 'wireglass') {
      begin = Number(pos);
      units.push([]);
    }
    const path = name.replace(/^wireglass\./, '');
    if (begin === undefined || path === name || !KINDS.has(path)) continue;
    const start = Number(pos) - begin;
    units.at(-1)?.push({ path, value: shownValue(path, show, value), start, end: start + Number(size) });
  }
  return units;
}

function attributes(line: string): Record<string, string> {
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  const text = (escaped: string): string =>
    escaped
      .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
      .replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
  const pairs = [...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']): [string, string] => [
    name,
    text(value),
  ]);
  return Object.fromEntries(pairs);
}

/** As the inspector would write it. */
function shownValue(path: string, show: string, value: string): string {
  const kind = KINDS.get(path);
  if (kind === 'bytes')
    return value.length <= 2_048 ? value : `${value.slice(0, 2_048)}… (${value.length / 2} bytes)`;
  if (kind === 'bool') return String(show === '1' || show === 'True');
  return show;
}
