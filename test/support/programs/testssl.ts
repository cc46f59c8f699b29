/** testssl.sh and nmap, as judges of the tls wire. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../run/process.ts';

export interface Finding {
  readonly id: string;
  readonly severity: string;
  readonly finding: string;
}

/** Severities that a finding must not have. LOW and below say what could be different, not what is wrong. */
const BAD: ReadonlySet<string> = new Set(['MEDIUM', 'HIGH', 'CRITICAL', 'FATAL']);
/** A private CA publishes no revocations, and no log of certificates knows it. */
const PRIVATE_CA: ReadonlySet<string> = new Set([
  'cert_revocation',
  'cert_chain_of_trust',
  'cert_crlDistributionPoints',
  'cert_ocspURL',
  'certificate_transparency',
  'OCSP_stapling',
]);

export function isBad({ id, severity }: Finding): boolean {
  return BAD.has(severity) && !PRIVATE_CA.has(id);
}

/** Takes a minute or two. Rejects when testssl is not installed or gave up. */
export async function testssl(port: number, caFile: string): Promise<readonly Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-testssl-'));
  const report = join(folder, 'report.json');
  const args = ['--quiet', '--color', '0', '--warnings', 'off', '--add-ca', caFile, '--jsonfile', report];
  try {
    const { output } = await run('testssl', [...args, `127.0.0.1:${port}`]);
    const findings = await readFile(report, 'utf8').catch(() => {
      throw new Error(`testssl (Debian: testssl.sh) gave no report: ${output}`);
    });
    return JSON.parse(findings) as Finding[];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What nmap's ssl-enum-ciphers prints about the suites of a port. */
export async function enumCiphers(port: number, nmap = 'nmap'): Promise<string> {
  const { ok, output } = await run(nmap, [
    '-Pn',
    '-p',
    String(port),
    '--script',
    'ssl-enum-ciphers',
    '127.0.0.1',
  ]);
  if (!ok) throw new Error(`nmap (Debian: nmap) failed: ${output}`);
  return output;
}
