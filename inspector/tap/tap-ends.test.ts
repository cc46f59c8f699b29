import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#wire/bytes';
import { recorder, tap, start, startAgain, dial, pair, received, useTap } from '../../test/support/tapped.ts';

useTap();

const failure = async (socket: Socket): Promise<string | undefined> => {
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  return error.code;
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

  it('comes to all when the tap closes', async () => {
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
