import { X509Certificate } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex } from '#protocol/bytes';
import { misplaced, pathFields, valueAt } from '../../../test/support/dissection/fields.ts';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { CERTIFICATE_FIELDS, readCertificate } from './certificate.ts';

describeVectors('certcases', 'the certificates of the lab', (folder) => {
  const chains = readdirSync(folder).filter((name) => name.endsWith('.pem'));
  const certificates = chains.flatMap((name) =>
    pems(readFileSync(join(folder, name), 'latin1')).map((pem, i) => ({ name: `${name} [${i}]`, pem })),
  );

  it('are many', () => expect(certificates.length).toBeGreaterThan(22));

  it.each(certificates)('$name reads as node reads it', ({ pem }) => {
    const theirs = new X509Certificate(pem);
    const bytes = new Uint8Array(theirs.raw);
    const { fields, fault } = readCertificate(bytes, 0, bytes.length);
    expect(fault).toBeUndefined();
    expect(valueAt(fields, 'serial_number')).toBe(theirs.serialNumber.toLowerCase());
    expect(names(valueAt(fields, 'subject'))).toEqual(theirs.subject.split('\n'));
    expect(names(valueAt(fields, 'issuer'))).toEqual(theirs.issuer.split('\n'));
    expect(Date.parse(String(valueAt(fields, 'validity.not_before')))).toBe(Date.parse(theirs.validFrom));
    expect(Date.parse(String(valueAt(fields, 'validity.not_after')))).toBe(Date.parse(theirs.validTo));
    expect(alternatives(fields)).toEqual(theirs.subjectAltName?.split(', ') ?? []);
    expect(valueAt(fields, 'extensions.basic_constraints.ca') ?? false).toBe(theirs.ca);
    expect(keyOf(fields)).toEqual(keyOfNode(theirs));
    expect(misplaced(fields, bytes.length)).toEqual([]);
  });

  it('cut short anywhere say so, with ranges inside the bytes', () => {
    const whole = new Uint8Array(new X509Certificate(certificates[0]?.pem ?? '').raw);
    for (let length = 0; length < whole.length; length++) {
      const { fields, fault } = readCertificate(whole.subarray(0, length), 0, length);
      expect(fault, `${length} bytes`).toBeDefined();
      expect(misplaced(fields, length)).toEqual([]);
    }
  });

  it('with any byte changed throw nothing, and name no field that is not listed', () => {
    const known = new Set(listed());
    const whole = new Uint8Array(new X509Certificate(certificates[0]?.pem ?? '').raw);
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        const changed = whole.slice();
        changed[at] = byte;
        const { fields } = readCertificate(changed, 0, changed.length);
        expect(misplaced(fields, changed.length)).toEqual([]);
        const paths = pathFields(fields, 'certificate').filter(({ field }) => field.name !== 'fault');
        expect(paths.map(({ path }) => path).filter((path) => !known.has(path))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a certificate', () => {
  it('whose DER nests too deep is not read', () => {
    const { fault } = readCertificate(nested(200), 0, nested(200).length);
    expect(fault).toBe('DER nested deeper than 32');
  });

  it('whose strings of bytes nest too deep is not read either', () => {
    let bytes: Uint8Array = fromHex('0500');
    for (let i = 0; i < 60; i++) bytes = concat([Uint8Array.of(0x04, bytes.length), bytes]);
    expect(readCertificate(bytes, 0, bytes.length).fault).toBe('DER nested deeper than 32');
  });

  it('that is larger than any real one is not read', () => {
    const bytes = concat([fromHex('3083 011170'), new Uint8Array(70_000)]);
    expect(readCertificate(bytes, 0, bytes.length).fault).toBe('70005 bytes of DER, at most 65536 are read');
  });

  it.each([
    ['', 'the DER ends before a length'],
    ['3000', 'what is signed is missing'],
    ['0500', 'a certificate is not of the type it should have'],
    ['30800000', 'a length that DER does not allow'],
    ['3005 0201', 'a DER value of 5 bytes where 2 are left'],
    ['3000 00', '1 byte more than the DER value has'],
  ])('of the bytes %s is not a certificate', (hex, reason) => {
    const bytes = fromHex(hex);
    expect(readCertificate(bytes, 0, bytes.length).fault).toBe(reason);
  });

  it('of any bytes at all throws nothing and stays inside them', () => {
    const tag = fc.constantFrom(0x30, 0x31, 0x02, 0x03, 0x04, 0x06, 0x0c, 0x17, 0xa0, 0xa3, 0x01, 0x1c, 0x09);
    const der = fc.letrec<{ node: Uint8Array }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.tuple(tag, fc.uint8Array({ maxLength: 6 })).map(([id, content]) => tlv(id, content)),
        fc.tuple(tag, fc.array(tie('node'), { maxLength: 7 })).map(([id, parts]) => tlv(id, concat(parts))),
      ),
    })).node;
    fc.assert(
      fc.property(fc.oneof(der, fc.uint8Array({ maxLength: 64 })), (bytes) => {
        expect(misplaced(readCertificate(bytes, 0, bytes.length).fields, bytes.length)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

function pems(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
}

function names(line: unknown): string[] {
  return line === '' ? [''] : String(line).split(', ');
}

type Fields = ReturnType<typeof readCertificate>['fields'];

/** As node writes them. */
function alternatives(fields: Fields): string[] {
  const kinds: Record<string, string> = {
    dns_name: 'DNS',
    ip_address: 'IP Address',
    uri: 'URI',
    email: 'email',
  };
  return pathFields(fields, '').flatMap(({ path, field }) => {
    const [, name] = /^\.extensions\.subject_alternative_name\.(\w+)$/.exec(path) ?? [];
    return name !== undefined && kinds[name] !== undefined ? [`${kinds[name]}:${field.value}`] : [];
  });
}

function keyOf(fields: Fields): object {
  const at = (name: string): unknown => valueAt(fields, `public_key.${name}`);
  return at('algorithm') === 'ecPublicKey'
    ? { kind: 'ec', curve: at('curve'), point: at('point') }
    : { kind: 'rsa', bits: at('key_size'), exponent: at('exponent'), modulus: at('modulus') };
}

function keyOfNode({ publicKey }: X509Certificate): object {
  const jwk = publicKey.export({ format: 'jwk' });
  const hex = (part: unknown): string => Buffer.from(String(part), 'base64url').toString('hex');
  if (publicKey.asymmetricKeyType === 'ec') {
    const curve = jwk.crv === 'P-256' ? 'secp256r1' : jwk.crv === 'P-384' ? 'secp384r1' : jwk.crv;
    return { kind: 'ec', curve, point: `04${hex(jwk.x)}${hex(jwk.y)}` };
  }
  const { modulusLength, publicExponent } = publicKey.asymmetricKeyDetails ?? {};
  return { kind: 'rsa', bits: modulusLength, exponent: Number(publicExponent), modulus: hex(jwk.n) };
}

function listed(specs: object = CERTIFICATE_FIELDS, prefix = 'certificate'): string[] {
  return Object.values(specs as Record<string, { name: string; fields?: object }>).flatMap(
    ({ name, fields = {} }) => [`${prefix}.${name}`, ...listed(fields, `${prefix}.${name}`)],
  );
}

function nested(depth: number): Uint8Array {
  let bytes: Uint8Array = fromHex('0500');
  for (let i = 0; i < depth; i++) bytes = tlv(0x30, bytes);
  return bytes;
}

function tlv(id: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  const size = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
  return concat([Uint8Array.of(id, ...size), content]);
}
