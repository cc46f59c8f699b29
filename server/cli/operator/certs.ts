/** `wireglass certs`: the certificates of the tls wires. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isIP } from 'node:net';
import type { Command } from 'commander';
import { ensureCertificates } from '#certs/ensure';
import { servedHosts } from '#certs/hosts';
import { dataPaths } from '#data-folder/paths';
import { plainAddress } from '#protocol/addresses';
import { auditLine } from './audit-line.ts';
import { type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { formatSpan, formatTime } from './format.ts';
import { printDone, printFacts } from './output.ts';
import { withServerOrAlone } from './remote.ts';

export interface CertificateRow {
  readonly what: 'ca' | 'server';
  /** Names and addresses that it covers. */
  readonly names: readonly string[];
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  /** SHA-256, as browsers and openssl show it. */
  readonly fingerprint: string;
}

export function register(program: Command): void {
  const certs = program.command('certs').description('show and renew the certificates of the tls wires');
  withDataOptions(certs.command('show', { isDefault: true }))
    .description('show dates, names and fingerprints')
    .action(async (flags: DataFlags) => {
      const { data } = await settingsOf(flags);
      const rows = await certificatesIn(data);
      if (flags.json) console.log(JSON.stringify(rows, null, 2));
      else for (const row of rows) printFacts(row, factsOf(row), flags);
    });
  withDataOptions(certs.command('renew'))
    .description('make a new certificate for the server, which uses it at once; the CA stays the same')
    .action(renew);
}

function factsOf({ what, names, from, until, fingerprint }: CertificateRow): [string, string][] {
  return [
    ['certificate', what],
    ['valid', `from ${formatTime(from)} to ${formatTime(until)}, ${leftOf(until)}`],
    ...(names.length > 0 ? [['names', names.join(', ')] as [string, string]] : []),
    ['SHA-256', fingerprint],
  ];
}

/** Rejects when a file is missing or not a certificate. */
export async function certificatesIn(data: string): Promise<CertificateRow[]> {
  const { caFile, certificates } = dataPaths(data);
  return [
    rowOf('ca', await readFile(caFile, 'utf8')),
    rowOf('server', await readFile(join(certificates, 'server.pem'), 'utf8')),
  ];
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

async function renew(flags: DataFlags): Promise<void> {
  const { data, host } = await settingsOf(flags);
  const told = await withServerOrAlone(data, async (server) => {
    // A running server knows where it listens, which may have been set on its command line.
    const served = server ? (await server.status()).host : host;
    await ensureCertificates(dataPaths(data).certificates, {
      hosts: servedHosts(served),
      now: new Date(),
      renew: true,
    });
    await server?.renew();
    return server ? 'The running server uses it now; open connections go on.' : 'The next start will use it.';
  });
  const [, leaf] = await certificatesIn(data);
  if (!leaf) return;
  await auditLine(data, 'certificate.renewed', `until ${new Date(leaf.until).toISOString()}`);
  printDone(`The server has a new certificate, until ${formatTime(leaf.until)}. ${told}`, flags, leaf);
}

function leftOf(until: number): string {
  const left = until - Date.now();
  return left > 0 ? `${formatSpan(left)} left` : 'expired';
}
