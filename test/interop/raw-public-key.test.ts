/** Raw public keys (RFC 7250) in Certificate messages written out here, with keys that OpenSSL makes and describes. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dissection } from '#dissect/index';
import type { Inner } from '#dissect/model';
import { knownFields } from '#dissect/fields/known-fields';
import { pureRecordCiphers } from '#dissect/crypto/pure';
import { Secrets } from '#dissect/secrets/secrets';
import { SessionMemory } from '#dissect/secrets/session-memory';
import { type HandshakeFacts, HandshakeStream } from '#dissect/tls/handshake';
import { TlsSession } from '#dissect/tls/session';
import { concat, fromHex } from '#protocol/bytes';
import { misplaced, pathFields, valueAt } from '../support/dissection/fields.ts';
import { extension, handshake, u, vec } from '../support/dissection/handshake-samples.ts';
import { describeWith } from '../support/programs/needs.ts';

const run = promisify(execFile);

const KEYS = [
  {
    name: 'RSA',
    args: ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
    key: 'RSA, 2048 bits',
    bytes: 'modulus',
    said: '(2048 bit)',
  },
  {
    name: 'P-256',
    args: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    key: 'EC secp256r1, 256 bits',
    bytes: 'point',
    said: '(256 bit)',
  },
  { name: 'Ed25519', args: ['ED25519'], key: 'Ed25519, 256 bits', bytes: 'key', said: 'ED25519 Public-Key' },
] as const;

const RAW_PUBLIC_KEY = 2;
const RANDOM = '5e'.repeat(32);
const CLIENT_HELLO = handshake(
  1,
  '0303',
  RANDOM,
  vec(1),
  vec(2, 'c02b'),
  vec(1, '00'),
  vec(2, extension(20, vec(1, '02 00')), extension(19, vec(1, '02'))),
);
const serverHello = (...extensions: Uint8Array[]): Uint8Array =>
  handshake(2, '0303', RANDOM, vec(1), 'c02b 00', vec(2, ...extensions));

describeWith(['openssl'], 'openssl and raw public keys', ({ openssl }) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireglass-rpk-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  describe.each(KEYS)('agree about a key of $name', ({ name, args, key, bytes, said }) => {
    let der: Uint8Array;
    let text: string;

    beforeAll(async () => {
      const [secret, open] = [join(folder, `${name}.key`), join(folder, `${name}.der`)];
      await run(openssl, ['genpkey', '-algorithm', ...args, '-out', secret]);
      await run(openssl, ['pkey', '-in', secret, '-pubout', '-outform', 'DER', '-out', open]);
      const shown = ['pkey', '-pubin', '-inform', 'DER', '-in', open, '-noout', '-text_pub'];
      text = (await run(openssl, shown)).stdout;
      der = new Uint8Array(await readFile(open));
    });

    /** The long number that OpenSSL prints in lines of hex. */
    const number = (): string => {
      const [lines = ''] = /(?:^ +(?:[0-9a-f]{2}:?)+\n)+/m.exec(text) ?? [];
      return lines.replace(/[\s:]/g, '').replace(/^00(?=.{512}$)/, '');
    };

    it.each([
      [
        'TLS 1.3',
        0x0304,
        () => handshake(11, vec(1), vec(3, vec(3, der), vec(2))),
        'certificate_list.raw_public_key',
      ],
      ['TLS 1.2', 0x0303, () => handshake(11, vec(3, der)), 'raw_public_key'],
    ])('in %s', (_version, version, message, path) => {
      const whole = message();
      const stream = new HandshakeStream();
      stream.push(whole);
      const unit = stream.next({ version, certificateType: RAW_PUBLIC_KEY })?.unit;
      const fields = unit?.fields ?? [];
      expect(unit?.state).toBe('clear');
      expect(misplaced(fields, whole.length)).toEqual([]);
      expect(valueAt(fields, path)).toBe(key);
      expect(text).toContain(said);
      expect(valueAt(fields, `${path}.${bytes}`)).toBe(number());
      const known = new Set(knownFields().map((field) => field.path));
      const paths = pathFields(fields, 'tls.handshake').map((field) => field.path);
      expect(paths.filter((one) => !known.has(one))).toEqual([]);
    });

    it('as the hellos of TLS 1.2 settle it, each side by itself', () => {
      const chosen = serverHello(extension(20, '02'));
      const both = serverHello(extension(20, '02'), extension(19, '02'));
      const raw = handshake(11, vec(3, der));
      expect(certificates({ server: [chosen, raw], client: [handshake(11, vec(3))] })).toEqual([
        ['s2c', 'clear', key],
        ['c2s', 'clear', undefined],
      ]);
      expect(certificates({ server: [both, raw], client: [raw] })).toEqual([
        ['s2c', 'clear', key],
        ['c2s', 'clear', key],
      ]);
      // Without an agreement it is read as a chain that breaks off.
      expect(certificates({ server: [serverHello(), raw], client: [] })).toEqual([
        ['s2c', 'malformed', undefined],
      ]);
    });
  });
});

it('TLS 1.3 settles it in the encrypted extensions, for the direction that they speak of', () => {
  const session = new TlsSession(
    Object.assign(new Secrets(), { sessions: new SessionMemory().seenBy(1), heard: () => undefined }),
    pureRecordCiphers,
  );
  const stream = new HandshakeStream();
  stream.push(handshake(8, vec(2, extension(19, '02'))));
  session.note('s2c', stream.next({ version: 0x0304 })?.facts as HandshakeFacts);
  expect(session.settled('c2s').certificateType).toBe(RAW_PUBLIC_KEY);
  expect(session.settled('s2c').certificateType).toBeUndefined();
});

/** Direction, state and key of each Certificate message of a connection in the clear. */
function certificates({ server, client }: Record<'server' | 'client', readonly Uint8Array[]>): unknown[] {
  const dissection = new Dissection({ keys: true });
  const chunk = (dir: 'c2s' | 's2c', messages: readonly Uint8Array[], time: number) =>
    ({ kind: 'chunk', flow: 1, dir, time, bytes: concat(messages.map(record)) }) as const;
  const side = (port: number) => ({ address: '192.0.2.1', port });
  dissection.addAll([
    { kind: 'flow', flow: 1, time: 1, client: side(40_000), server: side(443) },
    chunk('c2s', [CLIENT_HELLO], 2),
    chunk('s2c', server, 3),
    chunk('c2s', client, 4),
  ]);
  const found: unknown[] = [];
  for (const { dir, inner } of dissection.records(1)) {
    const messages: readonly Inner[] = inner.filter(({ title }) => title === 'certificate');
    for (const { state, fields } of messages) found.push([dir, state, valueAt(fields, 'raw_public_key')]);
  }
  return found;
}

function record(message: Uint8Array): Uint8Array {
  return concat([fromHex('160303'), u(2, message.length), message]);
}
