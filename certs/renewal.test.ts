import { X509Certificate, generateKeyPairSync } from 'node:crypto';
import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureCertificates } from './ensure.ts';
import { generateKey, issueLeaf } from './issue.ts';
import {
  HOSTS,
  NOW,
  DAY,
  dir,
  startFromTemplate,
  mode,
  read,
  useCertificateFolders,
} from '../test/support/servers/certificate-folders.ts';

useCertificateFolders();

const later = (days: number) => new Date(NOW.getTime() + days * DAY);

describe('a later start', () => {
  startFromTemplate();

  it('uses what is there', async () => {
    const first = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    const second = await ensureCertificates(dir, { hosts: HOSTS, now: later(300) });
    expect(second).toEqual({ ca: first.ca, cert: first.cert, key: first.key, created: false });
  });

  it('closes a key file that others could read', async () => {
    await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    chmodSync(join(dir, 'server.key'), 0o644);
    chmodSync(dir, 0o755);
    await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    expect([mode('.'), mode('server.key')]).toEqual(['700', '600']);
  });

  it('works without the key of the CA while nothing needs to be signed', async () => {
    const first = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    rmSync(join(dir, 'ca.key'));
    expect((await ensureCertificates(dir, { hosts: HOSTS, now: NOW })).cert).toBe(first.cert);
    const renewal = ensureCertificates(dir, { hosts: HOSTS, now: later(390) });
    await expect(renewal).rejects.toMatchObject({ code: 'ca_incomplete', subject: join(dir, 'ca.key') });
  });
});

describe('the server certificate is renewed under the same CA', () => {
  startFromTemplate();

  const reissue = async (change: () => void, hosts: readonly string[] = HOSTS, now: Date = NOW) => {
    const first = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    change();
    const second = await ensureCertificates(dir, { hosts, now });
    const leaf = new X509Certificate(second.cert);
    expect(second).toMatchObject({ ca: first.ca, created: false });
    expect(second.cert).not.toBe(first.cert);
    expect(leaf.verify(new X509Certificate(first.ca).publicKey)).toBe(true);
    return { issued: second.issued, leaf, keptKey: second.key === first.key };
  };
  const nothing = () => undefined;

  it('when it is near its end', async () => {
    const { issued, leaf } = await reissue(nothing, HOSTS, later(370));
    expect(issued).toMatch(/^the old one ends /);
    expect(new Date(leaf.validTo) > later(700)).toBe(true);
  });

  it('when it does not name a host', async () => {
    const { issued, leaf } = await reissue(nothing, [...HOSTS, '192.0.2.7', 'new-name.example']);
    expect(issued).toBe('the old one did not name 192.0.2.7');
    expect(leaf.checkIP('192.0.2.7')).toBe('192.0.2.7');
    expect(leaf.checkHost('new-name.example')).toBe('new-name.example');
  });

  it('when the clock was ahead when it was made', async () => {
    const first = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    const early = issueLeaf({
      caKey: read('ca.key'),
      caEnd: later(3000),
      key: first.key,
      hosts: HOSTS,
      now: later(9),
    });
    writeFileSync(join(dir, 'server.pem'), early);
    const { issued } = await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    expect(issued).toBe('the old one was not valid yet');
  });

  it('when its file is gone', async () => {
    const { issued, keptKey } = await reissue(() => rmSync(join(dir, 'server.pem')));
    expect([issued, keptKey]).toEqual(['there was none', true]);
  });

  it('when its key is gone', async () => {
    const { issued, keptKey } = await reissue(() => rmSync(join(dir, 'server.key')));
    expect([issued, keptKey]).toEqual(['the old one did not match its key', false]);
  });

  it('when another CA of the same name issued it', async () => {
    const otherKey = await generateKey();
    const { issued } = await reissue(() => {
      const key = read('server.key');
      const foreign = issueLeaf({ caKey: otherKey, caEnd: later(3000), key, hosts: HOSTS, now: NOW });
      writeFileSync(join(dir, 'server.pem'), foreign);
    });
    expect(issued).toBe('the old one was not issued by this CA');
  });
});

describe('what cannot be used is named, and left alone', () => {
  startFromTemplate();

  const refusal = async (change: () => void, now: Date = NOW) => {
    await ensureCertificates(dir, { hosts: HOSTS, now: NOW });
    change();
    const before = readdirSync(dir).map((name) => [name, read(name)]);
    const error = await ensureCertificates(dir, { hosts: HOSTS, now }).catch((thrown: unknown) => thrown);
    expect(readdirSync(dir).map((name) => [name, read(name)])).toEqual(before);
    return error;
  };
  const overwrite = (name: string, text: string) => () => writeFileSync(join(dir, name), text);

  it.each(['ca.pem', 'ca.key', 'server.pem', 'server.key'])('a damaged %s', async (name) => {
    const error = await refusal(overwrite(name, '-----BEGIN NONSENSE-----\n'));
    expect(error).toMatchObject({ code: 'damaged', subject: join(dir, name) });
  });

  it('a key of another type', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(await refusal(overwrite('server.key', pem))).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('ed25519') as string,
    });
  });

  it('a CA certificate that is gone while the server certificate is there', async () => {
    const error = await refusal(() => rmSync(join(dir, 'ca.pem')));
    expect(error).toMatchObject({ code: 'ca_incomplete', subject: join(dir, 'ca.pem') });
  });

  it('a CA key that does not belong to its certificate', async () => {
    const other = await generateKey();
    expect(await refusal(overwrite('ca.key', other))).toMatchObject({ code: 'ca_unusable' });
  });

  it('an expired CA', async () => {
    const error = await refusal(() => undefined, later(3700));
    expect(error).toMatchObject({
      code: 'ca_unusable',
      message: expect.stringContaining('expired on') as string,
    });
  });

  it('a server certificate in place of the CA', async () => {
    const error = await refusal(() => overwrite('ca.pem', read('server.pem'))());
    expect(error).toMatchObject({
      code: 'ca_unusable',
      message: expect.stringContaining('not the certificate of a CA') as string,
    });
  });

  it('a file where the folder should be', async () => {
    const file = join(dir, 'ca.pem');
    const start = ensureCertificates(file, { hosts: HOSTS, now: NOW });
    await expect(start).rejects.toMatchObject({ code: 'unreadable', subject: file });
  });
});
