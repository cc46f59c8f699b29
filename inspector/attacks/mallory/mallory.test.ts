import { once } from 'node:events';
import { type AddressInfo, type Server, connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#protocol/bytes';
import { Mallory } from './mallory.ts';
import { Stranger } from './stranger.ts';

const FRAME = '00000002 7b7d'.replaceAll(' ', '');
const OTHER = '00000002 5b5d'.replaceAll(' ', '');

let echo: Server;
let mallory: Mallory;

beforeEach(async () => {
  echo = createServer((socket) => socket.pipe(socket).on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  mallory = await Mallory.between(
    { host: '127.0.0.1', port: (echo.address() as AddressInfo).port },
    undefined,
  );
});

afterEach(async () => {
  await mallory.close();
  echo.close();
});

async function exchanged(): Promise<string> {
  const client = await Stranger.connect(mallory.address, undefined);
  client.send(fromHex(FRAME));
  await mallory.unit({ towards: 'client' });
  mallory.finish(mallory.newest, 'client');
  await client.ended;
  return toHex(client.heard);
}

describe('Mallory', () => {
  it('passes on what comes, and keeps a copy', async () => {
    expect(await exchanged()).toBe(FRAME);
    expect(mallory.heard.map(({ towards, number, bytes }) => [towards, number, toHex(bytes)])).toEqual([
      ['server', 0, FRAME],
      ['client', 0, FRAME],
    ]);
  });

  it('sends what she wants in place of a unit', async () => {
    mallory.rule = ({ towards, bytes }) => (towards === 'client' ? [fromHex(OTHER), bytes] : [bytes]);
    expect(await exchanged()).toBe(OTHER + FRAME);
  });

  it('notices when a connection ends without what she waits for', async () => {
    const socket = connect(mallory.address.port, mallory.address.host);
    await once(socket, 'connect');
    const waiting = mallory.unit({ connection: 1, towards: 'client' });
    socket.destroy();
    expect(await waiting).toBeUndefined();
  });

  it.each(['192.0.2.1', '0.0.0.0', 'example.com', '::1', '128.0.0.1'])('does nothing to %s', async (host) => {
    const refused = `attacks are run against 127.0.0.1 and nothing else; got ${host}`;
    await expect(Mallory.between({ host, port: 5555 }, undefined)).rejects.toThrow(refused);
    expect(() => mallory.redirect({ host, port: 5555 })).toThrow(refused);
  });
});
