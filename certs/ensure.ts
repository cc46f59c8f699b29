/**
 * The certificates of a data folder: made on the first start, reused from then on. People hand `ca.pem` around and
 * trust it, so the CA is never replaced behind their backs; only the server's own certificate is renewed.
 */
import { type KeyObject, X509Certificate, createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { CertificateError } from './errors.ts';
import { FILES, openFolder, placeKey, readCertificate, readKey, replaceCertificate } from './files.ts';
import { checkHosts, isAddress } from './hosts.ts';

const DAY = 86_400_000;
const RENEW_BEFORE_END = 30 * DAY;
/** TLS libraries refuse shorter RSA keys (OpenSSL at security level 2). */
export const LEAST_MODULUS_BITS = 2048;

export interface CertificateOptions {
  /** DNS names and IP addresses that the server answers to; `ownHosts()` gives this machine's. */
  readonly hosts: readonly string[];
  readonly now: Date;
  /** Makes a new certificate for the server although the old one would do. */
  readonly renew?: boolean;
}

export interface Certificates {
  /** PEM texts: the CA's certificate, the server's certificate, the server's private key. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** True when the CA is new: anyone who trusted an earlier one needs the new `ca.pem`. */
  readonly created: boolean;
  /** Why the server's certificate was made in this call; absent when the one that was there is used. */
  readonly issued?: string;
}

interface Ca {
  readonly pem: string;
  readonly certificate: X509Certificate;
  /** Absent when only the certificate is kept here: enough to serve, not to renew. */
  readonly key: string | undefined;
  readonly created: boolean;
}

/**
 * Certificates in `dir` (`ca.pem`, `ca.key`, `server.pem`, `server.key`), made or renewed where needed.
 * Throws `CertificateError`: bad_host, unreadable, damaged, ca_incomplete, ca_unusable.
 */
export async function ensureCertificates(
  dir: string,
  { hosts, now, renew: wanted = false }: CertificateOptions,
): Promise<Certificates> {
  checkHosts(hosts);
  await openFolder(dir);
  const ca = await ensureCa(dir, now);
  const key = await ensureKey(join(dir, FILES.key));
  const path = join(dir, FILES.certificate);
  const held = await readCertificate(path);
  const flawOf = (pem: string): string | undefined => flaw(parse(path, pem), ca, { key, hosts, now });
  const issued =
    held === undefined
      ? 'there was none'
      : (flawOf(held) ?? (wanted ? 'a new one was asked for' : undefined));
  if (held !== undefined && issued === undefined) {
    return { ca: ca.pem, cert: held, key, created: ca.created };
  }
  const cert = await renew(path, ca, { key, hosts, now });
  return { ca: ca.pem, cert, key, created: ca.created, ...(issued !== undefined && { issued }) };
}

async function ensureCa(dir: string, now: Date): Promise<Ca> {
  const [path, keyPath] = [join(dir, FILES.caCertificate), join(dir, FILES.caKey)];
  const pem = await readCertificate(path);
  if (pem === undefined) return createCa(dir, now);
  const certificate = parse(path, pem);
  const key = await readKey(keyPath);
  if (key !== undefined) checkKey(keyPath, key);
  checkCa(path, certificate, key, now);
  return { pem, certificate, key, created: false };
}

/** A start that was killed in between leaves a CA key without a certificate: the key is used again. */
async function createCa(dir: string, now: Date): Promise<Ca> {
  const path = join(dir, FILES.caCertificate);
  if ((await readCertificate(join(dir, FILES.certificate))) !== undefined) {
    const remedy = `put it back, or remove ${FILES.certificate} as well to start with a new CA`;
    throw new CertificateError(
      'ca_incomplete',
      path,
      `missing, while ${FILES.certificate} is there; ${remedy}`,
    );
  }
  const { issueCa } = await import('./issue.ts');
  const key = await ensureKey(join(dir, FILES.caKey));
  const pem = issueCa(key, now);
  await replaceCertificate(path, pem);
  return { pem, certificate: new X509Certificate(pem), key, created: true };
}

async function ensureKey(path: string): Promise<string> {
  const held = await readKey(path);
  if (held === undefined) {
    const { generateKey } = await import('./issue.ts');
    return placeKey(path, await generateKey());
  }
  checkKey(path, held);
  return held;
}

function checkKey(path: string, pem: string): void {
  const remedy = 'put a good copy back, or remove the file to have a new key made';
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (error) {
    const problem = pem.trim() === '' ? 'it is empty' : 'not an unencrypted private key in PEM';
    throw new CertificateError('damaged', path, `${problem}; ${remedy}`, error);
  }
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: { modulusLength = 0 } = {} } = key;
  if (type !== 'rsa')
    throw new CertificateError('damaged', path, `a key of type ${type}, not rsa; ${remedy}`);
  if (modulusLength < LEAST_MODULUS_BITS) {
    const problem = `a key of ${modulusLength} bits, at least ${LEAST_MODULUS_BITS} are needed`;
    throw new CertificateError('damaged', path, `${problem}; ${remedy}`);
  }
}

function checkCa(path: string, ca: X509Certificate, key: string | undefined, now: Date): void {
  const remedy = `remove ${FILES.caCertificate}, ${FILES.caKey} and ${FILES.certificate} to start with a new CA`;
  const refuse = (problem: string) => new CertificateError('ca_unusable', path, `${problem}; ${remedy}`);
  if (!ca.ca) throw refuse('not the certificate of a CA');
  if (now > new Date(ca.validTo)) throw refuse(`expired on ${ca.validTo}`);
  if (now < new Date(ca.validFrom)) throw refuse(`valid only from ${ca.validFrom}; is the clock right?`);
  if (key !== undefined && !ca.checkPrivateKey(createPrivateKey(key))) {
    throw refuse(`does not belong to ${FILES.caKey}`);
  }
}

interface LeafNeeds extends CertificateOptions {
  readonly key: string;
}

/** Why the server's certificate must be made again, or `undefined`. */
function flaw(leaf: X509Certificate, ca: Ca, { key, hosts, now }: LeafNeeds): string | undefined {
  if (!leaf.checkPrivateKey(createPrivateKey(key))) return 'the old one did not match its key';
  if (!leaf.checkIssued(ca.certificate) || !leaf.verify(ca.certificate.publicKey)) {
    return 'the old one was not issued by this CA';
  }
  if (now < new Date(leaf.validFrom)) return 'the old one was not valid yet';
  // Near the CA's own end a new certificate would end no later: renewing on every start would gain nothing.
  const end = new Date(leaf.validTo);
  const caEnd = new Date(ca.certificate.validTo);
  if (end.getTime() - now.getTime() < RENEW_BEFORE_END && end < caEnd)
    return `the old one ends ${leaf.validTo}`;
  const missing = hosts.find((host) => !covers(leaf, host));
  return missing === undefined ? undefined : `the old one did not name ${missing}`;
}

function covers(leaf: X509Certificate, host: string): boolean {
  if (isAddress(host)) return leaf.checkIP(host) !== undefined;
  return leaf.checkHost(host, { subject: 'never', wildcards: false }) !== undefined;
}

async function renew(path: string, ca: Ca, { key, hosts, now }: LeafNeeds): Promise<string> {
  if (ca.key === undefined) {
    const problem = `missing, and ${FILES.certificate} must be renewed; put it back, or start with a new CA`;
    throw new CertificateError('ca_incomplete', join(path, '..', FILES.caKey), problem);
  }
  // Loaded on demand: most starts issue nothing.
  const { issueLeaf } = await import('./issue.ts');
  const caEnd = new Date(ca.certificate.validTo);
  const pem = issueLeaf({ caKey: ca.key, caEnd, key, hosts, now });
  if (!new X509Certificate(pem).checkIssued(ca.certificate)) {
    const problem = `not made by Wireglass (its subject is ${JSON.stringify(ca.certificate.subject)})`;
    throw new CertificateError('ca_unusable', join(path, '..', FILES.caCertificate), problem);
  }
  await replaceCertificate(path, pem);
  return pem;
}

function parse(path: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    const problem =
      'not a certificate in PEM; put a good copy back, or remove the file to have a new one made';
    throw new CertificateError('damaged', path, problem, error);
  }
}
