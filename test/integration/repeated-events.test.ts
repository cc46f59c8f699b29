/** What anyone can cause as often as the network carries it is counted in the audit log, not written down each time. */
import { afterEach, expect, it } from 'vitest';
import { Addresses } from '../support/servers/addresses.ts';
import { Puppet, type TestServer, startTestServer } from '../support/servers/server.ts';

let test: TestServer;
afterEach(() => test.close());

const TIMES = 40;

/** The lines of the audit log once the server has stopped. */
async function linesAtTheEnd(): Promise<string[]> {
  await test.server.close();
  // It is on the disk after all that were written before it.
  await test.store.audit({ ts: Date.now(), event: 'server.stopped', actor: 'server' });
  const { entries } = await test.store.auditPage({ limit: 1_000 });
  return entries
    .slice(0, -1)
    .map(({ event, subject = '', address = '', detail = '' }) =>
      [event, subject, address, detail.replace(/\d+ seconds/, 'N seconds')]
        .filter((part) => part !== '')
        .join(' '),
    );
}

it('connections of a banned address', async () => {
  const addresses = new Addresses();
  test = await startTestServer({ peerOf: addresses.peerOf });
  await test.server.operate({ type: 'ban', address: addresses.next });
  for (let i = 0; i < TIMES; i++) await (await Puppet.dial(test.target('plain'))).rest();
  expect(test.server.hub.tally.events.of('connection.banned')).toBe(TIMES);
  expect(await linesAtTheEnd()).toEqual([
    'moderation.banned 203.0.113.1 until lifted',
    'connection.banned 203.0.113.1',
    `connection.banned 203.0.113.1 ${TIMES - 1} more within N seconds`,
  ]);
});

it('joins under a banned name', async () => {
  test = await startTestServer();
  const guest = await Puppet.join(test.target('plain'), 'gus');
  await test.server.operate({ type: 'ban', name: 'gus' });
  await guest.rest();
  for (let i = 0; i < TIMES; i++) {
    const again = await Puppet.dial(test.target('plain'));
    again.say({ type: 'join', name: 'gus' });
    await again.rest();
  }
  expect(await linesAtTheEnd()).toEqual([
    'moderation.banned gus until lifted',
    'connection.banned gus 127.0.0.1',
    `connection.banned gus 127.0.0.1 ${TIMES - 1} more within N seconds`,
  ]);
});

it('connections for which there is no place', async () => {
  const addresses = new Addresses();
  test = await startTestServer({ peerOf: addresses.peerOf, defence: { connectionsPerAddress: 1 } });
  const held = await Puppet.join(test.target('plain'), 'ana');
  for (let i = 0; i < TIMES; i++) await (await Puppet.dial(test.target('plain'))).rest();
  expect(test.server.hub.tally.events.of('connection.too_many')).toBe(TIMES);
  await held.close();
  expect(await linesAtTheEnd()).toEqual([
    'connection.too_many 203.0.113.1',
    `connection.too_many 203.0.113.1 ${TIMES - 1} more within N seconds`,
  ]);
});

it('logins that fail, and those that are refused', async () => {
  test = await startTestServer({
    policy: { mode: 'optional', registration: true, passwordWires: ['tls'] },
  });
  const guest = await Puppet.join(test.target('tls'), 'ana');
  for (let i = 0; i < TIMES; i++) {
    guest.say({ type: 'login', name: 'nobody', password: 'wrong' });
    await guest.expect('auth_failed');
  }
  await guest.close();
  const lines = await linesAtTheEnd();
  expect(lines).toEqual([
    'login.failed 127.0.0.1 unknown name',
    'login.throttled 127.0.0.1',
    expect.stringMatching(/^login\.failed 127\.0\.0\.1 \d more within N seconds$/),
    expect.stringMatching(/^login\.throttled 127\.0\.0\.1 \d+ more within N seconds$/),
  ]);
});
