/** A connection that is led through somebody’s hands while it stands, and joined again. */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#protocol/bytes';
import type { Detour } from './detour.ts';
import type { TappedConnection } from './tapped-connection.ts';
import { opened, pair, received, recorder, tap, useTap } from '../../test/support/flows/tapped.ts';

useTap();

const through = async (): Promise<{ client: Socket; peer: Socket; connection: TappedConnection }> => {
  const [client, peer] = await pair();
  client.write(fromHex('01'));
  await received(peer, 1);
  return { client, peer, connection: [...tap.open][0] as TappedConnection };
};

/** Comes into the middle, and passes everything on with one bit of each byte changed. */
async function stepInto(detour: Detour): Promise<{ client: Socket; server: Socket }> {
  const { port, names } = detour.entrance;
  const named = (name: string): Socket => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    opened.push(socket);
    socket.write(fromHex(name));
    return socket.on('error', () => undefined);
  };
  const [client, server] = [named(names.client), named(names.server)];
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    from.on('data', (bytes: Buffer) => to.write(bytes.map((byte) => byte ^ 1)));
    from.on('end', () => to.end());
  }
  await detour.taken;
  return { client, server };
}

const recorded = (): string[] =>
  recorder
    .events()
    .flatMap((event) => (event.kind === 'chunk' ? [`${event.dir} ${toHex(event.bytes)}`] : []));

describe('a connection', () => {
  it('goes through the middle both ways, and back; what crosses on the client’s side is recorded', async () => {
    const { client, peer, connection } = await through();
    const detour = await connection.detour();
    client.write(fromHex('10'));
    expect(connection.isWhole).toBe(false);
    await stepInto(detour);
    expect(toHex(await received(peer, 1))).toBe('11');
    peer.write(fromHex('20'));
    expect(toHex(await received(client, 1))).toBe('21');
    client.write(fromHex('30'));
    expect(toHex(await received(peer, 1))).toBe('31');
    await detour.back();
    expect(connection.isWhole).toBe(true);
    client.write(fromHex('40'));
    expect(toHex(await received(peer, 1))).toBe('40');
    peer.write(fromHex('50'));
    expect(toHex(await received(client, 1))).toBe('50');
    expect(recorded()).toEqual(['c2s 01', 'c2s 10', 's2c 21', 'c2s 30', 'c2s 40', 's2c 50']);
  });

  it('ends when the middle goes without a word', async () => {
    const { client, peer, connection } = await through();
    const middle = await stepInto(await connection.detour());
    for (const socket of [middle.client, middle.server]) socket.destroy();
    await Promise.all([once(client.resume(), 'end'), once(peer.resume(), 'end')]);
  });

  it('lets nobody in who does not know the name', async () => {
    const { connection } = await through();
    const detour = await connection.detour();
    const stranger = connect({ port: detour.entrance.port, host: '127.0.0.1' });
    stranger.write(new Uint8Array(16));
    await once(stranger.resume(), 'close');
    await stepInto(detour);
    await expect(connection.detour()).rejects.toThrow('somebody stands in it already');
  });
});
