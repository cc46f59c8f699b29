import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { writePcapng } from '#dissect/capture/write';
import { SUITES, type Suite, suiteTitle } from '#channel/psk/suites';
import { toHex } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { inspect, started } from '../../test/support/programs/inspect-command.ts';
import { DEMO_KEY, pskConversation } from '../../test/support/flows/psk-conversation.ts';

const SAY = encodeFrame(encodeMessage({ type: 'say', text: 'hello\u202e' }));
const TALK = pskConversation({ c2s: [SAY], s2c: [] });
const SECRET = TALK.flatMap((event) => (event.kind === 'secret' ? [event.line] : []))[0] as string;

describe('wireglass inspect', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wireglass-inspect-'));
  const file = (name: string, content: Uint8Array | string): string => {
    writeFileSync(join(folder, name), content, 'latin1');
    return join(folder, name);
  };
  const capture = file('talk.pcapng', writePcapng(TALK));
  const closed = file('closed.pcapng', writePcapng(TALK, { keys: false }));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('prints one JSON object for each record', async () => {
    const { code, out, err } = await inspect([capture, '--json']);
    expect([code, err]).toEqual([0, '']);
    const records = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(
      records.map(({ dir, title, state }) => `${String(dir)} ${String(title)} ${String(state)}`),
    ).toEqual([
      'c2s client_hello clear',
      's2c server_hello clear',
      'c2s client_finished clear',
      'c2s say opened',
      'c2s alert: done opened',
    ]);
    expect(records[3]).toMatchObject({
      flow: 1,
      wire: 'psk',
      layer: 'record',
      proto: 'psk',
      plain: toHex(SAY),
      inner: [
        { layer: 'frame', proto: 'frame', title: 'say', raw: toHex(SAY), state: 'was-sealed', start: 0 },
      ],
    });
    expect(records[3]?.['raw']).toMatch(/^17[0-9a-f]+$/);
    expect(Object.keys(records[0] ?? {})).toEqual(
      expect.arrayContaining(['flow', 'dir', 'time', 'layer', 'proto', 'raw', 'state', 'fields']),
    );
  });

  it('prints a list for people, without colours when piped and without the sender’s control characters', async () => {
    const { code, out } = await started([capture]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^flow 1 {2}psk {2}127\.0\.0\.1:50000 → 127\.0\.0\.1:5556 {2}psk, aes-256-gcm {2}closed\n/,
    );
    expect(out).toContain('{"type":"say","text":"hello·"}');
    // eslint-disable-next-line no-control-regex -- this is what must not be there
    expect(out).not.toMatch(/[\u001b\u202e]/);
  });

  it.each(SUITES)(
    'opens $name with the key log or the shared key, and says if it is weak',
    async (suite: Suite) => {
      const talk = pskConversation({ c2s: [SAY], s2c: [] }, suite);
      const logged = file('suite.pcapng', writePcapng(talk));
      const sealed = file('suite-closed.pcapng', writePcapng(talk, { keys: false }));
      const shared = file('suite.keys', `${DEMO_KEY.id}:${toHex(DEMO_KEY.key)}\n`);
      const [byLog, byKey, eve] = await Promise.all([
        inspect([logged]),
        inspect([sealed, '--psk-file', shared]),
        inspect([sealed]),
      ]);
      for (const { out } of [byLog, byKey]) expect(out).toContain('{"type":"say","text":"hello·"}');
      expect(eve.out).not.toContain('"text"');
      for (const { out } of [byLog, byKey, eve]) expect(out).toContain(`  psk, ${suiteTitle(suite)}  `);
    },
  );

  it('takes further secrets from a file, and uses none at all when asked', async () => {
    const keys = file('keys.txt', `# of a session\n${SECRET}\n`);
    const [without, within, withheld] = await Promise.all([
      inspect([closed]),
      inspect([closed, '--keys', keys]),
      inspect([capture, '--no-keys']),
    ]);
    expect(without.out).toContain('no secret for the client nonce');
    expect(within.out).toContain('"text":"hello');
    expect(withheld.out).toBe(without.out);
  });

  it('reads standard input, and files that are compressed with gzip', async () => {
    const bytes = writePcapng(TALK);
    const [plain, piped, packed] = await Promise.all([
      inspect([capture]),
      started(['-'], { input: bytes }),
      started(['-'], { input: gzipSync(bytes) }),
    ]);
    expect(plain.out).toContain('"text":"hello');
    expect([piped.out, packed.out]).toEqual([plain.out, plain.out]);
  });

  it('shows what can be unpacked of a gzip file that is cut off', async () => {
    const packed = gzipSync(writePcapng(TALK));
    const { code, out, err } = await inspect([file('cut.gz', packed.subarray(0, -40)), '--json']);
    expect(code).toBe(0);
    expect(out).toContain('"title":"client_hello"');
    expect(err).toMatch(/cut\.gz: the gzip data ends too early$/m);
  });

  it.each([
    [['--tree', '--follow', '1'], /option '--tree' cannot be used with option '--follow <flow>'/],
    [['--json', '--tree'], /option '--json' cannot be used with option '--tree'/],
    [['--notes'], /option '--notes' requires option '--tree' or '--keyschedule'/],
    [['--follow', '0'], /Flows are numbered from 1/],
    [['--gone'], /unknown option '--gone'/],
  ])('refuses %j as a mistake in the call', async (args, message) => {
    const { code, out, err } = await inspect([capture, ...args]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
  });

  it('shows what matches a filter, in every mode with records', async () => {
    const [list, json, none] = await Promise.all([
      inspect([capture, '--filter', 'msg.type == "say"']),
      inspect([capture, '--filter', 'dir == s2c', '--json']),
      inspect([capture, '--filter', 'len > 9999', '--tree']),
    ]);
    expect(list.out.match(/^ +\d\.\d{6} .*$/gm)).toEqual([expect.stringContaining('say  opened')]);
    expect(json.out.trim().split('\n')).toEqual([expect.stringContaining('"title":"server_hello"')]);
    expect(none).toEqual({ code: 0, out: 'No record matches the filter.\n', err: '' });
  });

  it('points at a mistake in a filter, before it reads anything', async () => {
    const { code, out, err } = await inspect([join(folder, 'missing'), '--filter', 'len > 5 ; x']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe('wireglass: --filter: unexpected ";"\n  len > 5 ; x\n          ^\n');
  });

  it('has a help text that fits a terminal of 80 columns', async () => {
    const { code, out } = await inspect(['--help']);
    expect(code).toBe(0);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const mode of [
      '--json',
      '--tree',
      '--follow',
      '--keyschedule',
      '--stats',
      '--keys',
      '--psk-file',
      '--filter',
    ]) {
      expect(out).toMatch(new RegExp(`^  wireglass inspect .*${mode}`, 'm'));
    }
  });

  it('opens with a shared key, and says when others can read its file', async () => {
    const hex = toHex(DEMO_KEY.key);
    const own = file('own.keys', `# shared\ndemo:${hex}\n`);
    const others = file('others.keys', `${hex}\n`);
    chmodSync(own, 0o600);
    chmodSync(others, 0o644);
    const [named, unnamed] = await Promise.all(
      [own, others].map((keys) => inspect([closed, '--psk-file', keys])),
    );
    expect(named?.out).toContain('"text":"hello');
    expect(named?.err).toBe('');
    expect(unnamed?.out).toBe(named?.out);
    expect(unnamed?.err).toMatch(
      /others\.keys can be read by others on this machine; run chmod 600 on it\n$/,
    );
  });

  it('recognises a private key by its content, alongside a key log', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const pem = file('server.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const log = file('further.txt', SECRET);
    chmodSync(pem, 0o644);
    const { code, out, err } = await inspect([closed, '--keys', pem, '--keys', log]);
    expect([code, err]).toEqual([0, expect.stringMatching(/server\.pem can be read by others/)]);
    expect(out).toContain('"text":"hello');
  });

  it.each([
    ['a missing file', () => [join(folder, 'missing')], /missing: there is no such file\n$/],
    ['a folder', () => [folder], /this is a folder\n$/],
    ['nothing', () => [file('empty', '')], /empty: neither a pcapng nor a pcap file\n$/],
    [
      'binary garbage',
      () => [file('garbage', new Uint8Array(5_000).fill(0xa5))],
      /garbage: neither a pcapng nor a pcap/,
    ],
    [
      'another packing',
      () => [file('x.zst', '(\xb5/\xfd')],
      /x\.zst: this file is packed with zstd; unpack it first/,
    ],
    [
      'broken packing',
      () => [file('x.gz', gzipSync('hello').subarray(0, 5))],
      /x\.gz: neither a pcapng nor a pcap file/,
    ],
    ['a missing flow', () => [capture, '--follow', '9'], /there is no flow 9/],
    ['another kind of file', () => [file('text', 'hello')], /text: neither a pcapng nor a pcap file\n$/],
    ['a missing key file', () => [capture, '--keys', join(folder, 'gone')], /gone: there is no such file\n$/],
    [
      'a certificate for a key',
      () => [
        capture,
        '--keys',
        file('ca.pem', '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----'),
      ],
      /ca\.pem: there is no RSA private key in it/,
    ],
    [
      'shared keys for a key log',
      () => [capture, '--keys', file('psk.keys', `demo:${'6b'.repeat(32)}`)],
      /psk\.keys: .*it looks like a file of shared keys, which is given with --psk-file\n$/,
    ],
    [
      'a shared key that is none, without repeating it',
      () => [capture, '--psk-file', file('bad.keys', '# one\ndemo:6b6')],
      /bad\.keys: line 2 is not key-id:hex, with two digits per byte\n$/,
    ],
    [
      'keys that are none',
      () => [capture, '--keys', file('no-keys', 'hello')],
      /it contains no line of a key log/,
    ],
  ])('refuses %s with a sentence and code 1', async (_name, args, message) => {
    const { code, out, err } = await inspect(args());
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
    expect(err).toMatch(/^wireglass: /);
  });

  it('ends with 1 and a sentence on standard error, as a program', async () => {
    const [missing, mistaken] = await Promise.all([
      started([join(folder, 'missing')]),
      started([capture, '--gone']),
    ]);
    expect(missing).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^wireglass: .*missing: there is no such file\n$/),
    });
    expect(mistaken).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/unknown option '--gone'/),
    });
  });

  it('warns of a file that is cut off, and shows what is there', async () => {
    const { code, out, err } = await inspect([
      file('cut.pcapng', writePcapng(TALK).subarray(0, -20)),
      '--json',
    ]);
    expect(code).toBe(0);
    expect(err).toMatch(/is cut off or broken\n$/);
    expect(out.trim().split('\n')).toHaveLength(5);
  });

  it('exits with 0 when nobody reads its output any more', async () => {
    const long = Array.from({ length: 2_000 }, () => SAY);
    const many = file('many.pcapng', writePcapng(pskConversation({ c2s: long, s2c: [] })));
    expect(await started([many, '--json'], { readBytes: 1 })).toMatchObject({ code: 0, err: '' });
  });
});
