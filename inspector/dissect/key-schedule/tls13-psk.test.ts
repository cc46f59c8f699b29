/** RFC 8448 §4, the resumed handshake: its pre-shared key is what an onlooker would need. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { concat, fromHex, showUtf8, toHex } from '#protocol/bytes';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { chunk } from '../../../test/support/flows/chunk.ts';
import { Dissection } from '../index.ts';
import type { WireRecord } from '../model.ts';
import { HandshakeStream } from '../tls/handshake.ts';
import { tlsSuite } from '../tls/suites.ts';
import { Transcript } from '../tls/transcript.ts';
import type { Derivation } from './derivation.ts';
import { tls13Schedule } from './tls13.ts';

interface Step {
  readonly step: string;
  readonly fields: readonly { readonly name: string; readonly hex?: string }[];
}

/** As the RFC prints it: six letters of early data, and what comes of the early secret. */
const EARLY_RECORD = '1703030017ab1df420e75c457a7cc5d2844f76d5aee4b4edbf049be0';
const AFTER_EARLY = {
  'tls.transcript.client_hello': '08ad0fa05d7c7233b1775ba2ff9f4c5b8b59276b7f227f13a976245f5d960913',
  'tls.c2s.early': '3fbbe6a60deb66c30a32795aba0eff7eaa10105586e7be5c09678d63b6caab62',
  'tls.early_exporter': 'b2026866610937d7423e5be90862ccf24c0e6091186d34f812089ff5be2ef7df',
  'tls.c2s.early.key': '920205a5b7bf2115e6fc5c2942834f54',
  'tls.c2s.early.iv': '6d475f0993c8e564610db2b9',
};

describeVectors('rfc8448/rfc8448-from-otp.json', 'the resumed handshake of RFC 8448 §4', (path) => {
  const { sections } = JSON.parse(readFileSync(path, 'utf8')) as { sections: Record<string, Step[]> };
  const hexOf = (step: string, field: string): string => {
    const found = sections['0_RTT_handshake']?.find((candidate) => candidate.step.includes(step));
    const hex = found?.fields.find(({ name }) => name === field)?.hex;
    if (!hex) throw new Error(`the vectors have no ${field} in ${step}`);
    return hex;
  };
  const key = fromHex(hexOf('generate resumption secret', 'expanded'));
  const record = fromHex(hexOf('send handshake record', 'complete record'));

  /** Of a handshake in which the server takes the key, with the exchange that the client offers. */
  function schedule(shared: Uint8Array, hello = record.subarray(5)): Derivation[] {
    const transcript = new Transcript();
    const stream = new HandshakeStream();
    stream.push(hello);
    const facts = stream.next()?.facts;
    if (!facts?.clientHello) throw new Error('the hello of the vectors does not parse');
    transcript.add('c2s', facts);
    return tls13Schedule({
      client: facts.clientHello,
      server: {
        random: new Uint8Array(32),
        suite: tlsSuite(0x1301),
        extendedMasterSecret: false,
        selectedIdentity: 0,
        extensions: { keyShares: [] },
      },
      transcript,
      masters: [],
      secrets: { find: () => undefined, sharedKeys: () => [shared] },
    });
  }

  it('has the early secret, the binder and the keys of early data', () => {
    expect(Object.fromEntries(schedule(key).map(({ id, output }) => [id, output]))).toEqual({
      'tls.psk.0.early_secret': hexOf('extract secret "early"', 'secret'),
      'tls.empty.sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'tls.psk.0.binder_key': hexOf('calculate PSK binder', 'PRK'),
      'tls.psk.0.finished_key': hexOf('calculate PSK binder', 'expanded'),
      'tls.psk.0.covered': hexOf('calculate PSK binder', 'binder hash'),
      'tls.psk.0.binder': hexOf('calculate PSK binder', 'finished'),
      ...AFTER_EARLY,
    });
  });

  it('matches the binder, under the label of its kind, and says why the key goes no further', () => {
    const list = schedule(key);
    expect(list.flatMap(({ check }) => check ?? [])).toEqual([
      { what: 'binder 0 in the client hello', fits: true },
    ]);
    expect(list.find(({ id }) => id === 'tls.psk.0.binder_key')?.label).toBe('res binder');
    expect(list[0]?.note).toContain('psk_dhe_ke');
  });

  it('is empty with another key, and with a hello that was changed', () => {
    expect(schedule(new Uint8Array(32))).toEqual([]);
    const changed = record.slice(5);
    changed[20] = (changed[20] as number) ^ 1;
    expect(schedule(key, changed)).toEqual([]);
  });

  function heard(keys: readonly Uint8Array[]): WireRecord[] {
    const dissection = new Dissection();
    const end = { address: '127.0.0.1', port: 1 };
    dissection.addAll([
      { kind: 'flow', flow: 1, wire: 'tls', time: 0, client: end, server: end },
      chunk('c2s', concat([record, fromHex(EARLY_RECORD)])),
    ]);
    dissection.addKeys(keys.map((one) => ({ kind: 'psk', key: one })));
    return [...dissection.records(1)];
  }

  it('opens its early data with the key alone', () => {
    const [, early] = heard([new Uint8Array(32), key]);
    expect(early?.state).toBe('opened');
    expect(showUtf8(early?.plain ?? new Uint8Array())).toBe('ABCDEF');
    expect(toHex(early?.raw ?? new Uint8Array())).toBe(EARLY_RECORD);
  });

  it('says that no key fits where none does', () => {
    const [, early] = heard([new Uint8Array(32)]);
    expect(early).toMatchObject({ state: 'no-key' });
    expect(early?.reason).toBe(
      'no CLIENT_EARLY_TRAFFIC_SECRET for this connection is at hand, and no shared key at hand fits the binder in the client hello',
    );
  });
});
