import { once } from 'node:events';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { TapEvent } from '#dissect/model';
import { type StreamedEvent, type TapStreamMessage, fromStreamed } from '#dissect/page-stream';
import { Recorder } from '#tap/recorder';
import { fromHex } from '#protocol/bytes';
import type { SocketLimits } from './socket-options.ts';
import { type Web, startWeb } from './web.ts';

const TOKEN = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const HELLO = '{"type":"hello"}';

let recorder: Recorder;
const started: Web[] = [];
const opened: WebSocket[] = [];

beforeEach(() => {
  recorder = new Recorder();
});

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.terminate();
  for (const web of started.splice(0)) await web.close();
});

const start = async (host = '127.0.0.1', limits: Partial<SocketLimits> = {}): Promise<Web> => {
  const web = await startWeb({
    host,
    port: 0,
    token: TOKEN,
    staticDir: '/nowhere',
    version: '1.2.3',
    wires: [],
    recorder,
    relay: { ca: '', keys: [] },
    log: pino({ enabled: false }),
    limits,
  });
  started.push(web);
  return web;
};

const dial = (web: Web, path = '/ws/tap', headers: Record<string, string> = {}): WebSocket => {
  const socket = new WebSocket(`ws://127.0.0.1:${web.address.port}${path}`, { headers });
  opened.push(socket);
  return socket;
};

/** A page: sends `first` when its socket opens, and keeps everything that it receives. */
const page = (web: Web, first = HELLO, path = '/ws/tap') => {
  const socket = dial(web, path);
  const told: TapStreamMessage[] = [];
  socket.on('message', (data: Buffer) => told.push(JSON.parse(data.toString()) as TapStreamMessage));
  socket.on('open', () => first !== '' && socket.send(first));
  const events = () => told.flatMap((message) => (message.type === 'events' ? message.events : []));
  const closed = once(socket, 'close').then(([code]) => code as number);
  return { socket, told, events, closed };
};

const refusal = async (socket: WebSocket): Promise<number | undefined> => {
  const [error] = (await once(socket, 'error')) as [Error];
  return Number(/Unexpected server response: (\d+)/.exec(error.message)?.[1]);
};

const opening = (flow: number): TapEvent => ({
  kind: 'flow',
  flow,
  wire: 'plain',
  time: 1,
  client: { address: '127.0.0.1', port: 40_000 },
  server: { address: '127.0.0.1', port: 5555 },
});
const chunk = (flow: number, bytes: Uint8Array): TapEvent => ({
  kind: 'chunk',
  flow,
  dir: 'c2s',
  time: 2,
  bytes,
});

describe('a WebSocket', () => {
  it('is for the page itself, not for that of another site', async () => {
    const web = await start();
    expect(await refusal(dial(web, '/ws/tap', { origin: 'https://evil.example' }))).toBe(403);
    expect(await refusal(dial(web, '/ws/chat', { origin: 'https://evil.example' }))).toBe(403);
    const own = dial(web, '/ws/tap', { origin: `http://127.0.0.1:${web.address.port}` });
    await once(own, 'open');
  });

  it('is refused under a name that is not this machine’s', async () => {
    expect(await refusal(dial(await start(), '/ws/tap', { host: 'evil.example' }))).toBe(403);
  });

  it('is not offered at other paths', async () => {
    expect(await refusal(dial(await start(), '/ws/none'))).toBe(404);
  });

  it('reveals nothing before the hello', async () => {
    recorder.record(opening(1));
    const { told, closed } = page(await start('127.0.0.1', { helloTimeout: 50 }), '');
    expect(await closed).toBe(4003);
    expect(told).toMatchObject([{ type: 'error', code: 'hello_timeout' }]);
  });

  it.each([
    ['nothing', HELLO],
    ['a wrong one', `{"type":"hello","token":"${TOKEN.replace('9', '8')}"}`],
    ['a prefix', `{"type":"hello","token":"${TOKEN.slice(0, -1)}"}`],
  ])('beyond loopback is closed when the token is %s', async (_, hello) => {
    recorder.record(opening(1));
    const { told, closed } = page(await start('0.0.0.0'), hello);
    expect(await closed).toBe(4001);
    const code = hello === HELLO ? 'token_required' : 'token_wrong';
    expect(told).toMatchObject([{ type: 'error', code }]);
  });

  it('beyond loopback is served with the token', async () => {
    const { told } = page(await start('0.0.0.0'), `{"type":"hello","token":"${TOKEN}"}`);
    await expect.poll(() => told).toMatchObject([{ type: 'ready' }]);
  });

  it.each([
    ['not JSON', 'hello', 'not JSON'],
    ['another type', '{"type":"say","id":"1","text":"hi","wires":["plain"]}', 'expected "hello" in type'],
    ['a token that is not a text', '{"type":"hello","token":1}', 'expected string in token'],
    ['an array', '[]', 'expected'],
  ])('is closed when the first text is %s', async (_, text, problem) => {
    const { told, closed } = page(await start(), text);
    expect(await closed).toBe(4002);
    expect(told).toMatchObject([
      { code: 'bad_request', message: expect.stringContaining(problem) as string },
    ]);
  });

  it('is closed when a later text is not a request, without repeating it', async () => {
    const chat = page(await start(), HELLO, '/ws/chat');
    await once(chat.socket, 'open');
    chat.socket.send('{"type":"say","id":"1","text":"a secret","wires":["carrier pigeon"]}');
    expect(await chat.closed).toBe(4002);
    expect(chat.told).toMatchObject([{ code: 'bad_request' }]);
    expect(JSON.stringify(chat.told)).not.toContain('secret');
  });

  it('is closed with 1009 when a text is longer than allowed', async () => {
    const { closed } = page(await start(), `{"type":"hello","token":"${'x'.repeat(40_000)}"}`);
    expect(await closed).toBe(1009);
  });

  it('is closed when a text comes in too many fragments', async () => {
    const { socket, closed } = page(await start(), '');
    await once(socket, 'open');
    for (let i = 0; i < 100; i++) socket.send('{', { fin: false });
    expect(await closed).toBe(1008);
  });

  it('is turned away, with the reason, above the cap', async () => {
    const web = await start('127.0.0.1', { sockets: 1 });
    const first = page(web);
    await expect.poll(() => first.told).toHaveLength(1);
    const second = page(web);
    expect(await second.closed).toBe(4004);
    first.socket.close();
    await first.closed;
    const third = page(web);
    await expect.poll(() => third.told).toMatchObject([{ type: 'ready' }]);
  });

  it('makes room for another if it has not said hello', async () => {
    const web = await start('127.0.0.1', { sockets: 2 });
    const silent = [page(web, ''), page(web, '')];
    for (const { socket } of silent) await once(socket, 'open');
    const third = page(web);
    await expect.poll(() => third.told).toMatchObject([{ type: 'ready' }]);
    expect(await silent[0]?.closed).toBe(1006);
    expect(silent[1]?.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('is dropped when the page does not answer a heartbeat', async () => {
    const web = await start('127.0.0.1', { heartbeat: 40 });
    const socket = new WebSocket(`ws://127.0.0.1:${web.address.port}/ws/tap`, { autoPong: false });
    opened.push(socket);
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1006);
  });

  it('stays open when heartbeats are answered', async () => {
    const { socket } = page(await start('127.0.0.1', { heartbeat: 150 }));
    for (let i = 0; i < 4; i++) await once(socket, 'ping');
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  it('is closed with 1001 when the server stops', async () => {
    const web = await start();
    const { told, closed } = page(web);
    await expect.poll(() => told).toHaveLength(1);
    await web.close();
    expect(await closed).toBe(1001);
  });
});

describe('the tap stream', () => {
  it('begins with what the tap holds and continues with new events', async () => {
    const before = [opening(1), chunk(1, fromHex('00000002 7b7d'))];
    for (const event of before) recorder.record(event);
    const { held } = recorder;
    const { told, events } = page(await start());
    await expect.poll(events).toHaveLength(2);
    const time: unknown = expect.any(Number);
    expect(told[0]).toEqual({ type: 'ready', version: '1.2.3', wires: [], time, held, cap: recorder.cap });
    expect(events()[1]).toMatchObject({ kind: 'chunk', bytes: '000000027b7d' });
    const next: TapEvent[] = [
      { kind: 'secret', time: 3, line: 'CLIENT_RANDOM 00 11' },
      { kind: 'end', flow: 1, dir: 'c2s', time: 4, how: 'fin' },
    ];
    for (const event of next) recorder.record(event);
    await expect.poll(events).toHaveLength(4);
    expect(events().map(fromStreamed)).toEqual([...before, ...next]);
  });

  it('brings thousands of events in their order, in few texts', async () => {
    recorder.record(opening(1));
    const { told, events } = page(await start());
    await expect.poll(events).toHaveLength(1);
    for (let i = 0; i < 5_000; i++) recorder.record(chunk(1, Uint8Array.of(i >> 8, i & 0xff)));
    await expect.poll(events).toHaveLength(5_001);
    const numbers = events().flatMap((event: StreamedEvent) =>
      event.kind === 'chunk' ? [Number.parseInt(event.bytes, 16)] : [],
    );
    expect(numbers).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
    expect(told.length).toBeLessThan(20);
  });

  it('reports forgotten flows, after the events before that', async () => {
    recorder = new Recorder({ cap: 4_000 });
    const { told } = page(await start());
    await expect.poll(() => told).toHaveLength(1);
    recorder.record(opening(1));
    recorder.record(chunk(1, new Uint8Array(1_000)));
    recorder.record(opening(2));
    recorder.record(chunk(2, new Uint8Array(1_000)));
    await expect.poll(() => told.map(({ type }) => type)).toEqual(['ready', 'events', 'forget']);
    expect(told.at(-1)).toEqual({ type: 'forget', flows: [1] });
  });

  it('brings everything that the tap holds to a slow page', async () => {
    recorder.record(opening(1));
    for (let i = 0; i < 40; i++) recorder.record(chunk(1, new Uint8Array(256 * 1024).fill(i)));
    const { socket, events } = page(await start('127.0.0.1', { liveBacklog: 1_000 }));
    await once(socket, 'message');
    socket.pause();
    await new Promise(setImmediate);
    socket.resume();
    await expect.poll(events, { timeout: 10_000 }).toHaveLength(41);
  });

  it('drops a page that does not keep up, and no other', async () => {
    // The slow page reads on only when the quick one has everything, however long that takes.
    const web = await start('127.0.0.1', { liveBacklog: 4 * 1024 * 1024, closeTimeout: 60_000 });
    const [slow, quick] = [page(web), page(web)];
    await expect.poll(() => [slow.told.length, quick.told.length]).toEqual([1, 1]);
    slow.socket.pause();
    recorder.record(opening(1));
    for (let i = 0; i < 64; i++) {
      recorder.record(chunk(1, new Uint8Array(256 * 1024)));
      await expect.poll(quick.events, { interval: 1 }).toHaveLength(i + 2);
    }
    slow.socket.resume();
    expect(await slow.closed).toBe(4005);
    expect(slow.told.at(-1)).toMatchObject({ type: 'error', code: 'too_slow' });
    expect(quick.socket.readyState).toBe(WebSocket.OPEN);
  }, 60_000);
});
