/** Every chain of a collection of good and bad ones, over a real connection: the verdict and its reason. */
import { readFileSync } from 'node:fs';
import type { AddressInfo, LookupFunction } from 'node:net';
import { join } from 'node:path';
import { type Server, createServer } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { dial } from './dial.ts';
import { ChatError } from '../errors.ts';

interface CertificateCase {
  readonly id: string;
  readonly what: string;
  readonly connect_host: string;
  readonly must: string;
}

const REASONS: Readonly<Record<string, string>> = {
  expired: 'certificate_expired',
  'not-yet-valid': 'certificate_not_yet_valid',
  'wrong-host': 'certificate_wrong_host',
  'cn-only': 'certificate_wrong_host',
  'wildcard-two-levels': 'certificate_wrong_host',
  'wildcard-tld': 'certificate_wrong_host',
  'ip-as-dns': 'certificate_wrong_host',
  'self-signed': 'certificate_self_signed',
  'untrusted-root': 'certificate_untrusted',
  'incomplete-chain': 'certificate_untrusted',
  'leaf-signs-leaf': 'certificate_bad',
  'no-bc-signs-leaf': 'certificate_bad',
  pathlen: 'certificate_bad',
  'name-constraints': 'certificate_bad',
  'eku-client-only': 'certificate_bad',
  'rsa-1024': 'certificate_weak',
  'bad-signature': 'certificate_bad',
  'expired-intermediate': 'certificate_expired',
  'suffix-trick': 'certificate_wrong_host',
};

describeVectors('certcases', 'the certificate of a server', (folder) => {
  const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const cases = JSON.parse(text('cases.json')) as CertificateCase[];
  const ca = text('root.pem');
  let server: Server | undefined;
  let received = 0;

  afterEach(() => new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined))));

  async function serve(id: string): Promise<number> {
    received = 0;
    server = createServer({ cert: text(`${id}.chain.pem`), key: text(`${id}.key`) }, (socket) => {
      socket.on('data', (bytes: Buffer) => (received += bytes.length));
      socket.on('error', () => socket.destroy());
      socket.on('end', () => socket.end());
    });
    const listening = server;
    listening.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    return (listening.address() as AddressInfo).port;
  }

  // The names in the collection do not exist; they all resolve to this machine.
  const lookup = ((_host: string, options: { all?: boolean }, done: (...results: unknown[]) => void) => {
    if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
    else done(null, '127.0.0.1', 4);
  }) as unknown as LookupFunction;

  it.each(cases.map((row) => [row.id, row.what, row] as const))(
    '%s: %s',
    async (id, _what, { connect_host: host, must }) => {
      const port = await serve(id);
      const outcome = await dial({ wire: 'tls', host, port, ca, lookup, timeout: 5_000 }).catch(
        (error: unknown) => error,
      );
      if (must === 'accept') {
        expect(outcome).toMatchObject({ protection: expect.stringContaining('TLSv1.3') as string });
        await (outcome as Awaited<ReturnType<typeof dial>>).socket.close();
        return;
      }
      expect(outcome).toBeInstanceOf(ChatError);
      expect(outcome).toMatchObject({ code: REASONS[id], heals: false });
      expect((outcome as ChatError).message).toContain(`${host}:${port} (tls wire)`);
      expect(received).toBe(0);
    },
  );

  it('covers every bad chain of the collection', () => {
    const bad = cases.filter(({ must }) => must !== 'accept').map(({ id }) => id);
    expect(bad.sort()).toEqual(Object.keys(REASONS).sort());
  });
});
