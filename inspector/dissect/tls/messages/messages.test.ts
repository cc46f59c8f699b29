import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#wire/bytes';
import type { Field } from '#wire/field';
import { misplaced, pathFields, valueAt, valuesAt } from '../../../../test/support/fields.ts';
import { SAMPLES, type Sample, handshake, u } from '../../../../test/support/handshake-samples.ts';
import { describeVectors } from '../../../../test/support/needs.ts';
import { knownFields } from '../../known-fields.ts';
import type { Unit } from '../../layer.ts';
import { type HandshakeFacts, HandshakeStream } from '../handshake.ts';
import { MESSAGES } from './index.ts';

type Settled = Pick<Sample, 'version' | 'suite'>;

function read(
  bytes: Uint8Array,
  { version, suite }: Settled = {},
): { unit: Unit; facts: HandshakeFacts } | undefined {
  const stream = new HandshakeStream();
  stream.push(bytes);
  return stream.next({ version, suite: suite === undefined ? undefined : { name: suite } });
}

const sample = (name: string): { unit: Unit; facts: HandshakeFacts; fields: readonly Field[] } => {
  const found = SAMPLES.find((one) => one.name === name) as Sample;
  const { unit, facts } = read(found.bytes, found) ?? {};
  return { unit: unit as Unit, facts: facts as HandshakeFacts, fields: unit?.fields ?? [] };
};
/** Fields behind type and length as lines. */
const lines = (name: string): string[] =>
  sample(name)
    .fields.slice(2)
    .map(({ name: field, value }) => `${field} = ${value}`);

describe('every message', () => {
  it.each(SAMPLES.map((one) => ({ ...one, title: one.name })))('$title is read to its last byte', (one) => {
    const { unit, facts } = read(one.bytes, one) ?? {};
    const broken = pathFields(unit?.fields ?? [], '').filter(({ field }) => field.malformed);
    // The certificate in that one is none.
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

describe('extensions', () => {
  const at = (name: string, path: string): unknown => valueAt(sample(name).fields, `extensions.${path}`);

  it.each([
    ['server_name', 'host.example'],
    ['max_fragment_length', '1024 bytes'],
    ['status_request', 'ocsp'],
    ['supported_groups', 'X25519MLKEM768, x25519, x448, secp256r1, secp384r1, secp521r1, ffdhe2048, GREASE'],
    ['ec_point_formats', 'uncompressed'],
    ['signature_algorithms', 'ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256, ed25519'],
    ['use_srtp', 'SRTP_AES128_CM_HMAC_SHA1_80, SRTP_AEAD_AES_128_GCM'],
    ['heartbeat', 'peer_allowed_to_send'],
    ['application_layer_protocol_negotiation', 'h2, http/1.1'],
    ['client_certificate_type', 'RawPublicKey, X509'],
    ['padding', '3 bytes'],
    ['compress_certificate', 'zlib, brotli'],
    ['record_size_limit', '16385'],
    ['record_size_limit.record_size_limit', 16385],
    ['delegated_credential', 'ecdsa_secp256r1_sha256'],
    ['session_ticket.data', 'aabbcc'],
    ['supported_versions', 'TLS 1.3, TLS 1.2'],
    ['cookie.cookie', 'c00c1e'],
    ['psk_key_exchange_modes', 'psk_dhe_ke'],
    ['certificate_authorities', 'CN=A'],
    ['certificate_authorities.distinguished_name.common_name', 'A'],
    ['oid_filters.oid', '0603551d0f'],
    ['signature_algorithms_cert', 'rsa_pss_pss_sha256'],
    ['key_share', 'x25519'],
    ['key_share.public_key', '09'.repeat(32)],
    ['application_settings', 'h2'],
    ['encrypted_client_hello', 'outer, 40 bytes sealed'],
    ['encrypted_client_hello.aead_id', 'AES-128-GCM'],
    ['unknown_extension', '0x7777: dead'],
    ['pre_shared_key.identities.identity', 'Client_identity'],
    ['pre_shared_key.identities.obfuscated_ticket_age', 77],
    ['pre_shared_key.binders.binder', 'bb'.repeat(32)],
  ])('of a client: %s is %s', (path, value) => expect(at('client hello', path)).toBe(value));

  it('name themselves, and keep their number', () => {
    const types = pathFields(sample('client hello').fields, '').filter(({ path }) =>
      /extensions\.\w+\.type$/.test(path),
    );
    expect(types[0]?.field).toMatchObject({ value: 'GREASE', number: 0x2a2a });
    expect(types[1]?.field).toMatchObject({ value: 'server_name', number: 0 });
  });

  it('of a server have shapes of their own', () => {
    expect(at('server hello', 'supported_versions')).toBe('TLS 1.3');
    expect(at('server hello', 'pre_shared_key.selected_identity')).toBe(0);
    expect(at('hello retry request', 'key_share')).toBe('secp256r1');
    expect(at('server hello of TLS 1.2', 'signed_certificate_timestamp.sct')).toBe(
      '2023-11-14T22:13:20.000Z',
    );
    expect(at('new session ticket', 'early_data.max_early_data_size')).toBe(1024);
    expect(
      valueAt(
        sample('certificate with a status').fields,
        'certificate_list.extensions.status_request.response',
      ),
    ).toBe('tryLater');
  });
});

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

describeVectors('rfc8448', 'the messages of RFC 8448', (folder) => {
  interface Step {
    readonly fields: readonly { readonly name: string; readonly hex: string }[];
  }
  const { sections } = JSON.parse(readFileSync(join(folder, 'rfc8448-from-otp.json'), 'utf8')) as {
    sections: Record<string, Step[]>;
  };
  const message = (section: string, name: string): readonly Field[] => {
    const found = sections[section]?.flatMap(({ fields }) => fields).find((field) => field.name === name);
    const { unit } = read(fromHex(found?.hex ?? ''), { version: 0x0304 }) ?? {};
    expect(unit?.state).toBe('clear');
    return unit?.fields ?? [];
  };

  it('client hello (§3)', () => {
    const fields = message('1_RTT_handshake', 'ClientHello');
    expect(valueAt(fields, 'random')).toBe(
      'cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7',
    );
    expect(valuesAt(fields, 'cipher_suites.cipher_suite')).toEqual([
      'TLS_AES_128_GCM_SHA256',
      'TLS_CHACHA20_POLY1305_SHA256',
      'TLS_AES_256_GCM_SHA384',
    ]);
    expect(valueAt(fields, 'extensions.server_name')).toBe('server');
    expect(valueAt(fields, 'extensions.record_size_limit')).toBe('16385');
    expect(valueAt(fields, 'extensions.key_share.public_key')).toBe(
      '99381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c',
    );
  });

  it('server hello (§3)', () => {
    const fields = message('1_RTT_handshake', 'ServerHello');
    expect(valueAt(fields, 'cipher_suite')).toBe('TLS_AES_128_GCM_SHA256');
    expect(valueAt(fields, 'extensions.key_share.public_key')).toBe(
      'c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f',
    );
  });

  it('certificate (§3)', () => {
    const fields = message('1_RTT_handshake', 'Certificate');
    expect(valueAt(fields, 'certificate_list')).toBe('1 certificate');
    expect(valueAt(fields, 'certificate_list.certificate.subject.common_name')).toBe('rsa');
    expect(valueAt(fields, 'certificate_list.certificate.public_key')).toBe('RSA, 1024 bits');
    expect(valuesAt(fields, 'certificate_list.certificate.extensions.key_usage.usage')).toEqual([
      'digitalSignature',
      'keyEncipherment',
    ]);
  });

  it('certificate verify, finished and the ticket (§3, §4)', () => {
    expect(valueAt(message('1_RTT_handshake', 'CertificateVerify'), 'signature_algorithm')).toBe(
      'rsa_pss_rsae_sha256',
    );
    expect(valueAt(message('1_RTT_handshake', 'Finished'), 'verify_data')).toHaveLength(64);
    const ticket = message('0_RTT_handshake', 'NewSessionTicket');
    expect(valueAt(ticket, 'ticket_lifetime')).toBe(30);
    expect(valueAt(ticket, 'ticket_age_add')).toBe(0xfad6aac5);
    expect(valueAt(ticket, 'ticket_nonce')).toBe('0000');
    expect(valueAt(ticket, 'extensions.early_data')).toBe('1024');
  });
});
