import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Puppet, TEST_KEY } from '../../test/support/servers/server.ts';
import type { ChatClient } from './chat-client.ts';
import {
  server,
  open,
  client,
  connected,
  cutter,
  state,
  useServer,
} from '../../test/support/chat/chat-clients.ts';

useServer();

describe('a connection that cannot be made', () => {
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

  it('because the server speaks another protocol gives that error', async () => {
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
  it('comes with its reason when the same member connects elsewhere, and the client does not reconnect', async () => {
    const path = await cutter('plain');
    let token = '';
    path.watch((bytes) => (token ||= /"token":"([0-9a-f]{32})"/.exec(bytes.toString())?.[1] ?? ''));
    const ana = await connected('plain', { port: path.port });
    const closed = state(ana, 'closed');
    // Anyone who reads a plain wire can do this.
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

  it('comes at once without reconnecting, or after the allowed attempts', async () => {
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
