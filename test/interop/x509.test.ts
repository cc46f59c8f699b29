/** What OpenSSL, an independent program, says about certificates that hold everything which ours do not. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Field } from '#protocol/field';
import { readCertificate } from '#dissect/x509/certificate';
import { knownFields } from '#dissect/fields/known-fields';
import { pathFields, valueAt, valuesAt } from '../support/dissection/fields.ts';
import { describeWith } from '../support/programs/needs.ts';

const run = promisify(execFile);

const CONFIG = `
[req]
distinguished_name = dn
x509_extensions = ext
prompt = no
utf8 = yes
[dn]
C = AT
ST = Tirol
L = Zürich und Ωmega
O = Wire & Glass, Ltd.
1.OU = One
2.OU = Two
CN = rich.example
emailAddress = a@rich.example
serialNumber = 4711
1.DC = example
UID = u1
businessCategory = Private Organization
0.1.2.3.4.5 = odd
[ext]
basicConstraints = critical, CA:TRUE, pathlen:3
keyUsage = critical, digitalSignature, keyCertSign, cRLSign, decipherOnly
extendedKeyUsage = serverAuth, clientAuth, OCSPSigning, 1.2.3.4
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always, issuer:always
subjectAltName = DNS:a.example, DNS:*.b.example, IP:10.1.2.3, IP:2001:db8::1, URI:https://c.example/x, email:d@e.example, RID:1.2.3.4, dirName:dir, otherName:1.2.3.4;UTF8:other
issuerAltName = DNS:issuer.example
nameConstraints = critical, permitted;DNS:.example, permitted;IP:10.0.0.0/255.0.0.0, excluded;email:bad.example
certificatePolicies = 2.23.140.1.2.1, 1.2.3.4, @policy
crlDistributionPoints = URI:http://crl.example/1.crl, URI:http://crl.example/2.crl
authorityInfoAccess = OCSP;URI:http://ocsp.example, caIssuers;URI:http://ca.example/ca.der
tlsfeature = status_request
policyConstraints = requireExplicitPolicy:2
inhibitAnyPolicy = 2
nsComment = "not read here"
[policy]
policyIdentifier = 1.3.5.8
CPS.1 = "http://cps.example/"
userNotice.1 = @notice
[notice]
explicitText = "Read this"
[dir]
O = Dir
CN = Name in a directory
`;

const KEYS = [
  {
    name: 'RSA',
    args: ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
    sign: ['-sha384'],
    key: 'RSA, 2048 bits',
  },
  {
    name: 'RSA-PSS',
    args: ['RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'],
    sign: ['-sha256'],
    key: 'RSA, 2048 bits',
  },
  {
    name: 'P-384',
    args: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
    sign: ['-sha384'],
    key: 'EC secp384r1, 384 bits',
  },
  { name: 'Ed25519', args: ['ED25519'], sign: [], key: 'Ed25519, 256 bits' },
  { name: 'Ed448', args: ['ED448'], sign: [], key: 'Ed448, 456 bits' },
] as const;

describeWith(['openssl'], 'openssl and our certificates', ({ openssl }) => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireglass-x509-'));
    await writeFile(join(folder, 'rich.conf'), CONFIG);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function made({
    name,
    args,
    sign,
  }: (typeof KEYS)[number]): Promise<{ der: Uint8Array; text: string }> {
    const path = (ending: string): string => join(folder, `${name}.${ending}`);
    await run(openssl, ['genpkey', '-algorithm', ...args, '-out', path('key')]);
    const request = ['req', '-x509', '-config', join(folder, 'rich.conf'), '-key', path('key'), ...sign];
    const dates = ['-days', '30000', '-set_serial', '0x80010203040506070809'];
    await run(openssl, [...request, ...dates, '-outform', 'DER', '-out', path('der')]);
    const shown = ['-noout', '-text', '-subject', '-nameopt', 'utf8,sep_comma_plus_space,sname'];
    const { stdout } = await run(openssl, ['x509', '-inform', 'DER', '-in', path('der'), ...shown]);
    return { der: new Uint8Array(await readFile(path('der'))), text: stdout };
  }

  describe.each(KEYS)('agree about a rich certificate with a key of $name', (kind) => {
    let fields: readonly Field[];
    let text: string;
    const said = (pattern: RegExp): string =>
      pattern.exec(text)?.[1]?.trim() ?? `nothing like ${pattern.source}`;
    const values = (path: string): string[] => valuesAt(fields, path).map(String);

    beforeAll(async () => {
      const { der, text: shown } = await made(kind);
      const reading = readCertificate(der, 0, der.length);
      expect(reading.fault).toBeUndefined();
      [fields, text] = [reading.fields, shown];
    });

    it('its names', () => {
      const ours = String(valueAt(fields, 'subject'));
      expect(ours).toBe(said(/^subject=(.*)$/m).replace(/ = /g, '='));
      expect(values('subject.organizational_unit')).toEqual(['One', 'Two']);
      expect(valueAt(fields, 'subject.locality')).toBe('Zürich und Ωmega');
      expect(valueAt(fields, 'subject.attribute')).toBe('1.2.3.4.5=odd');
    });

    it('its number, its dates and its algorithms', () => {
      expect(valueAt(fields, 'version')).toBe('v3');
      expect(valueAt(fields, 'serial_number')).toBe(
        said(/Serial Number:\s*([0-9a-f:]+)/).replaceAll(':', ''),
      );
      const dates = ['not_before', 'not_after'].map((name) => String(valueAt(fields, `validity.${name}`)));
      expect(dates.map((date) => Date.parse(date))).toEqual(
        [/Not Before: (.*)/, /Not After : (.*)/].map((pattern) => Date.parse(said(pattern))),
      );
      expect(String(valueAt(fields, 'signature_algorithm')).toLowerCase()).toBe(
        said(/Signature Algorithm: (.*)/).toLowerCase(),
      );
      expect(valueAt(fields, 'public_key')).toBe(kind.key);
    });

    it('its extensions', () => {
      expect(values('extensions.key_usage.usage')).toEqual([
        'digitalSignature',
        'keyCertSign',
        'cRLSign',
        'decipherOnly',
      ]);
      expect(said(/X509v3 Key Usage: critical\s+(.*)/)).toBe(
        'Digital Signature, Certificate Sign, CRL Sign, Decipher Only',
      );
      expect(values('extensions.extended_key_usage.purpose')).toEqual([
        'serverAuth',
        'clientAuth',
        'OCSPSigning',
        '1.2.3.4',
      ]);
      expect(valueAt(fields, 'extensions.basic_constraints')).toBe('CA, path length 3');
      expect(valueAt(fields, 'extensions.basic_constraints.critical')).toBe(true);
      expect(valueAt(fields, 'extensions.subject_key_identifier')).toBe(
        hex(said(/Subject Key Identifier:\s+(.*)/)),
      );
      expect(valueAt(fields, 'extensions.authority_key_identifier.key_identifier')).toBe(
        hex(said(/Subject Key Identifier:\s+(.*)/)),
      );
      expect(valueAt(fields, 'extensions.authority_key_identifier.serial_number')).toBe(
        '0080010203040506070809',
      );
    });

    it('the names it holds for', () => {
      const at = 'extensions.subject_alternative_name';
      expect(values(`${at}.dns_name`)).toEqual(['a.example', '*.b.example']);
      expect(values(`${at}.ip_address`)).toEqual(['10.1.2.3', '2001:db8::1']);
      expect(values(`${at}.uri`)).toEqual(['https://c.example/x']);
      expect(values(`${at}.email`)).toEqual(['d@e.example']);
      expect(values(`${at}.registered_id`)).toEqual(['1.2.3.4']);
      expect(values(`${at}.directory_name`)).toEqual(['O=Dir, CN=Name in a directory']);
      expect(values(`${at}.directory_name.common_name`)).toEqual(['Name in a directory']);
      expect(values('extensions.issuer_alternative_name.dns_name')).toEqual(['issuer.example']);
      expect(values('extensions.name_constraints.permitted.dns_name')).toEqual(['.example']);
      expect(values('extensions.name_constraints.permitted.ip_address')).toEqual(['10.0.0.0/8']);
      expect(values('extensions.name_constraints.excluded.email')).toEqual(['bad.example']);
    });

    it('where to read more about it', () => {
      expect(values('extensions.certificate_policies.policy')).toEqual([
        'domain-validated',
        '1.2.3.4',
        '1.3.5.8',
      ]);
      expect(values('extensions.certificate_policies.cps_uri')).toEqual(['http://cps.example/']);
      expect(values('extensions.certificate_policies.qualifier')).toHaveLength(1);
      expect(values('extensions.crl_distribution_points.uri')).toEqual([
        'http://crl.example/1.crl',
        'http://crl.example/2.crl',
      ]);
      expect(valueAt(fields, 'extensions.authority_info_access')).toBe(
        'ocsp: http://ocsp.example, caIssuers: http://ca.example/ca.der',
      );
      expect(valueAt(fields, 'extensions.tls_feature.feature')).toBe(5);
      expect(valueAt(fields, 'extensions.unknown_extension')).toBe('2.16.840.1.113730.1.13');
    });

    it('with a note and a source for every field, and every path in the list', () => {
      const prefix = 'tls.handshake.certificate_list.certificate';
      const known = new Map(knownFields().map((field) => [field.path, field]));
      for (const { path, field } of pathFields(fields, prefix)) {
        expect(known.has(path), path).toBe(true);
        expect(field.note, path).not.toBe('');
        expect(field.source, path).toMatch(/^RFC \d+ §/);
      }
    });
  });
});

function hex(colons: string): string {
  return colons.replaceAll(':', '').toLowerCase();
}
