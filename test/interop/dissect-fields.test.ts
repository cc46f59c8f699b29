/** What tshark, an independent program, reads in the same handshakes: the same numbers, names and certificates. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificates } from '#certs/ensure';
import { Dissection } from '#dissect/index';
import type { Inner, WireRecord } from '#dissect/model';
import { writePcapng } from '#dissect/capture/write';
import { utf8 } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { pathFields } from '../support/dissection/fields.ts';
import { describeWith } from '../support/programs/needs.ts';
import { type Credentials, tlsConversation } from '../support/flows/tls-conversation.ts';
import { Tshark } from '../support/captures/tshark.ts';

const CHOICES = [
  { version: 'TLSv1.3', suite: 'TLS_AES_256_GCM_SHA384' },
  { version: 'TLSv1.2', suite: 'ECDHE-RSA-AES128-GCM-SHA256' },
] as const;

/** Field of tshark, and of ours; values are compared as sorted lists of whole numbers or of texts in lower case. */
const PAIRS: readonly (readonly [theirs: string, ours: string, kind: 'number' | 'text'])[] = [
  ['tls.handshake.type', 'type', 'number'],
  ['tls.handshake.length', 'length', 'number'],
  ['tls.handshake.version', 'legacy_version', 'number'],
  ['tls.handshake.random', 'random', 'text'],
  ['tls.handshake.session_id_length', 'session_id_length', 'number'],
  ['tls.handshake.cipher_suites_length', 'cipher_suites_length', 'number'],
  ['tls.handshake.extensions_server_name', 'extensions.server_name.name', 'text'],
  ['tls.handshake.extensions_supported_group', 'extensions.supported_groups.group', 'number'],
  ['tls.handshake.extensions_ec_point_format', 'extensions.ec_point_formats.format', 'number'],
  ['tls.handshake.extensions.supported_version', 'extensions.supported_versions.version', 'number'],
  ['tls.handshake.extensions_key_share_group', 'extensions.key_share.group', 'number'],
  ['tls.handshake.extensions_key_share_key_exchange', 'extensions.key_share.public_key', 'text'],
  ['tls.extension.psk_ke_mode', 'extensions.psk_key_exchange_modes.mode', 'number'],
  ['tls.handshake.certificate_length', 'certificate_list.certificate_length', 'number'],
  ['tls.handshake.session_ticket_lifetime_hint', 'ticket_lifetime', 'number'],
  ['tls.handshake.session_ticket_length', 'ticket_length', 'number'],
  ['tls.handshake.server_curve_type', 'curve_type', 'number'],
  ['tls.handshake.server_named_curve', 'named_group', 'number'],
  ['x509ce.dNSName', 'certificate_list.certificate.extensions.subject_alternative_name.dns_name', 'text'],
  ['pkcs1.modulus', 'certificate_list.certificate.public_key.modulus', 'text'],
  ['pkcs1.publicExponent', 'certificate_list.certificate.public_key.exponent', 'number'],
];

/** Every field that tshark is asked for. It reads a file once for all of them. */
const THEIRS = [
  ...PAIRS.map(([theirs]) => theirs),
  'tls.handshake.ciphersuite',
  'tls.handshake.extension.type',
  'tls.handshake.extension.len',
  'x509af.serialNumber',
  'x509af.utcTime',
  'tls.handshake.sig_hash_alg',
];

describeWith(['tshark'], 'tshark and our fields', ({ tshark }) => {
  let folder: string;
  let credentials: Credentials;
  const shark = new Tshark(tshark);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireglass-fields-'));
    credentials = await ensureCertificates(folder, { hosts: ['localhost', '127.0.0.1'], now: new Date() });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  describe.each(CHOICES)('agree about a handshake of $version', (choice) => {
    let fields: readonly (readonly [path: string, field: Field])[];
    let read: ReadonlyMap<string, readonly string[]>;

    beforeAll(async () => {
      const events = await tlsConversation(credentials, choice, [{ dir: 's2c', bytes: utf8('hi') }]);
      const file = join(folder, `${choice.version}.pcapng`);
      await writeFile(file, writePcapng(events));
      read = await shark.values(file, THEIRS);
      const dissection = new Dissection();
      dissection.addAll(events);
      fields = dissection.records(1).flatMap(handshakeFields);
    });

    const theirs = (name: string): readonly string[] => read.get(name) as readonly string[];
    const ours = (name: string): Field[] => fields.flatMap(([path, field]) => (path === name ? [field] : []));

    it.each(PAIRS)('%s', (name, path, kind) => {
      const values = theirs(name).map((value) => normal(value, kind));
      expect(
        ours(path)
          .map(({ value, number }) => normal(String(number ?? value), kind))
          .sort(),
      ).toEqual(values.sort());
    });

    it('every cipher suite, offered and chosen', () => {
      const suites = [...ours('cipher_suites.cipher_suite'), ...ours('cipher_suite')].map(({ number }) =>
        String(number),
      );
      const values = theirs('tls.handshake.ciphersuite').map((value) => normal(value, 'number'));
      expect(suites.sort()).toEqual(values.sort());
      expect(suites.length).toBeGreaterThan(1);
    });

    it('every extension, by its number and length', () => {
      const of = (part: string): string[] =>
        fields.flatMap(([path, { number, value }]) =>
          new RegExp(`extensions\\.\\w+\\.${part}$`).test(path) && !path.includes('certificate.')
            ? [String(number ?? value)]
            : [],
        );
      expect(of('type').sort()).toEqual(
        theirs('tls.handshake.extension.type')
          .map((value) => normal(value, 'number'))
          .sort(),
      );
      expect(of('length').sort()).toEqual(theirs('tls.handshake.extension.len').toSorted());
    });

    it('every serial number and every date of the certificates', () => {
      const at = 'certificate_list.certificate';
      const serials = theirs('x509af.serialNumber').map((value) =>
        normal(value, 'text').replace(/^(0x)?(00)*/, ''),
      );
      expect(
        ours(`${at}.serial_number`)
          .map(({ value }) => String(value).replace(/^(00)*/, ''))
          .sort(),
      ).toEqual(serials.sort());
      const dates = theirs('x509af.utcTime').map((value) => Date.parse(dateText(value)));
      const times = [...ours(`${at}.validity.not_before`), ...ours(`${at}.validity.not_after`)];
      expect(times.map(({ value }) => Date.parse(String(value))).sort()).toEqual(dates.sort());
    });

    it('every scheme of signatures', () => {
      const names = ['extensions.signature_algorithms.signature', 'signature_algorithm'];
      const schemes = names.flatMap((name) => ours(name).map(({ number }) => String(number)));
      const values = theirs('tls.handshake.sig_hash_alg').map((value) => normal(value, 'number'));
      expect(schemes.sort()).toEqual(values.sort());
    });
  });
});

/** Fields of all handshake messages of a record, by path under `tls.handshake`. */
function handshakeFields(unit: WireRecord | Inner): (readonly [string, Field])[] {
  const own = unit.proto === 'tls-handshake' ? pathFields(unit.fields, '') : [];
  return [
    ...own.map(({ path, field }) => [path.slice(1), field] as const),
    ...unit.inner.flatMap(handshakeFields),
  ];
}

function normal(value: string, kind: 'number' | 'text'): string {
  if (kind === 'number') return String(Number(value));
  return value
    .toLowerCase()
    .replaceAll(':', '')
    .replace(/^(00)+/, '');
}

/** tshark writes `2026-01-31 12:00:00 (UTC)`, older ones the year in two digits. */
function dateText(value: string): string {
  const [date = '', time = ''] = value.split(' ');
  return `${date.length === 8 ? '20' : ''}${date}T${time}Z`;
}
