/** The client against the real server, over real sockets. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { nextEvent } from '../../test/support/chat-events.ts';
import { type Cutter, startCutter } from '../../test/support/cutter.ts';
import { Puppet, TEST_KEY, type TestServer, startTestServer } from '../../test/support/server.ts';
import { WIRE_NAMES, type WireName } from '#wire/messages';
import { ChatClient, type ChatClientOptions, type ChatEvent } from './chat-client.ts';

let server: TestServer;
const open: { close(): Promise<void> }[] = [];
let names = 0;

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
afterAll(() => server.close());

/** Every test has a room of its own, so that none hears another. */
const freshRoom = (): string => `room-${++names}`;

function client(wire: WireName, change: Partial<ChatClientOptions> = {}): ChatClient {
  const options = { ...server.target(wire), name: `member-${++names}`, reconnect: { first: 20 }, ...change };
  const made = new ChatClient(options);
  open.push(made);
  return made;
}

async function connected(wire: WireName, change: Partial<ChatClientOptions> = {}): Promise<ChatClient> {
  const made = client(wire, change);
  await made.connect();
  return made;
}

async function cutter(wire: WireName): Promise<Cutter> {
  const made = await startCutter(server.address(wire));
  open.push(made);
  return made;
}

const state = (of: ChatClient, name: ChatClient['state']): Promise<ChatEvent> =>
  nextEvent(of, (each) => each.type === 'state' && each.state === name);

/** Texts of others until one is `last`, by the iterator from its beginning. */
async function textsUntil(of: ChatClient, last: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const each of of) {
    if (each.type === 'message') texts.push(each.text);
    if (texts.at(-1) === last) break;
  }
  return texts;
}

describe.each(WIRE_NAMES)('over the %s wire', (wire) => {
  it('talks: says, hears, asks', async () => {
    const room = freshRoom();
    const [ana, ben] = [await connected(wire, { room }), await connected('plain', { room })];
    const heard = nextEvent(ben, ({ type }) => type === 'message');
    const { id, ts } = await ana.say('hello');
    expect(await heard).toMatchObject({
      id,
      ts,
      room,
      from: ana.name,
      text: 'hello',
      via: wire,
      own: false,
      replay: false,
    });
    expect(ana.members()).toEqual({ names: [ana.name, ben.name], count: 2 });
    expect((await ana.history()).messages).toMatchObject([{ id, text: 'hello' }]);
    expect(await ana.rooms()).toContainEqual({ name: room, members: 2 });
    expect(await ana.ping()).toBeGreaterThan(0);
    expect(ana.localPort).toBeGreaterThan(0);
  });

  it('comes back after lost connections with nothing lost and nothing twice', async () => {
    const room = freshRoom();
    const path = await cutter(wire);
    const ana = await connected(wire, { room, port: path.port });
    const ben = await connected('plain', { room });
    const [fromAna, fromBen] = [textsUntil(ben, 'ana 59'), textsUntil(ana, 'ben 59')];
    const acks: Promise<unknown>[] = [];
    for (let i = 0; i < 60; i++) {
      acks.push(ana.say(`ana ${i}`));
      await ben.say(`ben ${i}`);
      if (i % 20 === 10) {
        const back = nextEvent(ana, (each) => each.type === 'state' && each.state === 'open' && each.resumed);
        path.cut();
        await back;
      }
    }
    await Promise.all(acks);
    const wanted = (name: string): string[] => Array.from({ length: 60 }, (_, i) => `${name} ${i}`);
    expect(await fromAna).toEqual(wanted('ana'));
    expect(await fromBen).toEqual(wanted('ben'));
    expect(path.accepted).toBe(4);
  });

  it('refuses a name that someone has, and says which are free', async () => {
    const { name } = await connected('plain');
    const second = client(wire, { name });
    await expect(second.connect()).rejects.toMatchObject({
      code: 'name_taken',
      suggestions: expect.any(Array) as string[],
    });
    expect(second.state).toBe('closed');
    await expect(second.say('x')).rejects.toMatchObject({ code: 'name_taken' });
  });
});

describe('moving to another wire', () => {
  it('keeps name, rooms and what is under way, and lets the old connection go', async () => {
    const [room, side] = [freshRoom(), freshRoom()];
    const [ana, ben] = [await connected('plain', { room }), await connected('plain', { room })];
    const { name } = ana;
    await ana.join(side);
    const fromAna = textsUntil(ben, 'last');
    for (const wire of ['psk', 'tls', 'tls+psk', 'plain'] as const) {
      const under = ana.say(`to ${wire}`, { room });
      await ana.switchWire(server.target(wire));
      expect(await under).toMatchObject({ room });
      expect([ana.wire, ana.name, ana.state, ana.joinedRooms, ana.room]).toEqual([
        wire,
        name,
        'open',
        [room, side],
        side,
      ]);
    }
    await ana.say('last', { room });
    expect(await fromAna).toEqual(['to psk', 'to tls', 'to tls+psk', 'to plain', 'last']);
    expect(ben.members()).toEqual({ names: [ben.name, name], count: 2 });
  });

  it('keeps the old wire when the new one cannot be had', async () => {
    const room = freshRoom();
    const ana = await connected('plain', { room });
    const port = ana.localPort;
    await expect(
      ana.switchWire({ ...server.target('psk'), keys: [{ ...TEST_KEY, key: new Uint8Array(32) }] }),
    ).rejects.toMatchObject({
      code: 'key_confirmation_failed',
    });
    await expect(ana.switchWire({ ...server.target('tls'), ca: undefined })).rejects.toMatchObject({
      code: 'no_ca',
    });
    expect([ana.wire, ana.state, ana.localPort]).toEqual(['plain', 'open', port]);
    expect(await ana.say('still here')).toMatchObject({ room });
  });
});

describe('a connection that cannot be had', () => {
  const otherKey = { id: TEST_KEY.id, key: new Uint8Array(32) };
  const targets: [string, string, () => ChatClient][] = [
    ['another key', 'key_confirmation_failed', () => client('psk', { keys: [otherKey] })],
    [
      'a key id that is not known there',
      'unknown_key_id',
      () => client('psk', { keys: [{ ...TEST_KEY, id: 'old' }] }),
    ],
    ['no key', 'no_key', () => client('tls+psk', { keys: [] })],
    ['no CA', 'no_ca', () => client('tls', { ca: undefined })],
    ['a CA file that is none', 'bad_ca', () => client('tls', { ca: 'hello' })],
    [
      'a name the certificate does not have',
      'certificate_wrong_host',
      () => client('tls', { servername: 'example.com' }),
    ],
    ['an address in disguise', 'bad_host', () => client('tls', { host: '127.1' })],
    ['tls to a plain port', 'not_tls', () => client('tls', { port: server.address('plain').port })],
    ['psk to a plain port', 'not_psk', () => client('psk', { port: server.address('plain').port })],
    [
      'plain to a tls port',
      'timeout',
      () => client('plain', { port: server.address('tls').port, timeout: 200 }),
    ],
    ['a port where nobody listens', 'connection_refused', () => client('plain', { port: 1 })],
    ['a host that does not exist', 'host_not_found', () => client('plain', { host: 'nowhere.invalid' })],
    ['a name that is not allowed', 'bad_name', () => client('plain', { name: '<b>' })],
  ];

  it.each(targets)('because of %s gives %s', async (_, code, make) => {
    const made = make();
    await expect(made.connect()).rejects.toMatchObject({ name: 'ChatError', code });
    expect(made.state).toBe('closed');
    expect(made.error?.message).toContain(`${made.host}:${made.port} (${made.wire} wire)`);
  });

  it('because the server speaks something else gives its fault', async () => {
    const strange = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await new Promise<void>((resolve) => strange.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => strange.close(() => resolve())) });
    const { port } = strange.address() as AddressInfo;
    await expect(client('plain', { port }).connect()).rejects.toMatchObject({ code: 'frame_too_large' });
    await expect(client('tls', { port }).connect()).rejects.toMatchObject({ code: 'not_tls' });
  });
});

describe('the end', () => {
  it('comes with the reason when the same member connects elsewhere, and is not fought', async () => {
    const path = await cutter('plain');
    let token = '';
    path.watch((bytes) => (token ||= /"token":"([0-9a-f]{32})"/.exec(bytes.toString())?.[1] ?? ''));
    const ana = await connected('plain', { port: path.port });
    const closed = state(ana, 'closed');
    // What anyone can do who reads a plain wire.
    const mallory = await Puppet.dial(server.target('plain'));
    mallory.say({ type: 'join', token });
    expect(await closed).toMatchObject({ error: { code: 'replaced' } });
    await expect(ana.say('x')).rejects.toMatchObject({ code: 'replaced' });
    await mallory.close();
  });

  it('rejects what is not acknowledged, and ends the iteration', async () => {
    const path = await cutter('plain');
    const ana = await connected('plain', {
      port: path.port,
      reconnect: { first: 60_000 },
      random: () => 0.9,
    });
    const waiting = state(ana, 'waiting');
    path.cut();
    await waiting;
    const say = ana.say('never');
    const rejected = expect(say).rejects.toMatchObject({ code: 'closed' });
    await ana.close();
    await rejected;
    for await (const each of ana)
      if (each.type === 'state' && each.state === 'closed') expect(each.error).toBeUndefined();
  });

  it('comes at once where coming back is not wanted, and after the attempts that are', async () => {
    const path = await cutter('plain');
    const once = await connected('plain', { port: path.port, reconnect: false });
    const few = await connected('plain', { port: path.port, reconnect: { first: 1, attempts: 2 } });
    const ends = [state(once, 'closed'), state(few, 'closed')];
    await path.close();
    expect(await Promise.all(ends)).toMatchObject([
      { error: { heals: true } },
      { error: { code: 'connection_refused' } },
    ]);
  });
});

describe('on the way', () => {
  it('notices a server that went silent', async () => {
    const path = await cutter('psk');
    const ana = await connected('psk', { port: path.port, keepAlive: { idle: 50, answer: 50 } });
    const waiting = state(ana, 'waiting');
    path.freeze();
    expect(await waiting).toMatchObject({ error: { code: 'timeout' } });
    expect(await ana.say('back again')).toMatchObject({ kind: 'sent' });
  });

  it('can be called off', async () => {
    const ana = client('plain', { port: server.address('tls').port });
    const stop = new AbortController();
    const connecting = expect(ana.connect({ signal: stop.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
    stop.abort();
    await connecting;
    const ben = await connected('plain');
    await expect(ben.say('x', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    expect(ben.pending).toBe(0);
  });

  it('refuses what cannot be said before it is sent', async () => {
    const ana = await connected('plain');
    for (const text of ['', 'x'.repeat(4_001), '\ud800']) {
      await expect(ana.say(text)).rejects.toMatchObject({ code: 'bad_text' });
    }
    await expect(ana.say('x', { room: 'elsewhere' })).rejects.toMatchObject({ code: 'not_joined' });
    expect(await ana.say('fine')).toMatchObject({ kind: 'sent' });
  });

  it('sends thousands of messages in order', async () => {
    const room = freshRoom();
    const [ana, ben] = [await connected('tls', { room }), await connected('psk', { room })];
    const heard = textsUntil(ben, '4999');
    const acks = await Promise.all(Array.from({ length: 5_000 }, (_, i) => ana.say(String(i))));
    expect(acks.map(({ id }) => id)).toEqual(acks.map(({ id }) => id).sort((a, b) => a - b));
    expect(await heard).toEqual(Array.from({ length: 5_000 }, (_, i) => String(i)));
  });
});
