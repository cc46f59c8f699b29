/** The certificates of the server, and those that Mallory shows instead. They are made at the start, so that none is ever out of date. */
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificates, ensureCertificates } from '#certs/ensure';
import { generateKey, issueCa, issueLeaf } from '#certs/issue';
import type { OwnIdentity } from './mallory/tls-middle.ts';

/** The name that ana's client wants to see. */
export const SERVER_NAME = 'localhost';
const YEAR = 366 * 86_400_000;

export interface Identities {
  readonly server: Certificates;
  /** Private key of the server's certificate, PEM. */
  readonly serverKey: string;
  /** SHA-256 of the server's certificate, as Node writes it. */
  readonly fingerprint: string;
  readonly caOfMallory: string;
  /** Signed by Mallory's own CA, and right in everything else. */
  readonly ofMallory: OwnIdentity;
  /** These are signed by the CA that ana trusts, but for the last. */
  readonly expired: OwnIdentity;
  readonly notYet: OwnIdentity;
  readonly wrongHost: OwnIdentity;
  readonly selfSigned: OwnIdentity;
}

let made: Promise<Identities> | undefined;

/** The same for all worlds of this process: their keys take longer to make than anything else. */
export function identities(): Promise<Identities> {
  return (made ??= make());
}

async function make(): Promise<Identities> {
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-attack-'));
  const now = new Date();
  const server = await ensureCertificates(folder, { hosts: [SERVER_NAME, '127.0.0.1'], now });
  const trusted = { caKey: await readFile(join(folder, 'ca.key'), 'utf8'), caEnd: endOf(server.ca) };
  await rm(folder, { recursive: true });
  const [key, caKey] = await Promise.all([generateKey(), generateKey()]);
  const caOfMallory = issueCa(caKey, now);
  const own = { caKey, caEnd: endOf(caOfMallory) };
  const leaf = (ca: typeof trusted, at = now, host = SERVER_NAME): OwnIdentity => ({
    cert: issueLeaf({ ...ca, key, hosts: [host], now: at }),
    key,
  });
  return {
    server,
    serverKey: server.key,
    fingerprint: new X509Certificate(server.cert).fingerprint256,
    caOfMallory,
    ofMallory: leaf(own),
    expired: leaf(trusted, new Date(now.getTime() - 2 * YEAR)),
    notYet: leaf(trusted, new Date(now.getTime() + YEAR)),
    wrongHost: leaf(trusted, now, 'other.example'),
    selfSigned: { cert: caOfMallory, key: caKey },
  };
}

function endOf(pem: string): Date {
  return new Date(new X509Certificate(pem).validTo);
}
