/** OpenSSL's own program judges the certificates of the solution, more strictly than a TLS client does. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { generateKey } from '#certs/issue';
import { describeWith } from '../../test/support/programs/needs.ts';
import { issue, makeCa } from './solution.ts';

const YEAR = 365 * 86_400_000;

describeWith(['openssl'], 'the certificates of lab 08', ({ openssl }) => {
  const folder = mkdtempSync(join(tmpdir(), 'wireglass-lab-08-'));
  const [ca, server] = [join(folder, 'ca.pem'), join(folder, 'server.pem')];
  afterAll(() => rmSync(folder, { recursive: true }));

  it('pass openssl verify -x509_strict, by name and by address', async () => {
    const validity = { from: Date.now() - YEAR, until: Date.now() + YEAR };
    const [caKey, serverKey] = await Promise.all([generateKey(), generateKey()]);
    const cert = makeCa({ name: 'A CA of the lab', key: caKey, ...validity });
    const publicKey = createPublicKey(createPrivateKey(serverKey))
      .export({ type: 'spki', format: 'pem' })
      .toString();
    const names = ['chat.example', '127.0.0.1', '::1'];
    writeFileSync(ca, cert);
    writeFileSync(server, issue({ cert, key: caKey }, { publicKey, names, ...validity }));
    const verify = (...more: string[]): string =>
      execFileSync(openssl, [
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-CAfile',
        ca,
        ...more,
        server,
      ]).toString();
    expect(verify('-verify_hostname', 'chat.example')).toContain('OK');
    expect(verify('-verify_ip', '127.0.0.1')).toContain('OK');
    expect(verify('-verify_ip', '::1')).toContain('OK');
    expect(() => verify('-verify_hostname', 'other.example')).toThrow(/hostname mismatch/i);
  });
});
