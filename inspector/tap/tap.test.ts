import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { TapEvent } from '#dissect/model';
import { concat, fromHex, toHex } from '#protocol/bytes';
import { ConnectionSlots } from '#protocol/connection-slots';
import {
  recorder,
  server,
  tap,
  opened,
  stalled,
  start,
  dial,
  pair,
  received,
  useTap,
} from '../../test/support/flows/tapped.ts';

useTap();

const MEBIBYTE = 1024 * 1024;

/** Resolves once the recorder has recorded a matching event. */
const recorded = (fits: (event: TapEvent) => boolean): Promise<void> => {
  if (recorder.events().some(fits)) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = recorder.subscribe((change) => {
      if (change.kind === 'forget' || !fits(change)) return;
      stop();
      resolve();
    });
  });
};

const bytesOf = (dir: 'c2s' | 's2c') =>
  concat(
    recorder.events().flatMap((event) => (event.kind === 'chunk' && event.dir === dir ? [event.bytes] : [])),
  );

/** Bytes without a pattern in which a lost or duplicated piece could hide. */
const noise = (length: number) => {
  const out = new Uint8Array(length);
  let state = 0x2545f491;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 0x41c64e6d) + 0x3039) >>> 0;
    out[i] = state >>> 24;
  }
  return out;
};

describe('bytes', () => {
  it('pass unchanged both ways and are recorded as they passed', async () => {
    const [client, peer] = await pair();
    client.write(fromHex('00000002 7b7d'));
    expect(toHex(await received(peer, 6))).toBe('000000027b7d');
    peer.write(fromHex('ff00'));
    expect(toHex(await received(client, 2))).toBe('ff00');
    expect(toHex(bytesOf('c2s'))).toBe('000000027b7d');
    expect(toHex(bytesOf('s2c'))).toBe('ff00');
  });

  it('come through exactly in 10,000 pieces each way at once', async () => {
    const [client, peer] = await pair();
    const [up, down] = [noise(170_000), noise(230_000).reverse()];
    for (let i = 0; i < 10_000; i++) {
      client.write(up.subarray(i * 17, (i + 1) * 17));
      peer.write(down.subarray(i * 23, (i + 1) * 23));
    }
    const [atPeer, atClient] = await Promise.all([received(peer, up.length), received(client, down.length)]);
    expect(Buffer.compare(atPeer, up)).toBe(0);
    expect(Buffer.compare(atClient, down)).toBe(0);
    expect(Buffer.compare(bytesOf('c2s'), up)).toBe(0);
    expect(Buffer.compare(bytesOf('s2c'), down)).toBe(0);
  });

  it('are held back at the sender while the receiver does not read', async () => {
    const [client, peer] = await pair();
    client.pause();
    const sent = noise(64 * MEBIBYTE);
    peer.end(sent);
    await stalled();
    // What the socket buffers of two ends hold, and far less than the whole.
    expect(bytesOf('s2c').length).toBeLessThan(32 * MEBIBYTE);
    const got = createHash('sha256');
    client.on('data', (bytes) => got.update(bytes)).resume();
    await once(client, 'end');
    expect(got.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
  });

  it('do not wait at the tap: a stalled flow does not hold up another', async () => {
    const [stuck, flooder] = await pair();
    stuck.pause();
    flooder.write(noise(32 * MEBIBYTE));
    const [client, peer] = await pair();
    peer.write(fromHex('01'));
    expect(toHex(await received(client, 1))).toBe('01');
  });
});

describe('what is known about a flow', () => {
  it('is the client, the address it connected to, and when', async () => {
    const before = Date.now();
    const [client, peer] = await pair();
    client.write(fromHex('00'));
    await received(peer, 1);
    const [first, second] = recorder.events();
    expect(first).toMatchObject({
      kind: 'flow',
      flow: 1,
      wire: 'plain',
      client: { address: '127.0.0.1', port: client.localPort },
      server: { address: '127.0.0.1', port: tap.address.port },
    });
    const [opening, bytes] = [first?.time ?? 0, second?.time ?? 0];
    expect(opening).toBeGreaterThan(before - 100);
    expect(bytes).toBeGreaterThan(opening);
  });

  it('tells the server who is behind a connection as it accepts it', async () => {
    const known: unknown[] = [];
    server.on('connection', (peer) => known.push(tap.originOf(peer.remotePort ?? 0)));
    const clients = [(await pair())[0], (await pair())[0]];
    expect(known).toEqual(clients.map(({ localPort }) => ({ address: '127.0.0.1', port: localPort })));
  });

  it('is dropped from originOf when the connection closes', async () => {
    const [client, peer] = await pair();
    const port = peer.remotePort ?? 0;
    expect(tap.originOf(port)).toBeDefined();
    peer.resume().end();
    client.resume().end();
    await Promise.all([once(peer, 'close'), once(client, 'close')]);
    await recorded((event) => event.kind === 'end' && event.dir === 'c2s');
    await expect.poll(() => tap.originOf(port)).toBeUndefined();
    await expect.poll(() => tap.connections).toBe(0);
  });

  it('shows an IPv4 client as IPv4 when the tap listens on all addresses', async () => {
    const wide = await start({ listen: { host: '::', port: 0 } });
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    dial(wide.address.port);
    opened.push((await accepted)[0]);
    expect(recorder.events()[0]).toMatchObject({
      client: { address: '127.0.0.1' },
      server: { address: '127.0.0.1' },
    });
    await wide.close();
  });
});

describe('limits', () => {
  it('drops a connection above the cap and says so', async () => {
    const warnings: string[] = [];
    const log = { warn: (_: object, message: string) => warnings.push(message) };
    const narrow = await start({ slots: new ConnectionSlots({ total: 1, perNetwork: 1 }), log });
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    dial(narrow.address.port);
    opened.push((await accepted)[0]);
    const second = dial(narrow.address.port);
    second.on('error', () => undefined);
    await once(second.resume(), 'end');
    expect(warnings).toEqual(['tap: connection cap reached']);
    expect(narrow.connections).toBe(1);
    await narrow.close();
  });

  it('says that its port is taken', async () => {
    const second = start({ listen: tap.address });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
