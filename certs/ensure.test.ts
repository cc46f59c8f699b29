import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureCertificates } from './ensure.ts';
import { isAddress, ownHosts, servedHosts } from './hosts.ts';
import { generateKey, issueCa, issueLeaf } from './issue.ts';

const HOSTS = ['localhost', '127.0.0.1', '::1', 'classroom-3'];
const NOW = new Date();
const DAY = 86_400_000;
const later = (days: number) => new Date(NOW.getTime() + days * DAY);
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

let base: string;
let dir: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'wireglass-certs-'));
  dir = join(base, 'certs');
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

/** A folder as the first start leaves it, made once and copied: new keys take most of a second. */
let template: string;

beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), 'wireglass-certs-'));
  await ensureCertificates(template, { hosts: HOSTS, now: NOW });
});

afterAll(() => rmSync(template, { recursive: true, force: true }));

const startFromTemplate = () => beforeEach(() => cpSync(template, dir, { recursive: true }));

const mode = (name: string) => (statSync(join(dir, name)).mode & 0o777).toString(8);
const read = (name: string) => readFileSync(join(dir, name), 'utf8');

describe('the first start', () => {
  it('makes four files that only their owner can use', async () => {
    const made = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    expect(made.created).toBe(true);
    expect(readdirSync(dir).sort()).toEqual(['ca.key', 'ca.pem', 'server.key', 'server.pem']);
    expect([made.ca, made.cert, made.key]).toEqual([read('ca.pem'), read('server.pem'), read('server.key')]);
    expect([mode('.'), mode('ca.key'), mode('server.key')]).toEqual(['700', '600', '600']);
  });

  it.each(['000', '077', '777'])('keeps these permissions under umask %s', (mask) => {
    // A process of its own: the umask belongs to the whole process, and a test worker may not set it.
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

  it('takes up what a start left that was killed in between', async () => {
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

  it.skipIf(!hasOpenssl)('read well in openssl x509 -text', async () => {
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

  it('have dates past 2049 that are read as they were meant', async () => {
    const ca = new X509Certificate(issueCa(await generateKey(), new Date('2045-06-01T12:00:00Z')));
    expect(new Date(ca.validFrom).toISOString()).toBe('2045-05-31T12:00:00.000Z');
    expect(new Date(ca.validTo).toISOString()).toBe('2055-05-31T11:59:59.000Z');
  });
});

describe('a later start', () => {
  startFromTemplate();

  it('uses what is there', async () => {
    const first = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    const second = await ensureCertificates(dir, { hosts: HOSTS, now: later(300) });
    expect(second).toEqual({ ca: first.ca, cert: first.cert, key: first.key, created: false });
  });

  it('closes a key file that others could read', async () => {
    await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    chmodSync(join(dir, 'server.key'), 0o644);
    chmodSync(dir, 0o755);
    await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    expect([mode('.'), mode('server.key')]).toEqual(['700', '600']);
  });

  it('does without the key of the CA while nothing has to be signed', async () => {
    const first = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    rmSync(join(dir, 'ca.key'));
    expect((await ensureCertificates(dir, { hosts: HOSTS, now: NOW })).cert).toBe(first.cert);
    const renewal = ensureCertificates(dir, { hosts: HOSTS, now: later(390) });
    await expect(renewal).rejects.toMatchObject({ code: 'ca_incomplete', subject: join(dir, 'ca.key') });
  });
});

describe('the server certificate is made anew under the same CA', () => {
  startFromTemplate();

  const reissue = async (change: () => void, hosts: readonly string[] = HOSTS, now: Date = NOW) => {
    const first = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    change();
    const second = await ensureCertificates(dir, { hosts, now });
    const leaf = new X509Certificate(second.cert);
    expect(second).toMatchObject({ ca: first.ca, created: false });
    expect(second.cert).not.toBe(first.cert);
    expect(leaf.verify(new X509Certificate(first.ca).publicKey)).toBe(true);
    return { issued: second.issued, leaf, keptKey: second.key === first.key };
  };
  const nothing = () => undefined;

  it('when it is near its end', async () => {
    const { issued, leaf } = await reissue(nothing, HOSTS, later(370));
    expect(issued).toMatch(/^the old one ends /);
    expect(new Date(leaf.validTo) > later(700)).toBe(true);
  });

  it('when it does not name a host', async () => {
    const { issued, leaf } = await reissue(nothing, [...HOSTS, '192.0.2.7', 'new-name.example']);
    expect(issued).toBe('the old one did not name 192.0.2.7');
    expect(leaf.checkIP('192.0.2.7')).toBe('192.0.2.7');
    expect(leaf.checkHost('new-name.example')).toBe('new-name.example');
  });

  it('when the clock was ahead as it was made', async () => {
    const first = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    const early = issueLeaf({
      caKey: read('ca.key'),
      caEnd: later(3000),
      key: first.key,
      hosts: HOSTS,
      now: later(9),
    });
    writeFileSync(join(dir, 'server.pem'), early);
    const { issued } = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    expect(issued).toBe('the old one was not valid yet');
  });

  it('when its file is gone', async () => {
    const { issued, keptKey } = await reissue(() => rmSync(join(dir, 'server.pem')));
    expect([issued, keptKey]).toEqual(['there was none', true]);
  });

  it('when its key is gone', async () => {
    const { issued, keptKey } = await reissue(() => rmSync(join(dir, 'server.key')));
    expect([issued, keptKey]).toEqual(['the old one did not match its key', false]);
  });

  it('when another CA of the same name issued it', async () => {
    const otherKey = await generateKey();
    const { issued } = await reissue(() => {
      const key = read('server.key');
      const foreign = issueLeaf({ caKey: otherKey, caEnd: later(3000), key, hosts: HOSTS, now: NOW });
      writeFileSync(join(dir, 'server.pem'), foreign);
    });
    expect(issued).toBe('the old one was not issued by this CA');
  });
});

describe('what cannot be used is named, and left alone', () => {
  startFromTemplate();

  const refusal = async (change: () => void, now: Date = NOW) => {
    await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    change();
    const before = readdirSync(dir).map((name) => [name, read(name)]);
    const error = await ensureCertificates(dir, { hosts: HOSTS, now }).catch((thrown: unknown) => thrown);
    expect(readdirSync(dir).map((name) => [name, read(name)])).toEqual(before);
    return error;
  };
  const overwrite = (name: string, text: string) => () => writeFileSync(join(dir, name), text);

  it.each(['ca.pem', 'ca.key', 'server.pem', 'server.key'])('a damaged %s', async (name) => {
    const error = await refusal(overwrite(name, '-----BEGIN NONSENSE-----\n'));
    expect(error).toMatchObject({ code: 'damaged', subject: join(dir, name) });
  });

  it('a key of another type', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(await refusal(overwrite('server.key', pem))).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('ed25519') as string,
    });
  });

  it('a CA certificate that is gone while the server certificate is there', async () => {
    const error = await refusal(() => rmSync(join(dir, 'ca.pem')));
    expect(error).toMatchObject({ code: 'ca_incomplete', subject: join(dir, 'ca.pem') });
  });

  it('a CA key that does not belong to its certificate', async () => {
    const other = await generateKey();
    expect(await refusal(overwrite('ca.key', other))).toMatchObject({ code: 'ca_unusable' });
  });

  it('an expired CA', async () => {
    const error = await refusal(() => undefined, later(3700));
    expect(error).toMatchObject({
      code: 'ca_unusable',
      message: expect.stringContaining('expired on') as string,
    });
  });

  it('a certificate of a server in the place of the CA', async () => {
    const error = await refusal(() => overwrite('ca.pem', read('server.pem'))());
    expect(error).toMatchObject({
      code: 'ca_unusable',
      message: expect.stringContaining('not the certificate of a CA') as string,
    });
  });

  it('a file where the folder should be', async () => {
    const file = join(dir, 'ca.pem');
    const start = ensureCertificates(file, { hosts: HOSTS, now: NOW });
    await expect(start).rejects.toMatchObject({ code: 'unreadable', subject: file });
  });
});

describe('the hosts of this machine', () => {
  it.each([
    ['lectern', ['localhost', '127.0.0.1', '::1', 'lectern']],
    ['localhost', ['localhost', '127.0.0.1', '::1']],
    ['Bob’s laptop', ['localhost', '127.0.0.1', '::1']],
  ])('named %j', (name, hosts) => expect(ownHosts(name)).toEqual(hosts));

  it('include the address that a server listens on', () => {
    expect(servedHosts('127.0.0.1', 'lectern')).toEqual(['localhost', '127.0.0.1', '::1', 'lectern']);
    expect(servedHosts('192.0.2.7', 'lectern')).toEqual([
      'localhost',
      '127.0.0.1',
      '::1',
      'lectern',
      '192.0.2.7',
    ]);
  });

  it('include every address of the machine when a server listens on all', () => {
    const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const hosts = servedHosts('0.0.0.0', 'lectern');
    for (const { address, family } of own) if (family === 'IPv4') expect(hosts).toContain(address);
    for (const host of hosts.slice(4)) expect(isAddress(host) && !host.startsWith('fe80')).toBe(true);
  });
});
