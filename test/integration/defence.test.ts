/** Clients that are slow, silent, too many or too loud are told so and cut off; nobody else notices. */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fromHex, utf8 } from '#protocol/bytes';
import type { ErrorCode } from '#protocol/errors';
import { encodeFrame } from '#protocol/frame';
import { type ServerMessage, WIRE_NAMES, type WireName } from '#protocol/messages';
import { Addresses } from '../support/servers/addresses.ts';
import { Puppet, type TestServer, startTestServer } from '../support/servers/server.ts';

let test: TestServer;
afterEach(() => test.close());

type Tuning = Parameters<typeof startTestServer>[0];

async function start(tuning: Tuning): Promise<Puppet> {
  test = await startTestServer(tuning);
  return Puppet.join(test.target('tls'), 'witness');
}

/** The witness still talks and is answered. */
async function expectUndisturbed(witness: Puppet): Promise<void> {
  witness.say({ type: 'ping', ref: 'still here' });
  for (let answer = await witness.next(); answer; answer = await witness.next())
    if (answer.type === 'pong') return;
  throw new Error('the witness was cut off');
}

/** The fatal error that a connection ends with. */
async function endOf(puppet: Puppet): Promise<ErrorCode | undefined> {
  const error = (await puppet.rest()).find((message) => message.type === 'error');
  return error?.code as ErrorCode | undefined;
}

describe.each(WIRE_NAMES)('on the %s wire, a client that', (wire) => {
  it('begins a frame and does not finish it is cut off', async () => {
    const witness = await start({ defence: { frameTimeout: 200 } });
    const slow = await Puppet.join(test.target(wire), 'slow');
    slow.raw(fromHex('000000'));
    expect(await endOf(slow)).toBe('frame_timeout');
    await expectUndisturbed(witness);
  });

  it('sends a frame byte by byte, each in time, is cut off all the same', async () => {
    const witness = await start({ defence: { frameTimeout: 1_500 } });
    const slow = await Puppet.join(test.target(wire), 'slow');
    const bytes = encodeFrame(utf8(JSON.stringify({ type: 'ping', ref: 'x'.repeat(60) })));
    let sent = 0;
    const drip = setInterval(() => slow.raw(bytes.subarray(sent, (sent += 1))), 100);
    try {
      expect(await endOf(slow)).toBe('frame_timeout');
    } finally {
      clearInterval(drip);
    }
    expect(sent).toBeLessThan(bytes.length);
    await expectUndisturbed(witness);
  });

  it('never joins is cut off', async () => {
    const witness = await start({ defence: { joinTimeout: 200 } });
    const nobody = await Puppet.dial(test.target(wire));
    expect(await endOf(nobody)).toBe('login_timeout');
    await expectUndisturbed(witness);
  });

  it('says nothing for too long is cut off, and one that pings is not', async () => {
    const witness = await start({ defence: { idleTimeout: 1_200 } });
    const silent = await Puppet.join(test.target(wire), 'silent');
    const beat = setInterval(() => witness.say({ type: 'ping' }), 300);
    try {
      expect(await endOf(silent)).toBe('idle_timeout');
    } finally {
      clearInterval(beat);
    }
    await expectUndisturbed(witness);
  });

  it('asks too much is told how many seconds to wait, and is cut off when it does not', async () => {
    const rates = {
      say: { burst: 3, perSecond: 1 },
      ask: { burst: 5_000, perSecond: 1_000 },
      look: { burst: 5, perSecond: 1 },
      sign: { burst: 5, perSecond: 1 },
    };
    const witness = await start({ defence: { rates } });
    const loud = await Puppet.join(test.target(wire), 'loud');
    for (let i = 0; i < 10; i++) loud.say({ type: 'say', text: `${i}`, ref: `r${i}` });
    const first: ServerMessage[] = [];
    while (first.filter(({ type }) => type === 'ack' || type === 'error').length < 10)
      first.push((await loud.next()) as ServerMessage);
    expect(first.filter(({ type }) => type === 'ack').length).toBeGreaterThanOrEqual(3);
    const refused = first.find((message) => message.type === 'error');
    const ref = expect.stringMatching(/^r\d$/) as string;
    expect(refused).toMatchObject({ code: 'rate_limited', fatal: false, retry_after: 1, ref });
    for (let i = 0; i < 1_100; i++) loud.say({ type: 'say', text: `${i}` });
    const heard = await loud.rest();
    expect(heard.at(-1)).toMatchObject({ type: 'error', code: 'flooding', fatal: true });
    await expectUndisturbed(witness);
  });
});

describe('connections from one address', () => {
  it('are limited; other addresses still get in, and so does the next connection when one leaves', async () => {
    const addresses = new Addresses();
    addresses.next = '203.0.113.1';
    test = await startTestServer({ defence: { connectionsPerAddress: 3 }, peerOf: addresses.peerOf });
    const first = await Promise.all(['a', 'b', 'c'].map((name) => Puppet.join(test.target('plain'), name)));
    const tooMany = await Puppet.dial(test.target('plain'));
    expect(await endOf(tooMany)).toBe('too_many_connections');
    for (const wire of ['psk', 'tls', 'tls+psk'] as const) {
      await expect(Puppet.dial(test.target(wire))).rejects.toThrow();
    }
    addresses.next = '203.0.113.2';
    const other = await Puppet.join(test.target('tls'), 'other');
    await first[0]?.close();
    await test.logged(({ msg }) => msg === 'disconnected');
    addresses.next = '203.0.113.1';
    const next = await Puppet.join(test.target('psk'), 'next');
    await expectUndisturbed(next);
    await expectUndisturbed(other);
    await Promise.all([...first.slice(1), other, next].map((puppet) => puppet.close()));
  });

  it('are not limited on loopback, but all connections together are', async () => {
    test = await startTestServer({ defence: { connectionsPerAddress: 1, connections: 3 } });
    const held = await Promise.all(['a', 'b', 'c'].map((name) => Puppet.join(test.target('plain'), name)));
    expect(await endOf(await Puppet.dial(test.target('plain')))).toBe('too_many_connections');
    await Promise.all(held.map((puppet) => puppet.close()));
  });
});

/** The first bytes of something that then stops. */
const HALVES: readonly { readonly what: string; readonly wire: WireName; readonly hex: string }[] = [
  { what: 'half a frame', wire: 'plain', hex: '0000001a7b22' },
  { what: 'nothing', wire: 'plain', hex: '' },
  { what: 'half a psk hello', wire: 'psk', hex: '0100002d0000000000000000' },
  { what: 'half a ClientHello', wire: 'tls', hex: '1603010200010001fc0303' },
  { what: 'half a ClientHello', wire: 'tls+psk', hex: '1603010200' },
];

it('a crowd of clients that never get anywhere is gone in time, while a good one is served', async () => {
  const defence = { handshakeTimeout: 1_000, frameTimeout: 1_000, joinTimeout: 1_000, idleTimeout: 60_000 };
  const witness = await start({ defence });
  const crowd: Socket[] = [];
  for (let i = 0; i < 100; i++) {
    const { wire, hex } = HALVES[i % HALVES.length] as (typeof HALVES)[number];
    const socket = connect(test.address(wire).port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    if (hex !== '') socket.write(fromHex(hex));
    crowd.push(socket);
  }
  const gone = Promise.all(crowd.map((socket) => once(socket, 'close')));
  let served = 0;
  let waiting = true;
  void gone.then(() => (waiting = false));
  while (waiting) {
    await expectUndisturbed(witness);
    served += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(served).toBeGreaterThan(5);
  await witness.close();
}, 20_000);
