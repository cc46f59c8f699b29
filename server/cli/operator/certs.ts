/** `wireglass certs`: the certificates of the tls wires. */
import type { Command } from 'commander';
import type { CertificateRow } from '#web/operator/answers';
import { certificatesIn, renewCertificate } from './certificates.ts';
import { type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { ownWork } from './folder-work.ts';
import { formatSpan, formatTime } from './format.ts';
import { printDone, printFacts } from './output.ts';
import { withServerOrAlone } from './remote.ts';

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

async function renew(flags: DataFlags): Promise<void> {
  const { data, host } = await settingsOf(flags);
  const { leaf, told } = await withServerOrAlone(data, async (server) =>
    server
      ? {
          leaf: await server.renewCertificate(),
          told: 'The running server uses it now; open connections go on.',
        }
      : { leaf: await renewCertificate(ownWork(data), host), told: 'The next start will use it.' },
  );
  printDone(`The server has a new certificate, until ${formatTime(leaf.until)}. ${told}`, flags, leaf);
}

function leftOf(until: number): string {
  const left = until - Date.now();
  return left > 0 ? `${formatSpan(left)} left` : 'expired';
}
