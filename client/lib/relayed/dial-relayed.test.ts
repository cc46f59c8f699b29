/** A page’s way to the wires: the same conversations as over sockets of Node, with the channel in the page. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concat, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { LIMITS } from '#protocol/limits';
import { WIRE_NAMES, encodeMessage } from '#protocol/messages';
import { type Relaying, startRelaying } from '../../../test/support/servers/relayed.ts';
import { Puppet, type TestServer, startTestServer } from '../../../test/support/servers/server.ts';
import type { ChatError } from '../errors.ts';

let test: TestServer;
let relaying: Relaying;

beforeAll(async () => {
  test = await startTestServer();
  relaying = await startRelaying((wire) => test.address(wire), test.ca);
});

afterAll(async () => {
  await relaying.web.close();
  await test.close();
});

const connect = async (wire: (typeof WIRE_NAMES)[number]): Promise<Puppet> => {
  const puppet = await Puppet.dial(test.target(wire), relaying.dial);
  await puppet.expect('welcome');
  return puppet;
};

describe.each(WIRE_NAMES)('a page on the %s wire', (wire) => {
  it('says what protects its connection', async () => {
    const { socket, protection } = await relaying.dial(test.target(wire));
    const tls = expect.stringMatching(/^TLSv1\.3, TLS_[A-Z0-9_]+/) as string;
    const expected = {
      plain: 'no protection',
      psk: 'psk, aes-256-gcm',
      tls,
      'tls+psk': expect.stringMatching(/^TLSv1\.3, \w+; psk, aes-256-gcm$/) as string,
    }[wire];
    expect(protection).toEqual(expected);
    expect(socket.localPort).toBeGreaterThan(0);
    await socket.close();
  });

  it('answers glued frames in their order, and takes a frame of exactly the cap', async () => {
    const page = await connect(wire);
    const pings = Array.from({ length: 500 }, (_, i) =>
      encodeFrame(encodeMessage({ type: 'ping', ref: `p${i}` })),
    );
    page.raw(concat(pings));
    for (let i = 0; i < 500; i++) expect(await page.expect('pong')).toEqual({ type: 'pong', ref: `p${i}` });
    const ping = utf8('{"type":"ping","ref":"full"}');
    const padding = new Uint8Array(LIMITS.framePayload - ping.length).fill(0x20);
    page.raw(encodeFrame(concat([ping, padding])));
    expect(await page.expect('pong')).toEqual({ type: 'pong', ref: 'full' });
    await page.close();
  });

  it('talks with a client that has sockets, and says goodbye in the channel’s own way', async () => {
    const [page, other] = [await connect(wire), await Puppet.dial(test.target(wire))];
    await other.expect('welcome');
    for (const each of [other, page]) {
      each.say({ type: 'join', room: `room-${wire.replace('+', '-')}` });
      await each.expect('joined');
    }
    await other.expect('member_joined');
    page.say({ type: 'say', text: 'Grüße, 世界 🦊', ref: 'r1' });
    await page.expect('ack');
    expect(await other.expect('message')).toMatchObject({ text: 'Grüße, 世界 🦊', via: wire });
    page.say({ type: 'bye' });
    expect(await page.rest()).toEqual([]);
    await Promise.all([page.close(), other.close()]);
  });

  it('comes back after its WebSocket is cut, and what was said in between is stored once', async () => {
    const client = relaying.client({ ...test.target(wire), reconnect: { first: 1 } });
    await client.connect();
    const said = [client.say('before'), client.say('also before')];
    relaying.carriers.at(-1)?.terminate();
    said.push(client.say('after'));
    const ids = (await Promise.all(said)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    const { messages } = await client.history({ limit: 3 });
    expect(messages.map(({ text }) => text)).toEqual(['before', 'also before', 'after']);
    await client.close();
  });
});

describe('a page', () => {
  it('changes its wire without losing the conversation', async () => {
    const client = relaying.client({ ...test.target('plain'), room: 'changing' });
    await client.connect();
    const ports = new Set([client.localPort]);
    for (const wire of WIRE_NAMES.slice(1)) {
      const said = client.say(`on the way to ${wire}`);
      await client.switchWire(test.target(wire));
      ports.add(client.localPort);
      await said;
    }
    expect(ports.size).toBe(4);
    const { messages } = await client.history({ limit: 10 });
    expect(messages.map(({ text }) => text)).toEqual(WIRE_NAMES.slice(1).map((w) => `on the way to ${w}`));
    await client.close();
  });

  it.each([
    [
      'with another key',
      'psk',
      { keys: [{ id: 'test-key', key: new Uint8Array(32) }] },
      'key_confirmation_failed',
    ],
    ['without a key', 'psk', { keys: [] }, 'no_key'],
  ] as const)('is told why it cannot connect: %s', async (_, wire, change, code) => {
    await expect(relaying.dial(test.target(wire, change))).rejects.toMatchObject({ code });
  });

  it('is told why it cannot connect: a certificate of another CA, and a wire where nobody listens', async () => {
    const other = await startTestServer();
    await other.close();
    const closed = await startRelaying((wire) => other.address(wire), test.ca);
    await expect(closed.dial(test.target('plain'))).rejects.toMatchObject({ code: 'connection_refused' });
    await closed.web.close();
    const untrusting = await startRelaying((wire) => test.address(wire), 'not a certificate');
    await expect(untrusting.dial(test.target('tls'))).rejects.toMatchObject({ code: 'bad_ca' });
    await untrusting.web.close();
  });

  it('is told that the workbench is gone, while it talks and when it comes back', async () => {
    const own = await startRelaying((wire) => test.address(wire), test.ca);
    const client = own.client({ ...test.target('psk'), reconnect: { first: 1, attempts: 2 } });
    const over = new Promise<ChatError | undefined>((resolve) =>
      client.subscribe((event) => {
        if (event.type === 'state' && event.state === 'closed') resolve(event.error);
      }),
    );
    await client.connect();
    await own.web.close();
    expect((await over)?.code).toBe('relay_lost');
  });

  it('cancels a connection that is not open yet', async () => {
    const abort = new AbortController();
    const dialling = relaying.dial(test.target('psk', { signal: abort.signal }));
    abort.abort();
    await expect(dialling).rejects.toMatchObject({ code: 'aborted' });
    const carrier = relaying.carriers.at(-1);
    await expect.poll(() => carrier?.readyState).toBe(carrier?.CLOSED);
  });
});
