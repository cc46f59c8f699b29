/** What the texts of the labs say about the real server, tried on one. */
import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SUITES, type Suite, suiteByName } from '#channel/psk/suites';
import { EMPTY, concat, showUtf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import type { ListenAddress } from '#runtime/server';
import { Mallory } from '#attacks/mallory/mallory';
import { Puppet, type TestServer, startTestServer } from '../test/support/servers/server.ts';
import { flipText } from './05-tamper/solution.ts';
import { recordLength } from './14-metadata/solution.ts';

// A busy machine takes long to start a server.
vi.setConfig({ testTimeout: 120_000 });

const HEADER = 12;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ suites: SUITES });
});
afterAll(() => server.close());

async function join(puppet: Puppet, name: string): Promise<Puppet> {
  await puppet.expect('welcome');
  puppet.say({ type: 'join', name });
  await puppet.expect('joined');
  return puppet;
}

/** Passes bytes on to the server and counts them. */
async function startCounter(target: ListenAddress) {
  let bytes = 0;
  const sockets: Socket[] = [];
  const listener = createServer((client) => {
    const wire = connect(target);
    sockets.push(client, wire);
    client.on('data', (chunk) => (bytes += chunk.length));
    client.pipe(wire).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { address: host, port } = listener.address() as AddressInfo;
  return {
    address: { host, port },
    bytes: () => bytes,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

describe('as the labs say', () => {
  it('a say whose iv is changed becomes a bye, and the server believes that the client leaves', async () => {
    const mallory = await Mallory.between(server.address('psk'), 'psk');
    const suite = suiteByName('aes-256-cbc') as Suite;
    const ana = await join(await Puppet.dial(server.target('psk', { ...mallory.address, suite })), 'ana');
    const said = { type: 'say', text: 'I stay here all day' } as const;
    ana.say(said);
    await ana.expect('ack');

    const sent = mallory.heard.findLast(({ towards }) => towards === 'server');
    const record = sent?.bytes ?? EMPTY;
    const was = showUtf8(encodeFrame(encodeMessage(said)).subarray(0, 16));
    const changed = flipText(record.subarray(HEADER), was, was.replace('say', 'bye'));
    mallory.send(mallory.newest, 'server', concat([record.subarray(0, HEADER), changed]));

    // A message that breaks a rule would be answered with an error.
    expect((await ana.rest()).map(({ type }) => type)).not.toContain('error');
    await mallory.close();
  });

  it.each(['plain', 'psk', 'tls', 'tls+psk'] as const)(
    'a record on %s is as long as lab 14 says',
    async (wire) => {
      const counter = await startCounter(server.address(wire));
      const ana = await join(
        await Puppet.dial(server.target(wire, counter.address)),
        `ana-${wire.replace('+', '-')}`,
      );
      const before = counter.bytes();
      const said = { type: 'say', text: 'maybe later' } as const;
      ana.say(said);
      await ana.expect('ack');
      expect(counter.bytes() - before).toBe(recordLength(wire, encodeMessage(said).length));
      await ana.close();
      await counter.close();
    },
  );
});
