import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { misplaced, pathFields } from '../../../../test/support/dissection/fields.ts';
import { SAMPLES, handshake, u } from '../../../../test/support/dissection/handshake-samples.ts';
import { knownFields } from '../../fields/known-fields.ts';
import type { Unit } from '../../layer.ts';
import { MESSAGES } from './index.ts';
import { read, sample } from '../../../../test/support/dissection/handshake-reading.ts';

/** Fields after type and length, one per line. */
const lines = (name: string): string[] =>
  sample(name)
    .fields.slice(2)
    .map(({ name: field, value }) => `${field} = ${value}`);

describe('every message', () => {
  it.each(SAMPLES.map((one) => ({ ...one, title: one.name })))('$title is read to its last byte', (one) => {
    const { unit, facts } = read(one.bytes, one) ?? {};
    const broken = pathFields(unit?.fields ?? [], '').filter(({ field }) => field.malformed);
    // The certificate in that one is not a real one.
    const expectedFaults = one.name === 'certificate with a status' ? 1 : 0;
    expect(broken.map(({ path, field }) => `${path} ${field.value}`)).toHaveLength(expectedFaults);
    expect(unit?.fields.at(-1)?.end).toBe(one.bytes.length);
    expect(misplaced(unit?.fields ?? [], one.bytes.length)).toEqual([]);
    expect(facts?.bytes).toEqual(one.bytes);
  });

  it('has a sample', () => {
    const types = new Set(SAMPLES.map(({ bytes }) => bytes[0]));
    expect(MESSAGES.filter(({ type }) => type >= 0 && !types.has(type)).map(({ name }) => name)).toEqual([]);
  });

  it('counts one of a kind as one', () => {
    const { fields } =
      read(handshake(1, '0303', '11'.repeat(32), '00 0002 1301 0100 0004 00170000'))?.unit ?? {};
    const shown = (fields ?? []).filter(({ name }) => ['cipher_suites', 'extensions'].includes(name));
    expect(shown.map(({ value }) => value)).toEqual(['1 suite', '1 extension']);
  });

  it('has a note, a source and a listed path of its kind for every field', () => {
    const known = new Map(knownFields().map((field) => [field.path, field]));
    for (const one of SAMPLES) {
      for (const { path, field } of pathFields(read(one.bytes, one)?.unit.fields ?? [], 'tls.handshake')) {
        if (field.malformed) continue;
        expect(known.has(path), path).toBe(true);
        expect(field.note, path).toMatch(/\.$/);
        expect(field.source, path).toMatch(/^(RFC \d+|draft-[\w-]+) §/);
        expect(isNumber(field), `${path} is a ${known.get(path)?.kind}`).toBe(
          known.get(path)?.kind === 'number',
        );
      }
    }
  });

  it('cut short at any byte waits for more, and shortened with its length says what is missing', () => {
    for (const one of SAMPLES) {
      const { bytes } = one;
      for (let length = 0; length < bytes.length; length++)
        expect(read(bytes.subarray(0, length), one)).toBeUndefined();
      for (let length = 4; length < bytes.length; length++) {
        const cut = bytes.slice(0, length);
        cut.set(u(3, length - 4), 1);
        const unit = read(cut, one)?.unit as Unit;
        expect(misplaced(unit.fields, length), one.name).toEqual([]);
        expect(MAY_BE_SHORTER.test(one.name) || unit.state === 'malformed', `${one.name}, ${length}`).toBe(
          true,
        );
      }
    }
  });

  it('of any bytes throws nothing and stays inside them', () => {
    const version = fc.constantFrom(undefined, 0x0302, 0x0303, 0x0304);
    const suite = fc.constantFrom(undefined, ...SAMPLES.flatMap((one) => one.suite ?? []));
    const type = fc.constantFrom(...MESSAGES.map((message) => message.type & 0xff));
    fc.assert(
      fc.property(type, fc.uint8Array({ maxLength: 120 }), version, suite, (id, body, v, s) => {
        const bytes = handshake(id, body);
        const unit = read(bytes, {
          ...(v === undefined ? {} : { version: v }),
          ...(s ? { suite: s } : {}),
        })?.unit;
        expect(misplaced(unit?.fields ?? [], bytes.length)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('with any byte changed throws nothing and stays inside its bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SAMPLES), fc.nat(), fc.nat({ max: 255 }), (one, place, byte) => {
        const bytes = one.bytes.slice();
        bytes[4 + (place % Math.max(1, bytes.length - 4))] = byte;
        const unit = read(bytes.subarray(0, one.bytes.length), one)?.unit;
        expect(misplaced(unit?.fields ?? [], bytes.length)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Messages whose last part has no length of its own, and those that may leave something out. */
const MAY_BE_SHORTER =
  /client hello|server hello|retry|finished|hash|nobody|unknown|certificate with|exchange, (ec)?dhe$/;

function isNumber({ value, number }: Field): boolean {
  return typeof value === 'number' || number !== undefined;
}

describe('the facts', () => {
  it('of a client hello', () => {
    const { clientHello } = sample('client hello').facts;
    expect(clientHello).toMatchObject({ suites: [0x1301, 0xc02f, 0x3a3a], earlyData: true });
    expect(clientHello?.extensions).toMatchObject({
      versions: [0x0304, 0x0303],
      serverName: 'host.example',
      extendedMasterSecret: true,
      encryptThenMac: true,
    });
    expect(clientHello?.extensions.identities?.map((identity) => toHex(identity))).toEqual([
      '436c69656e745f6964656e74697479',
    ]);
  });

  it('of server hellos', () => {
    expect(sample('server hello').facts.serverHello).toMatchObject({
      version: 0x0304,
      retry: false,
      selectedIdentity: 0,
    });
    expect(sample('hello retry request').facts.serverHello).toMatchObject({ version: 0x0304, retry: true });
    expect(sample('hello retry request').unit.title).toBe('hello_retry_request');
    const old = sample('server hello of TLS 1.2').facts.serverHello;
    expect(old).toMatchObject({ version: 0x0303, extendedMasterSecret: true, encryptThenMac: true });
    expect(old && 'selectedIdentity' in old).toBe(false);
  });

  it('of key exchanges', () => {
    expect(sample('server key exchange, ecdhe').facts.serverKeyExchange).toMatchObject({ group: 0x1d });
    expect(sample('server key exchange, dhe').facts.serverKeyExchange?.prime).toEqual(fromHex('ff23'));
    expect(sample('client key exchange, rsa').facts.clientKeyExchange?.encryptedPremaster).toHaveLength(16);
    expect(sample('client key exchange, rsa_psk').facts.clientKeyExchange).toMatchObject({
      identity: fromHex('6d65'),
      encryptedPremaster: fromHex('eeee'),
    });
  });
});

describe('messages of TLS 1.2', () => {
  it.each([
    [
      'certificate request of TLS 1.2',
      [
        'certificate_types = rsa_sign, ecdsa_sign',
        'signature_algorithms = rsa_pkcs1_sha256, ecdsa_secp256r1_sha256',
        'certificate_authorities = CN=A',
      ],
    ],
    [
      'server key exchange, ecdhe',
      [
        'curve_type = named_curve',
        'named_group = x25519',
        `public_key = ${'9f'.repeat(32)}`,
        'signature_algorithm = rsa_pkcs1_sha256',
      ],
    ],
    [
      'server key exchange, dhe',
      ['prime = ff23', 'generator = 02', 'public_key = 1234', 'signature_algorithm = rsa_pkcs1_sha256'],
    ],
    ['server key exchange, psk', ['psk_identity_hint = a hint']],
    [
      'server key exchange, ecdhe_psk',
      ['psk_identity_hint = a hint', 'named_group = secp256r1', 'public_key = 04aabb'],
    ],
    ['client key exchange, psk', ['psk_identity = Client_identity']],
    ['client key exchange, rsa', [`encrypted_premaster = ${'ee'.repeat(16)}`]],
    ['new session ticket of TLS 1.2', ['ticket_lifetime = 7200', 'ticket = 2c03']],
    ['certificate status', ['status_type = ocsp', 'response = tryLater']],
    [
      'certificate status of a chain',
      ['status_type = ocsp_multi', 'response = tryLater', 'response = none for this certificate'],
    ],
    ['certificate verify of TLS 1.1', ['signature_length = 8', 'signature = 5a5a5a5a5a5a5a5a']],
  ])('%s', (name, expectedLines) => expect(lines(name)).toEqual(expect.arrayContaining(expectedLines)));
});
