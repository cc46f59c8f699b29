import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CIPHER_SUITES, SUPPORTED_GROUPS } from '#dissect/tls/registries';
import { cipherNeeded, tlsSuite } from '#dissect/tls/suites';
import { REGISTRIES, entries, registriesText } from './tls-registries.ts';

describe('the names of TLS', () => {
  it('are those of the copy of the registries (if they are not: node --import tsx test/gates/tls-registries.ts)', async () => {
    expect(await registriesText()).toBe(readFileSync(REGISTRIES, 'utf8'));
  });

  it('refuse a line that is not an entry', () => {
    expect(() => entries('registry,value,name,from\nalerts,x,oops,IANA')).toThrow(/not an entry/);
    expect(() => entries('registry,value,name,from\nalerts,3,oops')).toThrow(/not an entry/);
  });

  it('cover every suite and every group that is registered', () => {
    expect(Object.keys(CIPHER_SUITES).length).toBeGreaterThan(340);
    expect([0xc004, 0x0032, 0x000a, 0x0005, 0x0041, 0xc03c, 0x0002].map((id) => tlsSuite(id).name)).toEqual([
      'TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA',
      'TLS_DHE_DSS_WITH_AES_128_CBC_SHA',
      'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
      'TLS_RSA_WITH_RC4_128_SHA',
      'TLS_RSA_WITH_CAMELLIA_128_CBC_SHA',
      'TLS_RSA_WITH_ARIA_128_CBC_SHA256',
      'TLS_RSA_WITH_NULL_SHA',
    ]);
    expect([1, 14, 0x28, 0xff01].map((id) => SUPPORTED_GROUPS[id])).toEqual([
      'sect163k1',
      'sect571r1',
      'GC512C',
      'arbitrary_explicit_prime_curves',
    ]);
  });

  it('stand in the reference, each suite once: as one that is opened, or as one that is not', () => {
    const page = readFileSync('docs/reference/tls-suites.md', 'utf8');
    const [opened = '', sealed = ''] = page.slice(page.indexOf('## Opened')).split('## Not opened');
    const named = (part: string): (string | undefined)[] =>
      [...part.matchAll(/^\| 0x[0-9a-f]{4} \| `([^`]+)`/gm)].map(([, name]) => name);
    expect([...named(opened), ...named(sealed)].toSorted()).toEqual(Object.values(CIPHER_SUITES).toSorted());
    const suites = Object.keys(CIPHER_SUITES).map((id) => tlsSuite(Number(id)));
    const openable = suites.filter((suite) => cipherNeeded(suite) !== undefined);
    expect(named(opened).toSorted()).toEqual(openable.map(({ name }) => name).toSorted());
  });

  it.each([
    ['TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384', 0xc032, 'aes-256-gcm'],
    ['TLS_RSA_WITH_ARIA_256_CBC_SHA384', 0xc03d, 'aria'],
    ['TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA', 0x0016, '3des-ede'],
    ['TLS_RSA_WITH_RC4_128_MD5', 0x0004, 'none'],
    ['TLS_RSA_WITH_NULL_SHA256', 0x003b, 'none'],
    ['TLS_RSA_WITH_CAMELLIA_128_GCM_SHA256', 0xc07a, 'camellia-128-gcm'],
    ['TLS_RSA_EXPORT_WITH_RC4_40_MD5', 0x0003, undefined],
    ['TLS_SHA256_SHA256', 0xc0b4, undefined],
  ])('tell what opens %s', (name, id, cipher) => {
    expect(tlsSuite(id).name).toBe(name);
    expect(cipherNeeded(tlsSuite(id))).toBe(cipher);
  });
});
