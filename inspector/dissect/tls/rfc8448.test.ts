/** The example handshakes of RFC 8448, each derivation from its inputs, each message as it crossed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { EMPTY, concat, fromHex, readUint, showUtf8, toHex } from '#protocol/bytes';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { tlsRecordLength } from './layer.ts';
import { deriveSecret, expandLabel, finishedMac, hkdfExtract, nextStage, trafficKeys } from './schedule.ts';

interface Step {
  readonly step: string;
  readonly fields: readonly { readonly name: string; readonly hex?: string }[];
}
type Named = (name: string) => Uint8Array;

/** What `info` asks for (RFC 8446 §7.1), computed by our own function. */
function expandedBy(secret: Uint8Array, info: Uint8Array): string {
  const nameEnd = 3 + (info[2] as number);
  const label = showUtf8(info.subarray(3, nameEnd));
  expect(label.startsWith('tls13 ')).toBe(true);
  const context = info.subarray(nameEnd + 1, nameEnd + 1 + (info[nameEnd] as number));
  return toHex(expandLabel('sha256', secret, label.slice(6), context, readUint(info, 0, 2)));
}

/** The check of each step, by the beginning of its name. Messages, those before it: what a Finished covers. */
const CHECKS: readonly [beginning: string, check: (hex: Named, messages: Uint8Array) => void][] = [
  ['construct', () => undefined],
  [
    'send handshake record',
    (hex) => {
      const record = hex('complete record');
      expect(tlsRecordLength(record.subarray(0, 5), 0)).toBe(record.length);
      expect(toHex(record.subarray(5))).toBe(toHex(hex('payload')));
    },
  ],
  [
    'extract secret',
    (hex) => {
      expect(toHex(hkdfExtract('sha256', hex('salt'), hex('IKM')))).toBe(toHex(hex('secret')));
    },
  ],
  ['derive secret', (hex) => expect(expandedBy(hex('PRK'), hex('info'))).toBe(toHex(hex('expanded')))],
  [
    'generate resumption secret',
    (hex) => {
      if (hex('info').length > 0) expect(expandedBy(hex('PRK'), hex('info'))).toBe(toHex(hex('expanded')));
    },
  ],
  [
    'derive',
    (hex) => {
      const { key, iv } = trafficKeys('sha256', 'aes-128-gcm', hex('PRK'));
      expect([toHex(key), toHex(iv)]).toEqual([toHex(hex('key expanded')), toHex(hex('iv expanded'))]);
      expect(expandedBy(hex('PRK'), hex('key info'))).toBe(toHex(key));
      expect(expandedBy(hex('PRK'), hex('iv info'))).toBe(toHex(iv));
    },
  ],
  [
    'calculate finished',
    (hex, messages) => {
      expect(expandedBy(hex('PRK'), hex('info'))).toBe(toHex(hex('expanded')));
      expect(toHex(finishedMac('sha256', hex('PRK'), sha256(messages)))).toBe(toHex(hex('finished')));
    },
  ],
  [
    'calculate PSK binder',
    (hex) => {
      expect(toHex(sha256(hex('ClientHello prefix')))).toBe(toHex(hex('binder hash')));
      expect(toHex(finishedMac('sha256', hex('PRK'), hex('binder hash')))).toBe(toHex(hex('finished')));
    },
  ],
  // X25519 is the one thing here that opening a recording never needs.
  ['create an ephemeral', () => undefined],
];

describeVectors('rfc8448/rfc8448-from-otp.json', 'RFC 8448', (path) => {
  const { sections } = JSON.parse(readFileSync(path, 'utf8')) as { sections: Record<string, Step[]> };

  it('has 36 steps with 104 fields', () => {
    const steps = Object.values(sections).flat();
    expect([steps.length, steps.flatMap(({ fields }) => fields).length]).toEqual([36, 104]);
  });

  describe.each(Object.entries(sections))('%s', (_section, steps) => {
    it.each(steps.map((step, i) => ({ ...step, i })))('$i $step', ({ step, fields, i }) => {
      const hex: Named = (name) => fromHex(fields.find((field) => field.name === name)?.hex ?? '');
      const messages = steps.slice(0, i).filter((before) => before.step.startsWith('construct'));
      const said = concat(messages.map((message) => fromHex(message.fields[0]?.hex ?? '')));
      const [, check] = CHECKS.find(([beginning]) => step.startsWith(beginning)) ?? [];
      expect(check).toBeDefined();
      check?.(hex, said);
    });
  });
});

describeVectors('rfc8448', 'the key schedule cases of Mbed TLS', (folder) => {
  const text = readFileSync(join(folder, 'mbedtls-tls13-keyschedule.data'), 'utf8');
  const all = [...text.matchAll(/^ssl_tls1_3_(\w+):(.*)$/gm)].map(([, kind = '', args = '']) => ({
    kind,
    args: args.split(':').map((arg) => arg.replaceAll('"', '')),
  }));
  const evolutions = all.filter(({ kind }) => kind === 'key_evolution');

  it('finds them', () => {
    expect(all).toHaveLength(25);
    expect(evolutions).toHaveLength(3);
  });

  it.each(evolutions)('$kind $args.3', ({ args: [, secret = '', input = '', expected = ''] }) => {
    const from = fromHex(secret);
    const next =
      secret === ''
        ? hkdfExtract('sha256', EMPTY, fromHex(input))
        : nextStage('sha256', from, fromHex(input));
    expect(toHex(next)).toBe(expected);
  });

  const of = (wanted: string): string[][] =>
    all.filter(({ kind }) => kind === wanted).map(({ args }) => args);

  it.each(of('derive_secret').map((args) => ({ args })))('derive_secret $args.2', ({ args }) => {
    const [, secret = '', label = '', context = '', , how = '', out] = args;
    const name = label.replace('tls1_3_label_', '').replaceAll('_', ' ');
    const hashed = how.endsWith('_UNHASHED') ? sha256(fromHex(context)) : fromHex(context);
    expect(toHex(expandLabel('sha256', fromHex(secret), name, hashed, 32))).toBe(out);
  });

  it.each(of('traffic_key_generation').map((args) => ({ args })))('traffic keys of $args.1', ({ args }) => {
    const keys = args.slice(1, 3).map((secret) => trafficKeys('sha256', 'aes-128-gcm', fromHex(secret)));
    expect(keys.flatMap(({ key, iv }) => [toHex(key), toHex(iv)])).toEqual(args.slice(5));
  });

  it('derives the secret of the next stage from no messages at all', () => {
    // RFC 8448 §3, "derive secret for handshake".
    const early = fromHex('33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a');
    expect(toHex(deriveSecret('sha256', early, 'derived', EMPTY))).toBe(
      '6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba',
    );
  });
});
