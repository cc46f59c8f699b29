/** The certificates in a data folder: read, and renewed. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { ensureCertificates } from '#certs/ensure';
import { servedHosts } from '#certs/hosts';
import { dataPaths } from '#data-folder/paths';
import { plainAddress } from '#protocol/addresses';
import type { CertificateRow } from '#web/operator/answers';
import type { FolderWork } from './folder-work.ts';

/** Rejects when a file is missing or not a certificate. */
export async function certificatesIn(data: string): Promise<CertificateRow[]> {
  const { caFile, certificates } = dataPaths(data);
  return [
    rowOf('ca', await readFile(caFile, 'utf8')),
    rowOf('server', await readFile(join(certificates, 'server.pem'), 'utf8')),
  ];
}

/** Makes a new certificate for a server whose page listens on `host`. The CA stays the same. */
export async function renewCertificate({ data, audit }: FolderWork, host: string): Promise<CertificateRow> {
  const { certificates } = dataPaths(data);
  await ensureCertificates(certificates, { hosts: servedHosts(host), now: new Date(), renew: true });
  const [, leaf] = await certificatesIn(data);
  if (!leaf) throw new Error(`there is no certificate in ${certificates}`);
  await audit('certificate.renewed', `until ${new Date(leaf.until).toISOString()}`);
  return leaf;
}

function rowOf(what: CertificateRow['what'], pem: string): CertificateRow {
  const { subjectAltName = '', validFrom, validTo, fingerprint256: fingerprint } = new X509Certificate(pem);
  const names = subjectAltName.split(', ').filter((name) => name !== '');
  return {
    what,
    names: names.map((name) => ownSpelling(name.replace(/^(DNS|IP Address):/, ''))),
    from: Date.parse(validFrom),
    until: Date.parse(validTo),
    fingerprint,
  };
}

/** OpenSSL writes an IPv6 address out in full and in capitals. */
function ownSpelling(name: string): string {
  return isIP(name) === 0 ? name : plainAddress(name);
}
