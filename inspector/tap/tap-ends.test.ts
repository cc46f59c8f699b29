import { once } from 'node:events';
import { readdir, readlink } from 'node:fs/promises';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#protocol/bytes';
import {
  recorder,
  server,
  tap,
  stalled,
  start,
  startAgain,
  dial,
  pair,
  received,
  useTap,
} from '../../test/support/flows/tapped.ts';

useTap();

const failure = async (socket: Socket): Promise<string | undefined> => {
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  return error.code;
};

/** Open sockets of this process, as the kernel counts them, or as Node does where the kernel does not tell. */
const descriptors = async (): Promise<number> => {
  const names = await readdir('/proc/self/fd').catch(() => undefined);
  if (!names) return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
  const targets = names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => ''));
  return (await Promise.all(targets)).filter((target) => target.startsWith('socket:')).length;
};

describe('the end of a connection', () => {
  it('in one direction leaves the other open', async () => {
    const [client, peer] = await pair();
    client.end(fromHex('aa'));
    peer.resume();
    await once(peer, 'end');
    peer.end(fromHex('bb'));
    expect(toHex(await received(client, 1))).toBe('bb');
    await once(client, 'end');
    const ends = recorder.events().flatMap((event) => (event.kind === 'end' ? [[event.dir, event.how]] : []));
    expect(ends).toEqual([
      ['c2s', 'fin'],
      ['s2c', 'fin'],
    ]);
  });

  it('by reset reaches the server as a reset', async () => {
    const [client, peer] = await pair();
    const atPeer = failure(peer.resume());
    client.resetAndDestroy();
    expect(await atPeer).toBe('ECONNRESET');
    expect(recorder.events().at(-1)).toMatchObject({ kind: 'end', dir: 'c2s', how: 'reset' });
  });

  it('by reset reaches the client as a reset, after the bytes before it', async () => {
    const [client, peer] = await pair();
    client.write(fromHex('01'));
    await received(peer, 1);
    peer.write(fromHex('dead'));
    expect(toHex(await received(client, 2))).toBe('dead');
    const atClient = failure(client.resume());
    peer.resetAndDestroy();
    expect(await atClient).toBe('ECONNRESET');
    expect(recorder.events().at(-1)).toMatchObject({ kind: 'end', dir: 's2c', how: 'reset' });
  });

  it('is a reset when the server cannot be reached, and the attempt is recorded', async () => {
    const unused = createServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const { port } = unused.address() as AddressInfo;
    await new Promise((resolve) => unused.close(resolve));
    const deaf = await start({ target: { host: '127.0.0.1', port } });
    const client = dial(deaf.address.port);
    expect(await failure(client)).toBe('ECONNRESET');
    expect(recorder.events()).toMatchObject([
      { kind: 'flow', wire: 'plain', server: { address: '127.0.0.1', port: deaf.address.port } },
      { kind: 'end', dir: 's2c', how: 'reset' },
    ]);
    await deaf.close();
  });

  it('comes to a client that neither reads nor closes, once the server has finished', async () => {
    const patient = await start({ linger: 50 });
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = dial(patient.address.port)
      .on('error', () => undefined)
      .pause();
    const [peer] = await accepted;
    peer
      .on('error', () => undefined)
      .resume()
      .end(fromHex('aa'));
    await expect.poll(() => patient.connections).toBe(0);
    expect(recorder.events().at(-1)).toMatchObject({ kind: 'end', dir: 's2c', how: 'reset' });
    client.destroy();
    await patient.close();
  });

  it('loses nothing for a client that reads the last bytes later', async () => {
    const patient = await start({ linger: 50 });
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = dial(patient.address.port).pause();
    const [peer] = await accepted;
    const sent = 'c0ffee'.repeat(200_000);
    // Its other direction is still open, and is cut.
    peer.on('error', () => undefined);
    peer.resume().end(fromHex(sent));
    await expect.poll(() => patient.connections).toBe(0);
    const ended = once(client, 'end');
    const got = received(client, sent.length / 2);
    client.resume();
    expect(toHex(await got)).toBe(sent);
    await ended;
    await patient.close();
  });

  it('comes to a client that has stopped reading, once the server has dropped it', async () => {
    const patient = await start({ linger: 50 });
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    dial(patient.address.port)
      .on('error', () => undefined)
      .pause();
    const [peer] = await accepted;
    const port = peer.remotePort ?? 0;
    peer.on('error', () => undefined);
    // More than all buffers on the way can hold, so that the tap stops reading and cannot see the end.
    peer.write(new Uint8Array(64 * 1024 * 1024));
    await stalled();
    peer.destroy();
    await once(peer, 'close');
    expect(patient.connections).toBe(1);
    patient.serverGone(port);
    await expect.poll(() => patient.connections).toBe(0);
    expect(patient.originOf(port)).toBeUndefined();
    await patient.close();
  });

  it.each([
    ['at once', 0],
    ['after it was told so', 20],
  ])('of a client that is put off and resets %s leaves no descriptor', async (_, pause) => {
    const before = await descriptors();
    const patient = await start({ linger: 50 });
    const putOff = (peer: Socket): void => {
      peer.on('error', () => undefined).end(fromHex('aa'));
      peer.destroySoon();
    };
    server.on('connection', putOff);
    const clients = Array.from({ length: 40 }, () => dial(patient.address.port));
    for (const client of clients) client.on('error', () => undefined);
    await Promise.all(clients.map((client) => once(client, 'connect')));
    await new Promise((resolve) => setTimeout(resolve, pause));
    await Promise.all(clients.map((client) => (client.resetAndDestroy(), once(client, 'close'))));
    server.off('connection', putOff);
    await patient.close();
    await expect.poll(descriptors).toBe(before);
  });

  it('comes to all connections when the tap closes', async () => {
    const [client, peer] = await pair();
    const ends = [failure(client.resume()), failure(peer.resume())];
    expect(tap.connections).toBe(1);
    await tap.close();
    expect(await Promise.all(ends)).toEqual(['ECONNRESET', 'ECONNRESET']);
    expect(await failure(dial())).toBe('ECONNREFUSED');
    expect(recorder.events().at(-1)).toMatchObject({ kind: 'end', how: 'reset' });
    await startAgain();
  });
});
