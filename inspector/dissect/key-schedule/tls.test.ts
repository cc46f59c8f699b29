import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '#wire/bytes';
import { describeVectors } from '../../../test/support/needs.ts';
import { Dissection } from '../index.ts';
import type { Direction } from '../model.ts';
import { readCapture, secretEvents } from '../pcapng-read.ts';
import { HandshakeStream } from '../tls/handshake.ts';
import { tlsSuite } from '../tls/suites.ts';
import { Transcript } from '../tls/transcript.ts';
import type { Derivation } from './derivation.ts';
import type { TlsFacts } from './tls-facts.ts';
import { tls12Schedule } from './tls12.ts';
import { tls13Schedule } from './tls13.ts';

type Said = readonly [dir: Direction, hex: string];

/** What a connection of this suite with these handshake messages and this key log settles. */
function facts(suite: number, said: readonly Said[], log: Record<string, string>): TlsFacts {
  const transcript = new Transcript();
  const streams = { c2s: new HandshakeStream(), s2c: new HandshakeStream() };
  for (const [dir, hex] of said) {
    streams[dir].push(fromHex(hex));
    for (let message = streams[dir].next(); message; message = streams[dir].next()) {
      transcript.add(dir, message.facts);
    }
  }
  const secrets = {
    find: (label: string) => (log[label] === undefined ? undefined : fromHex(log[label])),
    sharedKeys: () => [],
  };
  return {
    client: { random: CLIENT_RANDOM, earlyData: false },
    server: { random: SERVER_RANDOM, suite: tlsSuite(suite), extendedMasterSecret: false, extensions: {} },
    transcript,
    masters: [],
    secrets,
  };
}
const EARLY = {
  random: new Uint8Array(32),
  sessionId: new Uint8Array(0),
  suites: [],
  earlyData: true,
  extensions: {},
};
const ANSWER = {
  ...EARLY,
  version: 0x0304,
  suite: tlsSuite(0x1301),
  encryptThenMac: false,
  extendedMasterSecret: false,
};
const CLIENT_RANDOM = Uint8Array.from({ length: 32 }, (_, i) => i);
const SERVER_RANDOM = Uint8Array.from({ length: 32 }, (_, i) => 0x70 + i);

const outputs = (list: readonly Derivation[]): Record<string, string> =>
  Object.fromEntries(list.map(({ id, output }) => [id, output]));
const checks = (list: readonly Derivation[]): Record<string, boolean> =>
  Object.fromEntries(list.flatMap(({ id, check }) => (check ? [[id, check.fits]] : [])));

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

  it('takes nothing in behind both Finished', () => {
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

  it('remembers so many bytes and no more', () => {
    const transcript = new Transcript();
    for (let i = 0; i < 20; i++) transcript.add('s2c', { type: 11, bytes: new Uint8Array(50 * 1024) });
    expect(transcript.messages).toHaveLength(5);
  });

  it('remembers so many messages and no more', () => {
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

describeVectors('illustrated-tls13', 'the key schedule of the illustrated TLS 1.3 connection', (folder) => {
  const list = captured(folder);

  it('has the values that its page explains', () => {
    expect(outputs(list)).toMatchObject({
      'tls.transcript.hellos':
        'e05f64fcd082bdb0dce473adf669c2769f257a1c75a51b7887468b5e0e7a7de4f4d34555112077f16e079019d5a845bd',
      'tls.s2c.handshake.key': '9f13575ce3f8cfc1df64a77ceaffe89700b492ad31b4fab01c4792be1b266b7f',
      'tls.s2c.handshake.iv': '9563bc8b590f671f488d2da3',
      'tls.c2s.handshake.key': '1135b4826a9a70257e5a391ad93093dfd7c4214812f493b3e3daae1eb2b1ac69',
      'tls.c2s.handshake.iv': '4256d2e0e88babdd05eb2f27',
    });
  });

  it('meets both Finished', () => {
    expect(checks(list)).toEqual({ 'tls.s2c.verify_data': true, 'tls.c2s.verify_data': true });
  });

  it('is the hash of the hellos and no more for Eve', () => {
    expect(captured(folder, false).map(({ id }) => id)).toEqual(['tls.transcript.hellos']);
  });
});

function captured(folder: string, keys = true): Derivation[] {
  const file = (name: string): Buffer => readFileSync(join(folder, 'captures', name));
  const dissection = new Dissection({ keys });
  dissection.addAll(readCapture(file('capture.pcap')).events);
  dissection.addAll(secretEvents(file('keylog.txt').toString(), 0));
  return dissection.keySchedule(1);
}

describeVectors('rfc8448', 'the key schedule of RFC 8448 §3', (folder) => {
  interface Step {
    readonly actor: string;
    readonly step: string;
    readonly fields: readonly { readonly name: string; readonly hex?: string }[];
  }
  const { sections } = JSON.parse(readFileSync(join(folder, 'rfc8448-from-otp.json'), 'utf8')) as {
    sections: Record<string, Step[]>;
  };
  const steps = sections['1_RTT_handshake'] ?? [];
  const hexOf = (actor: string, step: string, field: string): string => {
    const found = steps.find((candidate) => candidate.actor === actor && candidate.step.includes(step));
    const hex = found?.fields.find(({ name }) => name === field)?.hex;
    if (hex === undefined) throw new Error(`the vectors have no ${field} in ${step} of the ${actor}`);
    return hex;
  };
  const message = (dir: Direction, name: string): Said => {
    const actor = dir === 'c2s' ? 'client' : 'server';
    return [dir, hexOf(actor, `construct a ${name}`, name)];
  };
  const list = tls13Schedule(
    facts(
      0x1301,
      [
        message('c2s', 'ClientHello'),
        message('s2c', 'ServerHello'),
        ['s2c', hexOf('server', 'construct an EncryptedExtensions', 'EncryptedExtensions')],
        message('s2c', 'Certificate'),
        message('s2c', 'CertificateVerify'),
        message('s2c', 'Finished'),
        message('c2s', 'Finished'),
      ],
      {
        CLIENT_HANDSHAKE_TRAFFIC_SECRET: hexOf('server', '"tls13 c hs traffic"', 'expanded'),
        SERVER_HANDSHAKE_TRAFFIC_SECRET: hexOf('server', '"tls13 s hs traffic"', 'expanded'),
        CLIENT_TRAFFIC_SECRET_0: hexOf('server', '"tls13 c ap traffic"', 'expanded'),
        SERVER_TRAFFIC_SECRET_0: hexOf('server', '"tls13 s ap traffic"', 'expanded'),
      },
    ),
  );

  it('has every value of the RFC', () => {
    const data = 'write traffic keys for application data';
    expect(outputs(list)).toMatchObject({
      'tls.transcript.hellos': hexOf('server', '"tls13 c hs traffic"', 'hash'),
      'tls.transcript.server_finished': hexOf('server', '"tls13 c ap traffic"', 'hash'),
      'tls.s2c.handshake.finished_key': hexOf('server', 'calculate finished', 'expanded'),
      'tls.s2c.verify_data': hexOf('server', 'calculate finished', 'finished'),
      'tls.c2s.handshake.key': hexOf('server', 'read traffic keys for handshake', 'key expanded'),
      'tls.c2s.handshake.iv': hexOf('server', 'read traffic keys for handshake', 'iv expanded'),
      'tls.c2s.handshake.finished_key': hexOf('client', 'calculate finished', 'expanded'),
      'tls.c2s.verify_data': hexOf('client', 'calculate finished', 'finished'),
      'tls.s2c.application.0.key': hexOf('server', data, 'key expanded'),
      'tls.s2c.application.0.iv': hexOf('server', data, 'iv expanded'),
      'tls.c2s.application.0.key': hexOf('client', data, 'key expanded'),
      'tls.c2s.application.0.iv': hexOf('client', data, 'iv expanded'),
    });
  });

  it('meets both Finished', () => {
    expect(checks(list)).toEqual({ 'tls.s2c.verify_data': true, 'tls.c2s.verify_data': true });
  });
});
