/** The demo conversation on a real server with its taps, and pages that come and go. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Certificates, ensureCertificates } from '#certs/ensure';
import { ChatClient } from '#client/chat-client';
import type { WireInfo } from '#dissect/page-stream';
import { fromHex } from '#protocol/bytes';
import { WIRE_NAMES } from '#protocol/messages';
import { type ChatServer, startServer } from '#runtime/server';
import { type Store, openStore } from '#store/store';
import { Demo, type DemoNews, type Performance, STORY } from './demo.ts';
import { OLDER_TLS_PAUSE, OlderTls } from './older-tls.ts';

const HOME = '127.0.0.1';
const KEYS = [{ id: 'demo', key: fromHex('42'.repeat(32)) }];
const PACE = { line: 1, longest: 60_000 };
const RUNNING = { type: 'demo', state: 'running' };
const OVER = { type: 'demo', state: 'over' };

let folder: string;
let tls: Certificates;
let store: Store;
let server: ChatServer;
let wires: WireInfo[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wireglass-demo-'));
  tls = await ensureCertificates(join(folder, 'certs'), { hosts: ['localhost', HOME], now: new Date() });
  store = await openStore(join(folder, 'chat.sqlite'));
  server = await startServer({
    store,
    tls,
    keys: KEYS,
    listen: Object.fromEntries(WIRE_NAMES.map((wire) => [wire, { host: HOME, port: 0 }])),
    log: pino({ enabled: false }),
  });
  wires = WIRE_NAMES.map((wire) => ({
    wire,
    host: HOME,
    port: server.addresses[wire]?.port ?? 0,
    tapped: false,
  }));
});

afterEach(async () => {
  await server.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const demo = (
  options: { isLoopback?: boolean; pace?: typeof PACE & { readonly step?: number } } = {},
): Demo => new Demo({ wires, relay: { ca: tls.ca, keys: KEYS }, isLoopback: true, pace: PACE, ...options });

/** A page, and what it was told. */
function page() {
  const told: DemoNews[] = [];
  const tell = (news: DemoNews): void => void told.push(news);
  return { tell, states: () => told.map(({ state }) => state), told };
}

/** Somebody who is in the room, too. */
async function listener() {
  const heard: string[] = [];
  const address = { wire: 'plain', host: HOME, port: server.addresses.plain?.port ?? 0 } as const;
  const client = new ChatClient({ ...address, room: 'demo-room', ca: tls.ca, keys: KEYS });
  client.subscribe((event) => {
    if (event.type === 'message') heard.push(event.text);
  });
  await client.connect();
  return { heard, client };
}

describe('the demo conversation', () => {
  it('is told over the wires of its lines, and ends when the last page has gone', async () => {
    const [conversation, first, second] = [demo(), page(), page()];
    const { heard, client } = await listener();
    conversation.ask({ type: 'demo', wanted: 'arrival' }, first.tell);
    await expect.poll(first.states).toEqual(['running']);
    conversation.ask({ type: 'demo', wanted: 'arrival' }, second.tell);
    expect(second.states()).toEqual(['running']);
    await expect.poll(() => heard.length).toBeGreaterThan(STORY.length);
    expect(heard.slice(0, STORY.length)).toEqual(STORY.map(({ text }) => text));

    conversation.ask({ type: 'demo', wanted: 'stop' }, first.tell);
    expect(first.states()).toEqual(['running', 'over']);
    const before = heard.length;
    await expect.poll(() => heard.length).toBeGreaterThan(before);
    await conversation.leave(second.tell);
    await client.close();
    await expect.poll(() => server.hub.connections.size).toBe(0);
  });

  it('ends by itself after a while, and can begin again', async () => {
    const [conversation, one] = [demo({ pace: { line: 1, longest: 200 } }), page()];
    conversation.ask({ type: 'demo', wanted: 'press' }, one.tell);
    await expect.poll(() => one.told.at(-1)).toEqual({ type: 'demo', state: 'over' });
    conversation.ask({ type: 'demo', wanted: 'press' }, one.tell);
    await expect.poll(() => one.states().filter((state) => state === 'over').length).toBe(2);
  });

  it('goes on for a page that asks again while the people of its last conversation are leaving', async () => {
    const [conversation, one] = [demo(), page()];
    for (let time = 1; time <= 20; time++) {
      conversation.ask({ type: 'demo', wanted: 'press' }, one.tell);
      await expect.poll(() => one.told.at(-1), { message: JSON.stringify(one.told) }).toEqual(RUNNING);
      conversation.ask({ type: 'demo', wanted: 'stop' }, one.tell);
    }
    expect(one.told).toEqual(Array.from({ length: 20 }, () => [RUNNING, OVER]).flat());
    await conversation.leave(one.tell);
  });

  it('does not begin by itself where others can reach the server, but does when a person asks', async () => {
    const [conversation, one] = [demo({ isLoopback: false }), page()];
    conversation.ask({ type: 'demo', wanted: 'arrival' }, one.tell);
    expect(one.states()).toEqual(['over']);
    conversation.ask({ type: 'demo', wanted: 'press' }, one.tell);
    await expect.poll(one.states).toEqual(['over', 'running']);
    await conversation.leave(one.tell);
  });

  it('says why it cannot begin', async () => {
    const [conversation, one] = [demo(), page()];
    await server.close();
    conversation.ask({ type: 'demo', wanted: 'press' }, one.tell);
    await expect.poll(() => one.told.at(-1)?.error?.code).toBe('connection_refused');
  });
});

describe('lines of a class, in place of the story', () => {
  const LINES = [
    { who: 'ana', wire: 'plain', text: 'one' },
    { who: 'cleo', wire: 'psk', text: 'two' },
    { who: 'ana', wire: 'tls', text: 'three' },
  ] as const;

  /** A performance, and what was told of it. */
  function performance(lines: Performance['lines'] = LINES) {
    const told: (number | string)[] = [];
    return {
      told,
      lines,
      said: (count: number) => void told.push(count),
      over: (error?: { readonly code: string }) => void told.push(error?.code ?? 'over'),
    };
  }

  it('are spoken once, each over its wire, and then it is over', async () => {
    const [conversation, played] = [demo(), performance()];
    const { heard, client } = await listener();
    conversation.perform(played);
    await expect.poll(() => played.told).toEqual([1, 2, 3, 'over']);
    expect(heard).toEqual(['one', 'two', 'three']);
    await client.close();
    await expect.poll(() => server.hub.connections.size).toBe(0);
  });

  it('take the place of what is spoken, go on without a page, and give the story back to one that looks', async () => {
    const [conversation, one, first] = [demo(), page(), performance()];
    const { heard, client } = await listener();
    conversation.ask({ type: 'demo', wanted: 'press' }, one.tell);
    await expect.poll(() => heard.includes(STORY[0]?.text ?? '')).toBe(true);
    const endless = performance(Array.from({ length: 5_000 }, () => LINES[0]));
    conversation.perform(endless);
    await expect.poll(() => endless.told).toContain(2);
    conversation.perform(first);
    expect(endless.told.at(-1)).toBe('over');
    await expect.poll(() => first.told).toEqual([1, 2, 3, 'over']);

    const again = performance(endless.lines);
    conversation.ask({ type: 'demo', wanted: 'press' }, one.tell);
    conversation.perform(again);
    await expect.poll(() => again.told).toContain(1);
    const before = heard.length;
    conversation.endPerformance();
    expect(again.told.at(-1)).toBe('over');
    await expect.poll(() => heard.slice(before)).toContain(STORY[0]?.text);
    await conversation.close();
    await client.close();
    await expect.poll(() => server.hub.connections.size).toBe(0);
  });

  it('end with the reason where a wire is off', async () => {
    const conversation = demo({ pace: { ...PACE, step: 2_000 } });
    const played = performance();
    await server.stopWire('psk');
    conversation.perform(played);
    await expect.poll(() => played.told.at(-1), { timeout: 20_000 }).toBe('connection_refused');
    await conversation.close();
  });
});

describe('a connection with TLS 1.2', () => {
  it('is made once for all who ask at the same time, not again at once, and fails in words', async () => {
    let time = 0;
    const older = new OlderTls(wires, { ca: tls.ca, keys: KEYS }, () => time);
    const first = older.make();
    expect(older.make()).toBe(first);
    expect(await first).toEqual({ type: 'older-tls', state: 'made' });
    await expect.poll(() => server.hub.connections.size).toBe(0);
    expect(await older.make()).toMatchObject({ state: 'failed', code: 'busy' });
    time += OLDER_TLS_PAUSE;
    await server.close();
    expect(await older.make()).toMatchObject({ state: 'failed', code: 'connection_refused' });
  });
});
