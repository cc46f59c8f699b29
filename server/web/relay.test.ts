import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, type Socket, createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Certificates, ensureCertificates } from '#certs/ensure';
import { Dissection } from '#dissect/index';
import type { RelayMessage, WireInfo } from '#dissect/page-stream';
import { type ChatServer, startServer } from '#runtime/server';
import { type Store, openStore } from '#store/store';
import { Recorder } from '#tap/recorder';
import { type Tap, startTap } from '#tap/tap';
import { fromHex, showUtf8 } from '#protocol/bytes';
import { WIRE_NAMES, type WireName } from '#protocol/messages';
import { MAX_PENDING } from './relay.ts';
import { type Web, startWeb } from './web.ts';

const HOME = '127.0.0.1';
const KEYS = [{ id: 'demo', key: fromHex('42'.repeat(32)) }];
const log = pino({ enabled: false });

let folder: string;
let tls: Certificates;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wireglass-relay-'));
  tls = await ensureCertificates(join(folder, 'certs'), { hosts: ['localhost', HOME], now: new Date() });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let recorder: Recorder;
let store: Store;
let stores = 0;
let server: ChatServer;
let taps: Tap[];
let wires: WireInfo[];
let web: Web;
const opened: WebSocket[] = [];

const serve = (ports: Partial<Record<WireName, number>> = {}): Promise<ChatServer> =>
  startServer({
    store,
    tls,
    keys: KEYS,
    listen: Object.fromEntries(WIRE_NAMES.map((wire) => [wire, { host: HOME, port: ports[wire] ?? 0 }])),
    log,
    keyLog: (line) => recorder.secret(line),
  });

const startPages = (infos: readonly WireInfo[], ca: string = tls.ca, keys = KEYS): Promise<Web> =>
  startWeb({
    host: HOME,
    port: 0,
    token: '',
    staticDir: folder,
    version: '1.2.3',
    wires: infos,
    recorder,
    relay: { ca, keys },
    log,
  });

beforeEach(async () => {
  recorder = new Recorder();
  store = await openStore(join(folder, `${++stores}.sqlite`));
  server = await serve();
  taps = await Promise.all(
    WIRE_NAMES.map((wire) => {
      const target = server.addresses[wire] ?? { host: HOME, port: 0 };
      return startTap({ wire, listen: { host: HOME, port: 0 }, target, recorder });
    }),
  );
  wires = taps.map(({ wire, address }) => ({ wire, ...address, tapped: true }));
  web = await startPages(wires);
});

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.terminate();
  await web.close();
  await server.close();
  for (const tap of taps) await tap.close();
  await store.close();
});

type Of<T extends RelayMessage['type']> = Extract<RelayMessage, { type: T }>;

const page = (at: Web = web) => {
  const socket = new WebSocket(`ws://${HOME}:${at.address.port}/ws/chat`);
  opened.push(socket);
  const told: RelayMessage[] = [];
  socket.on('message', (data: Buffer) => told.push(JSON.parse(data.toString()) as RelayMessage));
  socket.on('open', () => socket.send('{"type":"hello"}'));
  const of = <T extends RelayMessage['type']>(type: T) =>
    told.filter((message): message is Of<T> => message.type === type);
  /** The last status of each wire. */
  const status = () => new Map(of('status').map((message) => [message.wire, message]));
  const states = () => [...status().values()].map(({ state }) => state);
  const ready = (count = 4) => expect.poll(states).toEqual(Array(count).fill('open'));
  const say = (id: string, text: string, on: readonly string[] = WIRE_NAMES) =>
    socket.send(JSON.stringify({ type: 'say', id, text, wires: on }));
  return { socket, of, status, states, ready, say };
};

/** Titles of the units that the tap saw from the client on a wire, with the text of each `say`. */
const seenOn = (wire: WireName) => {
  const dissection = new Dissection();
  dissection.addAll(recorder.events());
  const flows = new Set(dissection.flows.filter((flow) => flow.wire === wire).map(({ id }) => id));
  const said = (bytes: Uint8Array) => /"type":"say","text":"([^"]*)"/.exec(showUtf8(bytes))?.[1];
  return dissection
    .allRecords()
    .filter((record) => flows.has(record.flow) && record.dir === 'c2s')
    .flatMap((record) => [record.raw, record.plain, ...record.inner.map(({ plain }) => plain)])
    .flatMap((bytes) => (bytes ? [said(bytes)] : []))
    .filter((text) => text !== undefined);
};

describe('a page', () => {
  it('gets a client on every wire, each with a name and a port of its own', async () => {
    const { ready, status } = page();
    await ready();
    const all = [...status().values()];
    expect(all.map(({ wire }) => wire).toSorted()).toEqual([...WIRE_NAMES].toSorted());
    expect(new Set(all.map(({ name }) => name)).size).toBe(4);
    const flows = recorder.events().flatMap((event) => (event.kind === 'flow' ? [event] : []));
    for (const { wire, port } of all) {
      expect(flows).toContainEqual(
        expect.objectContaining({ wire, client: { address: HOME, port } }) as object,
      );
    }
  });

  it('sends its message on every wire, and is told that it is stored', async () => {
    const { ready, of, say } = page();
    await ready();
    say('a1', 'one for all');
    await expect.poll(() => of('sent')).toHaveLength(4);
    const sent = of('sent');
    expect(sent.map(({ id }) => id)).toEqual(['a1', 'a1', 'a1', 'a1']);
    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(4);
    for (const { milliseconds } of sent) expect(milliseconds).toBeGreaterThan(0);
    for (const wire of WIRE_NAMES) expect(seenOn(wire)).toContain('one for all');
    expect(of('failed')).toEqual([]);
  });

  it('sends its message only on the wires it asks for', async () => {
    const { ready, of, say } = page();
    await ready();
    say('b1', 'just here', ['psk']);
    await expect.poll(() => of('sent')).toMatchObject([{ id: 'b1', wire: 'psk' }]);
    expect(seenOn('psk')).toContain('just here');
    expect(seenOn('plain')).not.toContain('just here');
  });

  it('may say something before its clients are in', async () => {
    const { socket, of, say } = page();
    await once(socket, 'open');
    say('c1', 'early');
    await expect.poll(() => of('sent')).toHaveLength(4);
  });

  it('does not disturb another one', async () => {
    const [first, second] = [page(), page()];
    await Promise.all([first.ready(), second.ready()]);
    const names = [first, second].flatMap(({ status }) => [...status().values()].map(({ name }) => name));
    expect(new Set(names).size).toBe(8);
    first.socket.close();
    second.say('d1', 'still here');
    await expect.poll(() => second.of('sent')).toHaveLength(4);
  });

  it('ends its clients when it goes', async () => {
    const { ready, socket } = page();
    await ready();
    expect(taps.map(({ connections }) => connections)).toEqual([1, 1, 1, 1]);
    socket.close();
    await expect.poll(() => taps.map(({ connections }) => connections)).toEqual([0, 0, 0, 0]);
  });

  it('is told which of its messages are too many', async () => {
    const { ready, of, say } = page();
    await ready();
    for (let i = 0; i < MAX_PENDING; i++) say(`e${i}`, 'flood');
    await expect.poll(() => of('sent').length + of('failed').length).toBe(4 * MAX_PENDING);
    expect(of('failed').every(({ code }) => code === 'busy')).toBe(true);
    expect(of('sent').length).toBeGreaterThanOrEqual(MAX_PENDING);
  });
});

describe('when something is wrong', () => {
  it('a wire that is not offered is named', async () => {
    const narrow = await startPages(wires.filter(({ wire }) => wire === 'plain'));
    const { ready, of, say } = page(narrow);
    await ready(1);
    say('f1', 'hi', ['tls', 'plain']);
    await expect.poll(() => of('failed')).toMatchObject([{ id: 'f1', wire: 'tls', code: 'no_such_wire' }]);
    await expect.poll(() => of('sent')).toMatchObject([{ id: 'f1', wire: 'plain' }]);
    await narrow.close();
  });

  it('a wire that refuses the key says so, and the others work', async () => {
    const keys = [{ id: 'demo', key: fromHex('43'.repeat(32)) }];
    const wrong = await startPages(wires, tls.ca, keys);
    const { of, say, status } = page(wrong);
    await expect
      .poll(() => [status().get('psk'), status().get('tls+psk')])
      .toMatchObject([
        { state: 'closed', error: { code: 'key_confirmation_failed' } },
        { state: 'closed', error: { code: 'key_confirmation_failed' } },
      ]);
    say('g1', 'hi', ['psk', 'tls']);
    await expect.poll(() => of('failed')).toMatchObject([{ wire: 'psk', code: 'key_confirmation_failed' }]);
    await expect.poll(() => of('sent')).toMatchObject([{ wire: 'tls' }]);
    await wrong.close();
  });

  it('a wire is entered when its server comes up later', async () => {
    const late: Server = createServer((socket: Socket) => socket.destroy()).listen(0, HOME);
    await once(late, 'listening');
    const address = late.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await new Promise((resolve) => late.close(resolve));
    const patient = await startPages([{ wire: 'plain', host: HOME, port, tapped: false }]);
    const { status, ready } = page(patient);
    await expect
      .poll(() => status().get('plain'))
      .toMatchObject({ state: 'connecting', error: { code: 'connection_refused' } });
    const target = server.addresses.plain ?? { host: HOME, port: 0 };
    taps.push(await startTap({ wire: 'plain', listen: { host: HOME, port }, target, recorder }));
    await ready(1);
    await patient.close();
  });

  it('after the server comes back, the page has its names again, and what was said meanwhile is sent', async () => {
    const { of, ready, say, status } = page();
    await ready();
    const names = () => new Map([...status()].map(([wire, { name }]) => [wire, name]));
    const before = names();
    const ports = Object.fromEntries(
      Object.entries(server.addresses).map(([wire, { port }]) => [wire, port] as const),
    );
    await server.close();
    await expect.poll(() => [...status().values()].every(({ state }) => state === 'connecting')).toBe(true);
    say('h1', 'are you there', ['plain', 'tls']);
    server = await serve(ports);
    await expect.poll(() => of('sent'), { timeout: 10_000 }).toHaveLength(2);
    await ready();
    expect(
      of('sent')
        .map(({ wire }) => wire)
        .toSorted(),
    ).toEqual(['plain', 'tls']);
    expect(names()).toEqual(before);
  });
});
