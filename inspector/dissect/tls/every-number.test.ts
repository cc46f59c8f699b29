/** Tables have no holes: whatever number stands in a hello, an alert or a record is shown by its name or in hex. */
import { describe, expect, it } from 'vitest';
import { nativeRecordCiphers } from '#inspector-cli/ciphers-native';
import { concat, fromHex } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { extension, handshake, u, vec } from '../../../test/support/dissection/handshake-samples.ts';
import { read } from '../../../test/support/dissection/handshake-reading.ts';
import { pureRecordCiphers } from '../crypto/pure.ts';
import type { RecordCiphers } from '../crypto/record-ciphers.ts';
import { Dissection } from '../index.ts';
import type { Direction, WireRecord } from '../model.ts';
import { alertTitle } from './alert.ts';
import { ALERTS, EXTENSIONS, GROUPS, HANDSHAKE_TYPES, SIGNATURES, VERSIONS } from './names.ts';
import { CIPHER_SUITES } from './registries.ts';
import { type TlsSuite, cipherNeeded, isGrease, tlsSuite } from './suites.ts';

type Names = Readonly<Record<number, string>>;

const ENDS = { client: { address: '192.0.2.1', port: 40_000 }, server: { address: '192.0.2.2', port: 443 } };
const RANDOM = '11'.repeat(32);
const ALL = Array.from({ length: 2 ** 16 }, (_, number) => number);
/** As many as stand in one list without being summed up. */
const LIST = 500;

function helloWith(suites: readonly number[], ...extensions: readonly Uint8Array[]): Uint8Array {
  const list = concat(suites.map((suite) => u(2, suite)));
  return handshake(1, '0303', RANDOM, '00', vec(2, list), '0100', vec(2, ...extensions));
}

/** Names of all fields that stand for these numbers, by number. */
function shownIn(hello: Uint8Array, numbers: readonly number[], names: Names): void {
  const { unit } = read(hello) ?? {};
  expect(unit).toMatchObject({ title: 'client_hello', state: 'clear' });
  const shown = new Map<number, Field['value']>();
  for (const { number, value } of leaves(unit?.fields ?? []))
    if (number !== undefined) shown.set(number, value);
  const wrong = numbers.filter((number) => shown.get(number) !== nameOrHex(number, names));
  expect(wrong.map((number) => [nameOrHex(number, names), shown.get(number)])).toEqual([]);
}

function leaves(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => (field.children ? leaves(field.children) : [field]));
}

function nameOrHex(number: number, names: Names): string {
  return names[number] ?? (isGrease(number) ? 'GREASE' : `0x${number.toString(16).padStart(4, '0')}`);
}

function* lists(of: readonly number[], length: number): Generator<readonly number[]> {
  for (let at = 0; at < of.length; at += length) yield of.slice(at, at + length);
}

describe('a client hello', () => {
  it('with any cipher suite names it', () => {
    for (const suites of lists(ALL, LIST)) shownIn(helloWith(suites), suites, CIPHER_SUITES);
  });

  it.each([
    ['group', 10, GROUPS],
    ['signature algorithm', 13, SIGNATURES],
    ['signature algorithm of certificates', 50, SIGNATURES],
  ] as const)('with any %s names it', (_what, type, names) => {
    for (const numbers of lists(ALL, LIST)) {
      const list = vec(2, concat(numbers.map((number) => u(2, number))));
      shownIn(helloWith([0x1301], extension(type, list)), numbers, names);
    }
  });

  it('with any version names it', () => {
    for (const numbers of lists(ALL, 100)) {
      const list = vec(1, concat(numbers.map((number) => u(2, number))));
      shownIn(helloWith([0x1301], extension(43, list)), numbers, VERSIONS);
    }
  });

  it('with any extension names it, and reads on though it has no content that fits', () => {
    for (const types of lists(ALL, LIST)) {
      const bytes = helloWith([0x1301], ...types.map((type) => extension(type)));
      const found = leaves(read(bytes)?.unit.fields ?? []).filter(({ name }) => name === 'type');
      const [, ...shown] = found.map(({ value }) => value);
      expect(shown).toEqual(types.map((type) => nameOrHex(type, EXTENSIONS)));
    }
  });
});

describe('one byte', () => {
  const BYTES = ALL.slice(0, 256);
  const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`;

  it('of an alert is named', () => {
    for (const byte of BYTES) {
      expect(alertTitle(Uint8Array.of(2, byte))).toBe(`alert: ${ALERTS[byte] ?? hex(byte)}`);
    }
  });

  it('that says which handshake message follows is named', () => {
    for (const byte of BYTES.filter((type) => type !== 2)) {
      expect(read(handshake(byte, 'ff'))?.unit.title).toBe(HANDSHAKE_TYPES[byte] ?? hex(byte));
    }
  });
});

/** A record that is sealed under the suite; the secrets that may be at hand do not open it. */
function sealed(
  suite: number,
  version: number,
  { ciphers, secrets = [] }: { readonly ciphers: RecordCiphers; readonly secrets?: readonly string[] },
): WireRecord | undefined {
  const dissection = new Dissection({ ciphers });
  for (const line of secrets) dissection.add({ kind: 'secret', time: 0, line });
  const is13 = version === 0x0304;
  const extensions = is13 ? vec(2, extension(43, u(2, version))) : '';
  const hello = handshake(2, is13 ? '0303' : u(2, version), RANDOM, '00', u(2, suite), '00', extensions);
  const said: [Direction, Uint8Array][] = [
    ['c2s', record(22, helloWith([suite]))],
    ['s2c', record(22, hello)],
    ['s2c', record(20, fromHex('01'))],
    ['s2c', record(23, fromHex('aa'.repeat(64)))],
  ];
  dissection.add({ kind: 'flow', flow: 1, time: 0, ...ENDS });
  for (const [dir, bytes] of said) dissection.add({ kind: 'chunk', flow: 1, dir, time: 1, bytes });
  return dissection.records(1).at(-1);
}

function record(type: number, fragment: Uint8Array): Uint8Array {
  return concat([u(1, type), fromHex('0303'), vec(2, fragment)]);
}

describe.each([
  ['the ciphers of this host', nativeRecordCiphers],
  ['the ciphers that run anywhere', pureRecordCiphers],
] as const)('with %s, a sealed record', (_name, ciphers) => {
  const NUMBERS = [...Object.keys(CIPHER_SUITES).map(Number), 0x0a0a, 0x5600, 0x7777, 0xffff];

  /** What opens records of this suite, as far as its name goes. */
  function isOpenable(suite: TlsSuite, version: number): boolean {
    const needed = cipherNeeded(suite);
    if (version < 0x0301 || needed === undefined) return false;
    if (version < 0x0303 ? suite.aead : version > 0x0303 && !suite.aead) return false;
    return needed === 'none' || ciphers.has(needed);
  }

  it.each(['0300', '0301', '0302', '0303', '0304'])(
    'of any suite in version 0x%s says why it is closed, whatever is at hand',
    (hex) => {
      const version = Number.parseInt(hex, 16);
      for (const suite of NUMBERS.map(tlsSuite)) {
        const secrets = secretsFor(suite);
        const [without, wrong] = [
          sealed(suite.id, version, { ciphers }),
          sealed(suite.id, version, { ciphers, secrets }),
        ];
        const told = `${suite.name}: ${without?.state} ${without?.reason}; ${wrong?.state} ${wrong?.reason}`;
        // Without encryption there is nothing to open.
        if (isOpenable(suite, version) && suite.stream?.cipher === 'null')
          expect(told).toMatch(/: clear .*; clear /);
        else if (isOpenable(suite, version)) expect(told).toMatch(/: no-key no .*; wrong-key /);
        else expect(told).toMatch(/: no-key .* is not opened here.*; no-key .* is not opened here/);
      }
    },
  );
});

function secretsFor({ hash }: TlsSuite): string[] {
  const traffic = 'cc'.repeat(hash === 'sha384' ? 48 : 32);
  return [
    `CLIENT_RANDOM ${RANDOM} ${'cc'.repeat(48)}`,
    `CLIENT_HANDSHAKE_TRAFFIC_SECRET ${RANDOM} ${traffic}`,
    `SERVER_HANDSHAKE_TRAFFIC_SECRET ${RANDOM} ${traffic}`,
  ];
}
