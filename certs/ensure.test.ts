import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ensureCertificates } from './ensure.ts';
import { generateKey, issueCa } from './issue.ts';
import {
  HOSTS,
  NOW,
  DAY,
  dir,
  startFromTemplate,
  mode,
  read,
  useCertificateFolders,
} from '../test/support/servers/certificate-folders.ts';

useCertificateFolders();

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe('the first start', () => {
  it('makes four files that only their owner can use', async () => {
    const made = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    expect(made.created).toBe(true);
    expect(readdirSync(dir).sort()).toEqual(['ca.key', 'ca.pem', 'server.key', 'server.pem']);
    expect([made.ca, made.cert, made.key]).toEqual([read('ca.pem'), read('server.pem'), read('server.key')]);
    expect([mode('.'), mode('ca.key'), mode('server.key')]).toEqual(['700', '600', '600']);
  });

  it.each(['000', '077', '777'])('keeps these permissions under umask %s', (mask) => {
    // A process of its own: the umask belongs to the whole process, and a test worker cannot set it.
    const code = `process.umask(0o${mask});
      const { ensureCertificates } = await import(${JSON.stringify(join(import.meta.dirname, 'ensure.ts'))});
      await ensureCertificates(${JSON.stringify(dir)}, { hosts: ['localhost'], now: new Date() });`;
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code]);
    expect([mode('.'), mode('ca.key'), mode('server.key'), mode('ca.pem')]).toEqual([
      '700',
      '600',
      '600',
      '644',
    ]);
  });

  it('gives two starts at the same time certificates that fit together', async () => {
    const options = { hosts: HOSTS, now: NOW };
    const starts = await Promise.all([ensureCertificates(dir, options), ensureCertificates(dir, options)]);
    for (const { cert, key } of starts) {
      const leaf = new X509Certificate(cert);
      expect(key).toBe(read('server.key'));
      expect(leaf.verify(new X509Certificate(read('ca.pem')).publicKey)).toBe(true);
    }
    expect(readdirSync(dir)).toHaveLength(4);
  });

  it('continues from what a killed start left behind', async () => {
    await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    const key = read('ca.key');
    rmSync(join(dir, 'ca.pem'));
    rmSync(join(dir, 'server.pem'));
    const again = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    expect(again.created).toBe(true);
    expect(read('ca.key')).toBe(key);
    expect(new X509Certificate(again.cert).checkIssued(new X509Certificate(again.ca))).toBe(true);
  });

  it.each([[[]], [['bücher.example']], [['*.example']], [['a\0b']], [['fe80::1%eth0']], [['a..b']]])(
    'refuses the hosts %j',
    async (hosts) => {
      await expect(ensureCertificates(dir, { hosts, now: NOW })).rejects.toMatchObject({ code: 'bad_host' });
    },
  );
});

describe('the certificates', () => {
  startFromTemplate();

  it.skipIf(!hasOpenssl)('are accepted by openssl for every host, and for no other', async () => {
    await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    const verify = (...names: string[]) => {
      const options = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', 'ca.pem'];
      const { status, stdout } = spawnSync('openssl', [...options, ...names, 'server.pem'], { cwd: dir });
      return status === 0 ? stdout.toString().trim() : 'refused';
    };
    expect(verify('-verify_hostname', 'localhost')).toBe('server.pem: OK');
    expect(verify('-verify_hostname', 'classroom-3')).toBe('server.pem: OK');
    expect(verify('-verify_ip', '127.0.0.1')).toBe('server.pem: OK');
    expect(verify('-verify_ip', '::1')).toBe('server.pem: OK');
    expect(verify('-verify_hostname', 'elsewhere')).toBe('refused');
    expect(verify('-verify_ip', '127.0.0.2')).toBe('refused');
  });

  it.skipIf(!hasOpenssl)('are readable in openssl x509 -text', async () => {
    await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    const text = (name: string) =>
      execFileSync('openssl', ['x509', '-noout', '-text', '-in', name], { cwd: dir }).toString();
    const leaf = text('server.pem');
    expect(leaf).toContain(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:classroom-3',
    );
    expect(leaf).toContain('TLS Web Server Authentication');
    expect(leaf).toContain('CA:FALSE');
    const ca = text('ca.pem');
    expect(ca).toMatch(/X509v3 Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(ca).toMatch(/X509v3 Key Usage: critical\s+Certificate Sign, CRL Sign/);
    expect(ca).toContain('CN = Wireglass demo CA (not for real use)');
    const identifier = /Subject Key Identifier:\s+(\S+)/.exec(ca)?.[1];
    expect(identifier).toMatch(/^([0-9A-F]{2}:){19}/);
    expect(/Authority Key Identifier:\s+(\S+)/.exec(leaf)?.[1]).toBe(identifier);
  });

  it('carry a TLS handshake with a client that trusts the CA alone', async () => {
    const { ca, cert, key } = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    const server = createServer({ cert, key }, (socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', ca });
    try {
      const [greeting] = (await once(socket, 'data')) as [Buffer];
      expect(greeting.toString()).toBe('hello');
      expect(socket.authorized).toBe(true);
    } finally {
      socket.destroy();
      server.close();
    }
  });

  it('have random positive serials of 16 bytes, an early start and an end within 397 days', async () => {
    const { ca, cert } = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    const [root, leaf] = [new X509Certificate(ca), new X509Certificate(cert)];
    expect(root.serialNumber).toMatch(/^[0-7][0-9A-F]{31}$/);
    expect(leaf.serialNumber).toMatch(/^[0-7][0-9A-F]{31}$/);
    expect(leaf.serialNumber).not.toBe(root.serialNumber);
    const [start, end] = [new Date(leaf.validFrom), new Date(leaf.validTo)];
    expect(start < NOW).toBe(true);
    // The last second counts as well.
    expect(end.getTime() - start.getTime() + 1000).toBe(397 * DAY);
    expect(new Date(root.validTo).getUTCFullYear()).toBe(NOW.getUTCFullYear() + 10);
  });

  it('have dates after 2049 that are read as they were meant', async () => {
    const ca = new X509Certificate(issueCa(await generateKey(), new Date('2045-06-01T12:00:00Z')));
    expect(new Date(ca.validFrom).toISOString()).toBe('2045-05-31T12:00:00.000Z');
    expect(new Date(ca.validTo).toISOString()).toBe('2055-05-31T11:59:59.000Z');
  });
});
