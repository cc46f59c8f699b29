/** OCSP responses that OpenSSL signs, and what OpenSSL says is in them. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Field } from '#protocol/field';
import { knownFields } from '#dissect/fields/known-fields';
import { OCSP_FIELDS, readOcspResponse } from '#dissect/x509/ocsp';
import { misplaced, pathFields, valueAt, valuesAt } from '../support/dissection/fields.ts';
import { describeWith } from '../support/programs/needs.ts';

const run = promisify(execFile);

/** As `openssl ca` keeps it: state, end, revocation, serial number, file, name. */
const INDEX = [
  'V\t400101000000Z\t\t1001\tunknown\t/CN=good.example',
  'R\t400101000000Z\t250601120000Z,keyCompromise\t1002\tunknown\t/CN=revoked.example',
  'R\t400101000000Z\t250602130000Z\t1003\tunknown\t/CN=gone.example',
].join('\n');

describeWith(['openssl'], 'openssl and our OCSP responses', ({ openssl }) => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const ssl = async (...args: string[]): Promise<string> =>
    (await run(openssl, args, { cwd: folder })).stdout;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireglass-ocsp-'));
    await writeFile(at('index.txt'), `${INDEX}\n`);
    const ca = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/O=Wire & Glass/CN=CA', '-days', '3000'];
    await ssl('req', ...ca, '-keyout', 'ca.key', '-out', 'ca.pem');
    await ssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'ec.key');
    await ssl('req', '-new', '-key', 'ec.key', '-subj', '/CN=Responder', '-out', 'responder.csr');
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', '7', '-days', '3000'];
    await ssl('x509', '-req', '-in', 'responder.csr', ...signed, '-out', 'responder.pem');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** A response about these serial numbers, and OpenSSL's text of it. */
  async function answered(
    serials: readonly string[],
    {
      asked = [],
      signer = ['-rsigner', 'ca.pem', '-rkey', 'ca.key'],
    }: Partial<Record<'asked' | 'signer', string[]>> = {},
  ): Promise<{ der: Uint8Array; fields: readonly Field[]; value: string | undefined; text: string }> {
    const about = serials.flatMap((serial) => ['-serial', serial]);
    await ssl('ocsp', '-issuer', 'ca.pem', ...asked, ...about, '-reqout', 'request.der');
    const served = ['-index', 'index.txt', '-CA', 'ca.pem', ...signer, '-reqin', 'request.der'];
    await ssl('ocsp', ...served, '-respout', 'response.der');
    const text = await ssl('ocsp', '-respin', 'response.der', '-resp_text', '-noverify');
    const der = new Uint8Array(await readFile(at('response.der')));
    const { fields, fault, value } = readOcspResponse(der, 0, der.length);
    expect(fault).toBeUndefined();
    expect(misplaced(fields, der.length)).toEqual([]);
    return { der, fields, value, text };
  }

  it('agree about a certificate that is good', async () => {
    const { fields, value, text } = await answered(['0x1001'], { signer: [...CA, '-ndays', '7'] });
    const said = (pattern: RegExp): string =>
      pattern.exec(text)?.[1]?.trim() ?? `nothing like ${pattern.source}`;
    const single = (name: string): unknown => valueAt(fields, `single_response.${name}`);
    expect(value).toBe('good');
    expect(valueAt(fields, 'response_status')).toBe(said(/OCSP Response Status: (\w+)/));
    expect(`${String(valueAt(fields, 'response_type'))} ocsp response`).toBe(
      said(/Response Type: (.*)/).toLowerCase(),
    );
    expect(valueAt(fields, 'responder_name')).toBe(said(/Responder Id: (.*)/).replace(/ = /g, '='));
    expect(time(valueAt(fields, 'produced_at'))).toBe(time(said(/Produced At: (.*)/)));
    expect(single('cert_id.hash_algorithm')).toBe(said(/Hash Algorithm: (.*)/));
    expect(single('cert_id.issuer_name_hash')).toBe(said(/Issuer Name Hash: (.*)/).toLowerCase());
    expect(single('cert_id.issuer_key_hash')).toBe(said(/Issuer Key Hash: (.*)/).toLowerCase());
    expect(single('cert_id.serial_number')).toBe(said(/Serial Number: (.*)/).toLowerCase());
    expect(single('cert_status')).toBe(said(/Cert Status: (.*)/));
    expect(time(single('this_update'))).toBe(time(said(/This Update: (.*)/)));
    expect(time(single('next_update'))).toBe(time(said(/Next Update: (.*)/)));
    expect(valueAt(fields, 'signature_algorithm')).toBe(said(/Signature Algorithm: (.*)/));
    expect(valueAt(fields, 'signature')).toBe(hex(said(/Signature Value:\n((?: +(?:[0-9a-f]{2}:?)+\n)+)/)));
    expect(valueAt(fields, 'certificate')).toBe('O=Wire & Glass, CN=CA');
    expect(valueAt(fields, 'extensions.nonce.data')).toBe(said(/OCSP Nonce:\s+(\w+)/).toLowerCase());
  });

  it('agree about several, revoked with and without a reason and unknown', async () => {
    const signer = ['-rsigner', 'responder.pem', '-rkey', 'ec.key', '-resp_key_id', '-nmin', '5'];
    const serials = ['0x1002', '0x1003', '0x1004', '0x1001'];
    const { fields, value, text } = await answered(serials, { asked: ['-no_nonce', '-sha256'], signer });
    const all = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, one = '']) => one.trim());
    const singles = (name: string): unknown[] => valuesAt(fields, `single_response.${name}`);
    expect(value).toBe('revoked: keyCompromise, revoked, unknown, good');
    expect(singles('cert_id.serial_number')).toEqual(all(/Serial Number: (\w+)$/gm));
    expect(singles('cert_id.hash_algorithm')).toEqual(all(/Hash Algorithm: (.*)/g));
    expect(singles('cert_status').map((status) => String(status).split(':')[0])).toEqual(
      all(/Cert Status: (.*)/g),
    );
    expect(singles('cert_status.revocation_time').map(time)).toEqual(all(/Revocation Time: (.*)/g).map(time));
    expect(all(/Revocation Reason: (.*)/g)).toEqual(['keyCompromise (0x1)']);
    expect(singles('cert_status.revocation_reason')).toEqual(['keyCompromise']);
    expect(all(/Responder Id: (.*)/g)).toEqual([String(valueAt(fields, 'responder_key_hash')).toUpperCase()]);
    expect(valueAt(fields, 'signature_algorithm')).toBe(all(/Signature Algorithm: (.*)/g)[0]);
    expect(valueAt(fields, 'certificate')).toBe('CN=Responder');
    expect(valueAt(fields, 'extensions')).toBeUndefined();
  });

  it.each([1, 2, 3, 5, 6])('agree about the refusal %i', async (status) => {
    const der = Uint8Array.of(0x30, 3, 0x0a, 1, status);
    await writeFile(at('refusal.der'), der);
    // It exits with 1, because there is no answer.
    const text = await ssl('ocsp', '-respin', 'refusal.der', '-resp_text', '-noverify').catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
    );
    const { fields, value, fault } = readOcspResponse(der, 0, der.length);
    expect(fault).toBeUndefined();
    expect(text).toContain(`Responder Error: ${value?.toLowerCase()} (${status})`);
    expect(fields).toMatchObject([{ name: 'response_status', value, number: status, start: 2, end: 5 }]);
  });

  it('has a note, a source and a listed path for every field', async () => {
    const { fields } = await answered(['0x1002', '0x1001'], { signer: [...CA, '-ndays', '7'] });
    const prefix = 'tls.handshake.certificate_list.extensions.status_request.response';
    const known = new Map(knownFields().map((field) => [field.path, field]));
    for (const { path, field } of pathFields(fields, prefix)) {
      expect(known.has(path), path).toBe(true);
      expect(field.note, path).toMatch(/\.$/);
      expect(field.source, path).toMatch(/^RFC \d+ §/);
    }
  });

  it('cut short or with any byte changed throws nothing and names no field that is not listed', async () => {
    const { der } = await answered(['0x1002', '0x1001']);
    for (let length = 0; length < der.length; length++) {
      const { fields, fault } = readOcspResponse(der.subarray(0, length), 0, length);
      expect(fault, `${length} bytes`).toBeDefined();
      expect(misplaced(fields, length)).toEqual([]);
    }
    const known = new Set(listed(OCSP_FIELDS, ''));
    fc.assert(
      fc.property(fc.nat({ max: der.length - 1 }), fc.nat({ max: 255 }), (where, byte) => {
        const changed = der.slice();
        changed[where] = byte;
        const { fields } = readOcspResponse(changed, 0, changed.length);
        expect(misplaced(fields, changed.length)).toEqual([]);
        const paths = pathFields(fields, '').filter(({ field }) => field.name !== 'fault');
        expect(paths.map(({ path }) => path).filter((path) => !known.has(path))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});

const CA = ['-rsigner', 'ca.pem', '-rkey', 'ca.key'] as const;

function time(text: unknown): number {
  return Date.parse(String(text));
}

function hex(colons: string): string {
  return colons.replace(/[:\s]/g, '').toLowerCase();
}

function listed(specs: object, prefix: string): string[] {
  return Object.values(specs as Record<string, { name: string; fields?: object }>).flatMap(
    ({ name, fields = {} }) => [`${prefix}.${name}`, ...listed(fields, `${prefix}.${name}`)],
  );
}
