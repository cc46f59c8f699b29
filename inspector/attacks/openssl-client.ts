/**
 * Another client, where this machine has one. Node looks at a certificate when the handshake is over, and closes the connection
 * without a word; openssl says with an alert why it refuses one (RFC 8446 §6.2).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Address } from '#tap/tap';

/** Milliseconds until it is given up. */
const PATIENCE = 5_000;

export interface OpensslOptions {
  /** PEM. */
  readonly ca: string;
  readonly servername: string;
  readonly newestTls: 'TLSv1.2' | undefined;
}

/** Connects, checks the certificate, and leaves. Resolves when it has gone: false where there is no openssl. */
export async function visitWithOpenssl(at: Address, options: OpensslOptions): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-attack-'));
  try {
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, options.ca);
    const client = spawn('openssl', argumentsFor(at, ca, options), { stdio: 'ignore', timeout: PATIENCE });
    // It rejects with the error of a program that is not there.
    return await once(client, 'exit').then(
      () => true,
      () => false,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function argumentsFor(
  { host, port }: Address,
  ca: string,
  { servername, newestTls }: OpensslOptions,
): string[] {
  return [
    's_client',
    ...['-connect', `${host}:${port}`],
    ...['-servername', servername, '-verify_hostname', servername, '-CAfile', ca, '-verify_return_error'],
    // What Node asks for, too: no key below 2,048 bits.
    ...['-cipher', 'DEFAULT@SECLEVEL=2'],
    ...(newestTls === 'TLSv1.2' ? ['-tls1_2'] : []),
  ];
}
