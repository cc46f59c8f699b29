/** The certificates of the server, and those that Mallory shows instead. They are made at the start, so that none is ever out of date. */
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificates, ensureCertificates } from '#certs/ensure';
import { type LeafOrder, generateKey, issueCa, issueLeaf } from '#certs/issue';
import type { OwnIdentity } from './mallory/tls-middle.ts';

/** The name that ana's client wants to see. */
export const SERVER_NAME = 'localhost';
const YEAR = 366 * 86_400_000;
const WEAK_BITS = 1_024;
const ROOT = 'Wireglass demo root';
const INTERMEDIATE = 'Wireglass demo intermediate';

export interface Identities {
  readonly server: Certificates;
  /** Private key of the server's certificate, PEM. */
  readonly serverKey: string;
  /** SHA-256 of the server's certificate, as Node writes it. */
  readonly fingerprint: string;
  /** What Mallory shows instead: made when it is first asked for, because its keys take seconds. */
  readonly frauds: () => Promise<Frauds>;
}

export interface Frauds {
  readonly caOfMallory: string;
  /** A root that trusts an intermediate CA, whose certificate stands in no message of Mallory's. */
  readonly root: string;
  readonly intermediate: string;
  readonly gallery: Readonly<Record<GalleryName, OwnIdentity>>;
}

export const GALLERY = [
  'ofMallory',
  'expired',
  'notYet',
  'wrongHost',
  'selfSigned',
  'nameless',
  'forClients',
  'brokenChain',
  'weakKey',
] as const;
export type GalleryName = (typeof GALLERY)[number];

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
  let frauds: Promise<Frauds> | undefined;
  return {
    server,
    serverKey: server.key,
    fingerprint: new X509Certificate(server.cert).fingerprint256,
    frauds: () => (frauds ??= makeFrauds(trusted, now)),
  };
}

/** `trusted`: the CA that clients trust. */
async function makeFrauds(trusted: Pick<LeafOrder, 'caKey' | 'caEnd'>, now: Date): Promise<Frauds> {
  const [key, caKey, rootKey, middleKey, weakKey] = (await Promise.all([
    ...Array.from({ length: 4 }, () => generateKey()),
    generateKey(WEAK_BITS),
  ])) as [string, string, string, string, string];
  const caOfMallory = issueCa(caKey, now);
  const root = issueCa(rootKey, now, { name: ROOT, furtherCas: 1 });
  const intermediate = issueCa(middleKey, now, { name: INTERMEDIATE, by: { name: ROOT, key: rootKey } });
  const usual = { ...trusted, key, hosts: [SERVER_NAME], now };
  const leaf = (change: Partial<LeafOrder>): OwnIdentity => {
    const order = { ...usual, ...change };
    return { cert: issueLeaf(order), key: order.key };
  };
  return {
    caOfMallory,
    root,
    intermediate,
    gallery: {
      ofMallory: leaf({ caKey, caEnd: endOf(caOfMallory) }),
      expired: leaf({ now: new Date(now.getTime() - 2 * YEAR) }),
      notYet: leaf({ now: new Date(now.getTime() + YEAR) }),
      wrongHost: leaf({ hosts: ['other.example'] }),
      selfSigned: leaf({ caKey: key, issuer: SERVER_NAME }),
      nameless: leaf({ flaw: 'no alternative names' }),
      forClients: leaf({ flaw: 'for clients' }),
      brokenChain: leaf({ caKey: middleKey, issuer: INTERMEDIATE }),
      weakKey: leaf({ key: weakKey }),
    },
  };
}

function endOf(pem: string): Date {
  return new Date(new X509Certificate(pem).validTo);
}
