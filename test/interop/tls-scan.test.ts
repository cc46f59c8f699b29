/** What nmap says about the TLS wires. A client cannot make the server negotiate again and again. */
import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../support/programs/needs.ts';
import { Puppet, type TestServer, startTestServer } from '../support/servers/server.ts';
import { enumCiphers, isBad } from '../support/programs/testssl.ts';

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer();
});
afterAll(() => test.close());

describe('renegotiation on TLS 1.2', () => {
  it('is refused, and others are served', async () => {
    const { port } = test.address('tls');
    const socket = connect({ port, host: '127.0.0.1', ca: test.ca, maxVersion: 'TLSv1.2' });
    await once(socket, 'secureConnect');
    const outcome = new Promise((resolve) => {
      socket.on('error', resolve);
      socket.renegotiate({}, (error) => resolve(error ?? 'negotiated again'));
    });
    expect(await outcome).toMatchObject({ message: expect.stringMatching(/renegotiation/) as string });
    socket.destroy();
    await (await Puppet.join(test.target('tls'), 'witness')).close();
  });
});

describeWith(['nmap'], 'nmap', ({ nmap }) => {
  it.each(['tls', 'tls+psk'] as const)('grades every suite of the %s wire A', async (wire) => {
    const said = await enumCiphers(test.address(wire).port, nmap);
    expect(said).toMatch(/TLSv1\.2[^]*TLSv1\.3[^]*least strength: A/);
    expect(said).not.toMatch(/TLSv1\.[01]|SSLv|warnings/);
  });
});

describe('a finding of testssl', () => {
  it.each([
    ['OK', 'heartbleed', false],
    ['LOW', 'DNS_CAArecord', false],
    ['MEDIUM', 'secure_client_renego', true],
    ['HIGH', 'cert_revocation', false],
    ['HIGH', 'cert_expirationStatus', true],
    ['CRITICAL', 'POODLE_SSL', true],
  ])('of severity %s about %s counts against the server: %s', (severity, id, bad) =>
    expect(isBad({ id, severity, finding: '' })).toBe(bad),
  );
});
