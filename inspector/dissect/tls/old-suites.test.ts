import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nativeRecordCiphers } from '#inspector-cli/ciphers-native';
import { concat, fromHex, showUtf8, toHex } from '#protocol/bytes';
import { pureRecordCiphers } from '../crypto/pure.ts';
import type { RecordCiphers } from '../crypto/record-ciphers.ts';
import { Dissection } from '../index.ts';
import type { Direction, TapEvent } from '../model.ts';

interface Recorded {
  readonly cipher: string;
  readonly encryptThenMac: boolean;
  readonly secret: string;
  readonly chunks: readonly (readonly [Direction, string])[];
}

const FILE = new URL('../../../test/support/dissection/old-suites.json', import.meta.url);
const { connections } = JSON.parse(readFileSync(FILE, 'utf8')) as {
  readonly connections: readonly Recorded[];
};
const SAID = 'hello old suite\nonce more\n';
const ENDS = { client: { address: '127.0.0.1', port: 50_000 }, server: { address: '127.0.0.1', port: 443 } };

interface Options {
  readonly ciphers?: RecordCiphers;
  readonly secret?: boolean;
  readonly change?: (hex: string, index: number) => string;
}

function dissected({ chunks, secret }: Recorded, options: Options = {}): Dissection {
  const { ciphers = nativeRecordCiphers, change = (hex) => hex } = options;
  const dissection = new Dissection({ ciphers });
  const events: TapEvent[] = [
    { kind: 'flow', flow: 1, time: 0, ...ENDS },
    ...chunks.map(([dir, hex], i): TapEvent => {
      return { kind: 'chunk', flow: 1, dir, time: i, bytes: fromHex(change(hex, i)) };
    }),
  ];
  if (options.secret !== false) events.push({ kind: 'secret', time: 0, line: secret });
  dissection.addAll(events);
  return dissection;
}

const data = (dissection: Dissection, dir: Direction): string =>
  showUtf8(
    concat(
      dissection
        .records(1)
        .filter((record) => record.dir === dir && record.raw[0] === 23)
        .map(({ plain }) => plain ?? new Uint8Array()),
    ),
  );
const states = (dissection: Dissection): Set<string> =>
  new Set(
    dissection
      .records(1)
      .filter(({ raw }) => raw[0] === 23)
      .map(({ state, reason }) => `${state} ${reason}`.trim()),
  );

const named = (row: Recorded): string =>
  `${row.cipher}${row.encryptThenMac ? '' : ', MAC before encryption'}`;
const NULL_SUITE = connections.find(({ cipher }) => cipher.includes('NULL')) as Recorded;

describe('old suites as gnutls speaks them', () => {
  it.each(connections.map((row) => [named(row), row] as const))('%s', (_name, row) => {
    const dissection = dissected(row);
    expect(dissection.flow(1)).toMatchObject({ cipher: row.cipher, sealed: 0 });
    expect([data(dissection, 'c2s'), data(dissection, 's2c')]).toEqual([SAID, SAID]);
    expect(states(dissection)).toEqual(new Set([row === NULL_SUITE ? 'clear' : 'opened']));
  });

  it.each(connections.map((row) => [named(row), row] as const))('with pure ciphers: %s', (_name, row) => {
    const dissection = dissected(row, { ciphers: pureRecordCiphers });
    const [missing] = /3des-ede|camellia-\d+-gcm/.exec(row.cipher.toLowerCase().replaceAll('_', '-')) ?? [];
    if (missing === undefined) return void expect(data(dissection, 's2c')).toBe(SAID);
    const suite = row.cipher.replace(/.*, /, '');
    expect(states(dissection)).toEqual(
      new Set([`no-key ${suite} is not opened here: this host has no ${missing}`]),
    );
  });

  it('do not open when a bit was changed', () => {
    for (const row of connections) {
      if (row === NULL_SUITE) continue;
      const last = row.chunks.length - 1;
      const flip = (hex: string, i: number): string =>
        i === last ? hex.slice(0, 12) + toHex(Uint8Array.of(fromHex(hex)[6]! ^ 1)) + hex.slice(14) : hex;
      const [before, after] = [dissected(row), dissected(row, { change: flip })];
      expect(after.flow(1)?.sealed).toBe((before.flow(1)?.sealed ?? 0) + 1);
    }
  });
});

describe('a suite without encryption', () => {
  it('is clear without any secret, and its MAC is a field of its own', () => {
    const dissection = dissected(NULL_SUITE, { secret: false });
    expect(dissection.flow(1)).toMatchObject({
      cipher: 'TLS 1.2, TLS_RSA_WITH_NULL_MD5 (clear, integrity only)',
      sealed: 0,
    });
    expect(states(dissection)).toEqual(new Set(['clear']));
    expect(data(dissection, 'c2s')).toBe(SAID);
    const record = dissection.records(1).find(({ raw }) => raw[0] === 23);
    expect(record?.fields.slice(-2).map(({ name, start, end }) => [name, end - start])).toEqual([
      ['fragment', 'hello old suite\n'.length],
      ['content_mac', 16],
    ]);
  });

  it('says when the MAC does not fit the secret at hand, but still shows the content', () => {
    const flip = (hex: string): string =>
      hex.replace(toHex(new TextEncoder().encode('hello')), toHex(new TextEncoder().encode('hallo')));
    const dissection = dissected(NULL_SUITE, { change: flip });
    expect(data(dissection, 'c2s')).toBe(SAID.replace('hello', 'hallo'));
    expect([...states(dissection)].filter((state) => state.length > 5)).toEqual([
      expect.stringMatching(/^clear .*it was changed on its way$/),
    ]);
  });
});
