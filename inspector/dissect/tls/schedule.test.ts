import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EMPTY, concat, fromHex, toHex } from '#protocol/bytes';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { pureRecordCiphers } from '../crypto/pure.ts';
import { aead13 } from './protection/aead13.ts';
import { expandLabel, keyBlock, keyBlockShape, nextTrafficSecret, prf, trafficKeys } from './schedule.ts';
import { tlsSuite } from './suites.ts';

const show = ({ key, iv }: { key: Uint8Array; iv: Uint8Array }): string => `${toHex(key)} ${toHex(iv)}`;

describe('the key schedule', () => {
  it('derives the server’s handshake keys of RFC 8448 §3', () => {
    const secret = fromHex('b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38');
    expect(show(trafficKeys('sha256', 'aes-128-gcm', secret))).toBe(
      '3fce516009c21727d0f2e4e86ee403bc 5d313eb2671276ee13000b30',
    );
  });

  it('makes secrets as long as the hash for the next generation', () => {
    expect(nextTrafficSecret('sha384', new Uint8Array(48))).toHaveLength(48);
    expect(toHex(nextTrafficSecret('sha256', new Uint8Array(32)))).toBe(
      toHex(expandLabel('sha256', new Uint8Array(32), 'traffic upd', EMPTY, 32)),
    );
  });

  it('has the PRF of TLS 1.2 with SHA-256', () => {
    // Published on the TLS working group's list, "Test vectors for TLS 1.2 PRF".
    const out = prf(
      'sha256',
      fromHex('9bbe436ba940f017b17652849a71db35'),
      'test label',
      fromHex('a0ba9f936cda311827a6f796ffd5198c'),
      100,
    );
    expect(toHex(out)).toBe(
      'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af' +
        '0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701' +
        '87347b66',
    );
  });

  it('cuts the key block of TLS 1.2 into keys, then ivs', () => {
    const [master, client, server] = [
      new Uint8Array(48).fill(1),
      new Uint8Array(32).fill(2),
      new Uint8Array(32).fill(3),
    ];
    const block = toHex(prf('sha384', master, 'key expansion', Uint8Array.from([...server, ...client]), 72));
    const { c2s, s2c } = keyBlock('sha384', keyBlockShape(tlsSuite(0xc030)), master, { client, server });
    expect([c2s.key, s2c.key, c2s.iv, s2c.iv].map(toHex).join('')).toBe(block);
    expect(keyBlockShape(tlsSuite(0xcca8))).toEqual({ mac: 0, key: 32, iv: 12 });
  });
});

describeVectors('rfc8448', 'the examples of RFC 8448 and its kind', (folder) => {
  interface Step {
    readonly step: string;
    readonly fields: readonly { readonly name: string; readonly hex?: string }[];
  }
  const rfc = JSON.parse(readFileSync(join(folder, 'rfc8448-from-otp.json'), 'utf8')) as {
    sections: Record<string, Step[]>;
  };
  const steps = Object.values(rfc.sections)
    .flat()
    .filter(({ step }) => step.includes('traffic keys'));
  const hexOf = (step: Step, name: string): string =>
    step.fields.find((field) => field.name === name)?.hex ?? '';

  it('finds all traffic keys', () => expect(steps.length).toBe(4));

  it.each(steps.map((step) => [step.step, step] as const))('%s', (_name, step) => {
    const keys = trafficKeys('sha256', 'aes-128-gcm', fromHex(hexOf(step, 'PRK')));
    expect(show(keys)).toBe(`${hexOf(step, 'key expanded')} ${hexOf(step, 'iv expanded')}`);
  });

  const LINE =
    /^ssl_tls1_3_hkdf_expand_label:MBEDTLS_MD_SHA256:"(\w+)":tls1_3_label_(\w+):"(\w*)":(\d+):"(\w+)"/gm;
  const LABELS: Record<string, string> = { c_hs_traffic: 'c hs traffic', s_hs_traffic: 's hs traffic' };
  const lines = [...readFileSync(join(folder, 'mbedtls-tls13-keyschedule.data'), 'utf8').matchAll(LINE)];

  it.each(lines.map((match) => match.slice(1)))(
    'HKDF-Expand-Label of %s with %s',
    (secret, label, context, length, out) => {
      const name = LABELS[label] ?? label;
      const made = expandLabel('sha256', fromHex(secret), name, fromHex(context), Number(length));
      expect(toHex(made)).toBe(out);
    },
  );

  const draft = JSON.parse(readFileSync(join(folder, 'openssl-draft06-records.json'), 'utf8')) as {
    records: Record<string, string>[];
  };

  it.each(draft.records.map((record, i) => [i, record] as const))(
    'opens record %i, and not with a bit changed',
    (_i, given) => {
      const [ciphertext, key, iv] = ['ciphertext', 'key', 'iv'].map((name) =>
        fromHex(given[name] ?? ''),
      ) as Three;
      const header = Uint8Array.of(0x17, 0x03, 0x03, ciphertext.length >> 8, ciphertext.length & 0xff);
      const record = concat([header, ciphertext]);
      const sequence = Number(`0x${given['seq']}`);
      const protection = aead13(pureRecordCiphers, 'aes-128-gcm', { key, iv });
      const opened = protection.open(sequence, record);
      expect(opened && toHex(opened)).toBe(given['plaintext_with_inner_type']);
      for (const at of [0, 4, 5, record.length - 1]) {
        const changed = record.slice();
        changed[at] = (changed[at] as number) ^ 0x80;
        expect(protection.open(sequence, changed)).toBeUndefined();
      }
    },
  );
});

type Three = [Uint8Array, Uint8Array, Uint8Array];
