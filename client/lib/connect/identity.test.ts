import type { PeerCertificate } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { checkIdentity, hostFlaw } from './identity.ts';

describe('a host that a certificate can be checked against', () => {
  it.each([
    'localhost',
    'a.example.com',
    'EXAMPLE.com.',
    'xn--bcher-kva.example',
    '127.0.0.1',
    '::1',
    'fe80::1',
    'x1.2y',
  ])('%s', (host) => {
    expect(hostFlaw(host)).toBeUndefined();
  });
});

describe('a host that cannot be checked', () => {
  it.each([
    ['Unicode letters', 'bücher.example'],
    ['an ideographic full stop', 'a。example.com'],
    ['a NUL', 'localhost\0.evil.example'],
    ['an empty label', 'a..example'],
    ['nothing', ''],
    ['a label that begins with a dash', '-a.example'],
    ['a slash', 'a/b'],
    ['a short address', '127.1'],
    ['a hexadecimal address', '0x7f.0.0.1'],
    ['an address as one number', '2130706433'],
    ['an octal address', '0177.0.0.1'],
    ['leading zeros in an address', '0:0:0:0:0:0:0:1'],
    ['an address with a zone', 'fe80::1%eth0'],
  ])('%s: %j', (_, host) => {
    expect(hostFlaw(host)).toBeTypeOf('string');
  });
});

describe('a certificate', () => {
  const certificate = (subjectaltname?: string) =>
    ({ subject: { CN: 'localhost' }, ...(subjectaltname && { subjectaltname }) }) as PeerCertificate;

  it.each([
    ['localhost', 'DNS:localhost'],
    ['127.0.0.1', 'IP Address:127.0.0.1'],
    ['a.example.com', 'DNS:*.example.com'],
  ])('for %s may list %s', (host, names) => {
    expect(checkIdentity(host, certificate(names))).toBeUndefined();
  });

  it.each([
    ['localhost', undefined],
    ['localhost', 'DNS:localhost.evil.example'],
    ['127.0.0.1', 'DNS:127.0.0.1'],
    ['a.b.example.com', 'DNS:*.example.com'],
    ['localhost', 'IP Address:127.0.0.1'],
  ])('for %s may not list %s', (host, names) => {
    expect(checkIdentity(host, certificate(names))).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });
});
