import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureCertificates } from '#certs/ensure';
import { servedHosts } from '#certs/hosts';
import type { AuditEntry } from '#chat/records';
import type { ChatServer, Renewal } from '#runtime/server';
import { Credentials } from './credentials.ts';
import { openDataFolder } from './data-folder.ts';

const HOST = '127.0.0.1';
const DAY = 86_400_000;

let data: string;
let renewals: Renewal[];
let audit: AuditEntry[];
let log: string[];
/** Called whenever one of these receives something. */
let told: () => void;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-credentials-'));
  [renewals, audit, log] = [[], [], []];
  told = () => undefined;
});
afterEach(() => rm(data, { recursive: true, force: true }));

async function credentials(lookEvery?: number, clock?: () => number): Promise<Credentials> {
  const folder = await openDataFolder(data, HOST);
  const server = {
    renew: (renewal: Renewal) => void renewals.push(renewal),
    audit: (entry: AuditEntry) => {
      audit.push(entry);
      told();
    },
  } as unknown as ChatServer;
  const write = (line: string): void => {
    log.push(line);
    told();
  };
  return new Credentials(folder, server, {
    host: HOST,
    log: pino({}, { write }),
    ...(lookEvery !== undefined && { lookEvery }),
    ...(clock && { clock }),
  });
}

const something = (): Promise<void> => new Promise((resolve) => (told = resolve));

it('a certificate that expires within a month is renewed by the server itself, and the CA stays', async () => {
  const held = await credentials(5);
  const ca = await readFile(join(data, 'certs/ca.pem'), 'utf8');
  // As if it had been made 380 of its 397 days ago.
  await rm(join(data, 'certs'), { recursive: true });
  const old = await ensureCertificates(join(data, 'certs'), {
    hosts: servedHosts(HOST),
    now: new Date(Date.now() - 380 * DAY),
  });
  const stop = held.keepFresh();
  await something();
  stop();
  const [{ tls } = {}] = renewals;
  expect(audit).toMatchObject([{ event: 'certificate.renewed', actor: 'server' }]);
  expect(tls?.cert).not.toBe(old.cert);
  expect(Date.parse(new X509Certificate(tls?.cert ?? '').validTo)).toBeGreaterThan(Date.now() + 300 * DAY);
  expect(held.ca).toBe(old.ca);
  expect(held.ca).not.toBe(ca);
  expect(await readFile(join(data, 'certs/server.pem'), 'utf8')).toBe(tls?.cert);
});

it('valid files stay in use, and nothing is logged', async () => {
  const held = await credentials();
  const before = held.certificateEnds;
  const { certificateEnds, keys } = await held.renew();
  expect([certificateEnds, keys]).toEqual([before, held.keys.map(({ id }) => id)]);
  expect(audit).toEqual([]);
});

it('a key file with a mistake changes nothing, and the log says where it is, without a key', async () => {
  const held = await credentials(5);
  const before = held.keys;
  const secret = 'c0ffee'.repeat(10);
  await writeFile(join(data, 'psk.keys'), `broken:${secret}zz\n`);
  await expect(held.renew()).rejects.toThrow('psk.keys: line 1');
  const stop = held.keepFresh();
  await something();
  stop();
  expect(renewals).toEqual([]);
  expect(held.keys).toBe(before);
  expect(log.join('')).toContain('psk.keys: line 1');
  expect(log.join('')).not.toContain(secret);
});

it('a certificate that was made while the clock was ahead is not used once the clock is right again', async () => {
  let ahead = 0;
  const held = await credentials(undefined, () => Date.now() + ahead);
  const served = (): X509Certificate => new X509Certificate(renewals.at(-1)?.tls?.cert ?? '');
  await held.renew();
  const good = served().fingerprint256;
  ahead = 2 * 365 * DAY;
  await held.judge();
  expect(Date.parse(served().validFrom)).toBeGreaterThan(Date.now() + 700 * DAY);
  ahead = 0;
  renewals = [];
  await held.judge();
  // First the previous one, which is valid, then the one in the folder.
  expect(new X509Certificate(renewals[0]?.tls?.cert ?? '').fingerprint256).toBe(good);
  expect(Date.parse(served().validFrom)).toBeLessThan(Date.now());
  expect(log.join('')).toMatch(/is not valid now; was the clock changed.*used again/s);
  expect(audit.map(({ event }) => event)).toEqual(['certificate.renewed', 'certificate.renewed']);
});

it('reports once that no certificate can be made, and keeps the current one', async () => {
  let ahead = 0;
  const held = await credentials(undefined, () => Date.now() + ahead);
  const before = held.certificateEnds;
  ahead = 12 * 365 * DAY;
  await expect(held.judge()).rejects.toThrow('expired on');
  await held.judge();
  expect(renewals).toEqual([]);
  expect(held.certificateEnds).toBe(before);
  expect(log).toHaveLength(1);
});
