/** What a running server counts: bytes of its sockets, deliveries, refusals, ends. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WIRE_NAMES, type WireName } from '#protocol/messages';
import { Puppet, type TestServer, startTestServer } from '../support/servers/server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.close());

const bytes = (wire: WireName) => server.server.traffic().get(wire) ?? { in: 0, out: 0 };

it.each(WIRE_NAMES)(
  'counts the bytes of the %s wire while the socket is open and after it has closed',
  async (wire) => {
    const ana = await Puppet.join(server.target(wire), 'ana');
    const open = bytes(wire);
    // A welcome and a joined message came out; on tls a certificate before them.
    expect(open.in).toBeGreaterThan(30);
    expect(open.out).toBeGreaterThan(200);
    if (wire.startsWith('tls')) expect(open.out).toBeGreaterThan(1_000);
    ana.say({ type: 'say', text: 'x'.repeat(3_000), ref: '1' });
    await ana.expect('ack');
    await ana.close();
    await server.logged(({ msg }) => msg === 'disconnected');
    expect(bytes(wire).in).toBeGreaterThan(open.in + 3_000);
    expect(bytes(wire).out).toBeGreaterThan(open.out);
  },
);

it('counts each recipient of each frame, refusals by code and ends by code', async () => {
  const { tally } = server.server.hub;
  const ana = await Puppet.join(server.target('plain'), 'ana');
  const bo = await Puppet.join(server.target('plain'), 'bo');
  await ana.expect('member_joined');
  const before = tally.deliveries;
  ana.say({ type: 'say', text: 'hi', ref: '1' });
  await ana.expect('ack');
  await bo.expect('message');
  expect(tally.deliveries - before).toBe(2);
  bo.say({ type: 'say', text: 'hi', room: 'nowhere', ref: '2' });
  const { code } = await bo.expect('error');
  expect(tally.refusals.of(code)).toBe(1);
  expect(tally.accepted.of('plain')).toBe(2);
  await ana.close();
  await bo.close();
  await server.logged(({ msg }) => msg === 'disconnected');
  expect(tally.ended.of('done')).toBeGreaterThan(0);
});
