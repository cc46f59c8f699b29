import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '#protocol/bytes';
import { tlsSuite } from '../tls/suites.ts';
import { Transcript } from '../tls/transcript.ts';
import type { Derivation } from './derivation.ts';
import { tls12Schedule } from './tls12.ts';
import { tls13Schedule } from './tls13.ts';
import { type Said, facts, outputs, checks } from '../../../test/support/dissection/key-schedules.ts';

const EARLY = {
  random: new Uint8Array(32),
  sessionId: new Uint8Array(0),
  suites: [],
  earlyData: true,
  extensions: {},
};
const ANSWER = {
  ...EARLY,
  compression: 0,
  version: 0x0304,
  suite: tlsSuite(0x1301),
  encryptThenMac: false,
  extendedMasterSecret: false,
};

describe('the key schedule of TLS 1.3', () => {
  it('has the keys of RFC 8448 §3 from its secrets', () => {
    const list = tls13Schedule(
      facts(0x1301, [], {
        SERVER_HANDSHAKE_TRAFFIC_SECRET: 'b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38',
      }),
    );
    expect(outputs(list)).toEqual({
      'tls.s2c.handshake.key': '3fce516009c21727d0f2e4e86ee403bc',
      'tls.s2c.handshake.iv': '5d313eb2671276ee13000b30',
      'tls.s2c.handshake.finished_key': '008d3b66f816ea559f96b537e885c31fc068bf492c652f01f288a1d8cdc19fc8',
    });
  });

  it('is empty without a secret and without a whole hello', () => {
    expect(tls13Schedule(facts(0x1301, [], {}))).toEqual([]);
    expect(tls13Schedule(facts(0xfafa, [], { CLIENT_TRAFFIC_SECRET_0: '00'.repeat(32) }))).toEqual([]);
  });
});

describe('the key schedule of TLS 1.2', () => {
  /** The session that tls12.xargs.org explains byte by byte; the values are its. */
  const premaster = 'df4a291baa1eb7cfa6934b29b474baad2697e29f1f920dcc77c8a0a088447624';
  const master =
    '916abf9da55973e13614ae0a3f5d3f37b023ba129aee02cc9134338127cd7049781c8e19fc1eb2a7387ac06ae237344c';

  it('cuts MAC keys and keys from the key block', () => {
    expect(outputs(tls12Schedule(facts(0xc013, [], { CLIENT_RANDOM: master })))).toMatchObject({
      'tls.c2s.mac_key': '1b7d117c7d5f690bc263cae8ef60af0f1878acc2',
      'tls.s2c.mac_key': '2ad8bdd8c601a617126f63540eb20906f781fad2',
      'tls.c2s.key': 'f656d037b173ef3e11169f27231a84b6',
      'tls.s2c.key': '752a18e7a9fcb7cbcdd8f98dd8f769eb',
    });
  });

  it('begins with the premaster secret where that is at hand', () => {
    const from = (log: Record<string, string>): Derivation[] => tls12Schedule(facts(0xc013, [], log));
    const [derived] = from({ PMS_CLIENT_RANDOM: premaster });
    expect(derived).toMatchObject({ id: 'tls.master', output: master, source: 'RFC 5246 §8.1' });
    expect(checks(from({ PMS_CLIENT_RANDOM: premaster, CLIENT_RANDOM: master }))).toEqual({
      'tls.master': true,
    });
    const misled = from({ PMS_CLIENT_RANDOM: premaster, CLIENT_RANDOM: '00'.repeat(48) });
    expect(checks(misled)).toEqual({ 'tls.master': false });
  });

  it('has as many bytes as each suite wants', () => {
    const lengths = (suite: number): Record<string, number> =>
      Object.fromEntries(
        tls12Schedule(facts(suite, [], { CLIENT_RANDOM: master })).map(({ id, length }) => [id, length]),
      );
    // AES-256-CBC with SHA-384, AES-128-GCM, ChaCha20, AES-256-CCM-8, 3DES.
    expect(lengths(0xc028)).toEqual(keyed({ mac_key: 48, key: 32 }));
    expect(lengths(0xc02f)).toEqual(keyed({ key: 16, iv: 4 }));
    expect(lengths(0xcca8)).toEqual(keyed({ key: 32, iv: 12 }));
    expect(lengths(0xc0a1)).toEqual(keyed({ key: 32, iv: 4 }));
    expect(lengths(0x000a)).toEqual(keyed({ mac_key: 20, key: 24 }));
  });
  const keyed = (parts: Record<string, number>): Record<string, number> => ({
    'tls.key_block': 2 * Object.values(parts).reduce((sum, length) => sum + length, 0),
    ...Object.fromEntries(
      ['c2s', 's2c'].flatMap((dir) =>
        Object.entries(parts).map(([part, length]) => [`tls.${dir}.${part}`, length]),
      ),
    ),
  });
});

describe('a transcript', () => {
  const hello = `0100002d0303${'00'.repeat(32)}000002130101000000`.padEnd(98, '0');
  const update: Said = ['c2s', '1800000100'];

  it('ends where something was not seen, and goes on counting keys', () => {
    const transcript = new Transcript();
    transcript.add('c2s', { type: 1, bytes: fromHex(hello) });
    transcript.hole();
    transcript.add('s2c', { type: 2, bytes: fromHex('02000000') });
    transcript.add(update[0], { type: 24, bytes: fromHex(update[1]) });
    expect(transcript.messages.map(({ type }) => type)).toEqual([1]);
    expect(transcript.updates).toEqual({ c2s: 1, s2c: 0 });
  });

  it('takes in nothing after both Finished', () => {
    const transcript = new Transcript();
    for (const dir of ['s2c', 'c2s', 's2c', 'c2s'] as const)
      transcript.add(dir, { type: 20, bytes: fromHex('14000000') });
    expect(transcript.messages.map(({ dir }) => dir)).toEqual(['s2c', 'c2s']);
  });

  it('is not ended by early data, which no hash covers', () => {
    const transcript = new Transcript();
    transcript.add('c2s', { type: 1, bytes: fromHex(hello), clientHello: EARLY });
    transcript.sealed('c2s');
    transcript.add('s2c', { type: 2, bytes: fromHex('02000000') });
    transcript.sealed('s2c');
    transcript.add('s2c', { type: 8, bytes: fromHex('08000000') });
    expect(transcript.messages.map(({ type }) => type)).toEqual([1, 2]);
  });

  it('remembers a limited number of bytes', () => {
    const transcript = new Transcript();
    for (let i = 0; i < 20; i++) transcript.add('s2c', { type: 11, bytes: new Uint8Array(50 * 1024) });
    expect(transcript.messages).toHaveLength(5);
  });

  it('remembers a limited number of messages', () => {
    const transcript = new Transcript();
    for (let i = 0; i < 1_000; i++) transcript.add('s2c', { type: 0, bytes: fromHex('00000000') });
    expect(transcript.messages).toHaveLength(200);
  });

  it('makes a schedule whatever was said', () => {
    const message = fc
      .record({
        type: fc.constantFrom(0, 1, 2, 4, 8, 11, 16, 20, 24),
        body: fc.uint8Array({ maxLength: 80 }),
      })
      .map(({ type, body }) => Uint8Array.of(type, 0, 0, body.length, ...body));
    const said = fc.array(fc.tuple(fc.constantFrom('c2s' as const, 's2c' as const), message, fc.boolean()));
    const log = {
      CLIENT_RANDOM: '01'.repeat(48),
      SERVER_HANDSHAKE_TRAFFIC_SECRET: '02'.repeat(32),
      CLIENT_HANDSHAKE_TRAFFIC_SECRET: '03'.repeat(32),
    };
    fc.assert(
      fc.property(said, (messages) => {
        const given = facts(0x1301, [], log);
        for (const [dir, bytes, retry] of messages) {
          const type = bytes[0] as number;
          given.transcript.add(
            dir,
            type === 2 ? { type, bytes, serverHello: { ...ANSWER, retry } } : { type, bytes },
          );
        }
        for (const list of [tls13Schedule(given), tls12Schedule(given)]) {
          expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
        }
      }),
    );
  });
});
