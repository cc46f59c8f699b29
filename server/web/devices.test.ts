/** Other machines count once each; this machine does not. */
import { Server } from 'node:http';
import { expect, it } from 'vitest';
import { Devices } from './devices.ts';

it.each([
  ['nobody', [], { count: 0, last: null }],
  [
    'this machine, by loopback and by its own address',
    [
      ['127.0.0.1', '127.0.0.1'],
      ['192.0.2.7', '192.0.2.7'],
    ],
    { count: 0, last: null },
  ],
  [
    'a phone that comes twice',
    [
      ['192.0.2.8', '192.0.2.7'],
      ['::ffff:192.0.2.8', '::ffff:192.0.2.7'],
    ],
    { count: 1, last: 2 },
  ],
  [
    'two phones and this machine',
    [
      ['192.0.2.8', '192.0.2.7'],
      ['192.0.2.9', '192.0.2.7'],
      ['::1', '::1'],
    ],
    { count: 2, last: 2 },
  ],
])('%s', (_, connections, seen) => {
  let now = 0;
  const devices = new Devices(() => now);
  const server = new Server();
  // What `http` does with a connection is not wanted here.
  server.removeAllListeners('connection');
  devices.watch(server);
  for (const [remoteAddress, localAddress] of connections) {
    now += 1;
    server.emit('connection', { remoteAddress, localAddress });
  }
  expect(devices.seen).toEqual(seen);
});

it('remembers no more addresses than a cap', () => {
  const devices = new Devices();
  const server = new Server();
  server.removeAllListeners('connection');
  devices.watch(server);
  for (let at = 0; at < 1_500; at++)
    server.emit('connection', { remoteAddress: `198.18.${at >> 8}.${at & 255}`, localAddress: '192.0.2.7' });
  expect(devices.seen.count).toBe(1_000);
});
