/** The client against the real server, over real sockets. */
import { describe, expect, it } from 'vitest';
import { nextEvent } from '../../test/support/chat/chat-events.ts';
import { TEST_KEY } from '../../test/support/servers/server.ts';
import { WIRE_NAMES } from '#protocol/messages';
import type { ChatClient } from './chat-client.ts';
import {
  server,
  freshRoom,
  client,
  connected,
  cutter,
  state,
  useServer,
} from '../../test/support/chat/chat-clients.ts';

useServer();

/** Texts from others until one is `last`, read by an iterator from its beginning. */
async function textsUntil(of: ChatClient, last: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const each of of) {
    if (each.type === 'message') texts.push(each.text);
    if (texts.at(-1) === last) break;
  }
  return texts;
}

describe.each(WIRE_NAMES)('over the %s wire', (wire) => {
  it('sends and receives messages, and asks', async () => {
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

  it('reconnects after lost connections with nothing lost and nothing duplicated', async () => {
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

  it('rejects a name that is taken, and says which are free', async () => {
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

describe('switching to another wire', () => {
  it('keeps name, rooms and unanswered requests, and closes the old connection', async () => {
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
    // Whether ben hears that ana left and came back depends on how long it took: changes that cancel out are not told.
    await expect.poll(() => ben.members().names.sort()).toEqual([name, ben.name].sort());
    expect(ben.members().count).toBe(2);
  });

  it('keeps the old wire when the new one is unavailable', async () => {
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

describe('an open client', () => {
  it('notices a server that went silent', async () => {
    const path = await cutter('psk');
    const ana = await connected('psk', { port: path.port, keepAlive: { idle: 50, answer: 50 } });
    const waiting = state(ana, 'waiting');
    path.freeze();
    expect(await waiting).toMatchObject({ error: { code: 'timeout' } });
    expect(await ana.say('back again')).toMatchObject({ kind: 'sent' });
  });

  it('can have a request cancelled', async () => {
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

  it('rejects an invalid text before it is sent', async () => {
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
