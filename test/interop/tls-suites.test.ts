/** Every suite and every turn of TLS that we open, spoken by openssl: what we open is what was said, byte for byte. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureCertificates } from '#certs/ensure';
import { Dissection, type DissectionOptions } from '#dissect/index';
import type { KeyMaterial } from '#dissect/key-material';
import type { Direction, TapEvent, WireRecord } from '#dissect/model';
import { writePcapng } from '#dissect/pcapng-write';
import { nativeRecordCiphers } from '#inspector-cli/ciphers-native';
import { concat, fromHex, showUtf8 } from '#wire/bytes';
import { describeWith } from '../support/needs.ts';
import { type Step, opensslTalk } from '../support/openssl-peers.ts';
import { Tshark } from '../support/tshark.ts';

interface Case {
  readonly name: string;
  /** What the flow's summary says. */
  readonly cipher: string;
  /** Arguments for both sides, and for one. */
  readonly both?: string;
  readonly server?: string;
  readonly client?: string;
  /** Arguments of further connections, beside `both`. */
  readonly again?: readonly string[];
  readonly certificate?: 'rsa' | 'ec' | 'none';
  readonly steps?: readonly Step[];
  /** Configuration of openssl, in the folder. */
  readonly conf?: string;
  /** Titles of the last connection, in their order; others may stand between them, these not. */
  readonly sees?: readonly string[];
  /** Titles that its records must not have. */
  readonly without?: readonly string[];
  /** Extensions that the server's answer has, of those that change how records are opened. */
  readonly answers?: readonly string[];
  /** Sent as early data by the further connections. */
  readonly early?: string;
  /** Opens everything without the key log. */
  readonly material?: 'psk' | 'rsa' | 'both';
  /** Why tshark is not asked. */
  readonly withoutTshark?: string;
}

/** Longer than one record, each way. */
const LONG = `${'on and on '.repeat(4_000)}end`;
const PLAIN: readonly Step[] = [
  { dir: 'c2s', say: 'one' },
  { dir: 's2c', say: 'two' },
  { dir: 'c2s', say: LONG },
  { dir: 's2c', say: LONG },
];
const say = (dir: Direction, text: string): Step => ({ dir, say: text });
const client = (command: string, until: string): Step => ({ dir: 'c2s', command, until });
const server = (command: string): Step => ({ dir: 's2c', command });

const PSK = '00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef';
const SHARED = `-psk ${PSK} -psk_identity ana`;
const tls13 = (suite: string): string => `-tls1_3 -ciphersuites ${suite} -cipher ALL:@SECLEVEL=0`;
const tls12 = (suite: string): string => `-tls1_2 -cipher ${suite}:@SECLEVEL=0`;
const older = (version: string, suite: string): string => `${version} -cipher ${suite}:@SECLEVEL=0`;

const SHOOK_HANDS = ['client_hello', 'change_cipher_spec', 'change_cipher_spec'];
const EMS = 'extended_master_secret';
const ETM = 'encrypt_then_mac';

const CASES: readonly Case[] = [
  ...[
    'AES_128_GCM_SHA256',
    'AES_256_GCM_SHA384',
    'CHACHA20_POLY1305_SHA256',
    'AES_128_CCM_SHA256',
    'AES_128_CCM_8_SHA256',
  ].map((suite): Case => ({ name: suite, both: tls13(`TLS_${suite}`), cipher: `TLS 1.3, TLS_${suite}` })),
  {
    name: 'keys that both sides change, with and without asking the other',
    both: tls13('TLS_AES_128_GCM_SHA256'),
    cipher: 'TLS 1.3, TLS_AES_128_GCM_SHA256',
    steps: [
      say('c2s', 'one'),
      client('k', 'KEYUPDATE'),
      say('c2s', 'two'),
      say('s2c', 'three'),
      client('K', 'KEYUPDATE'),
      say('c2s', 'four'),
      say('s2c', 'five'),
      server('k'),
      say('s2c', 'six'),
      server('K'),
      say('s2c', 'seven'),
      say('c2s', 'eight'),
      server('k'),
      say('s2c', 'nine'),
    ],
    sees: ['key_update', 'key_update', 'key_update', 'key_update', 'key_update', 'key_update', 'key_update'],
  },
  {
    name: 'a hello retry request',
    both: tls13('TLS_AES_256_GCM_SHA384'),
    client: '-groups X25519:P-256',
    server: '-groups P-256',
    cipher: 'TLS 1.3, TLS_AES_256_GCM_SHA384',
    sees: ['client_hello', 'hello_retry_request', 'client_hello', 'server_hello'],
  },
  {
    name: 'a session taken up again',
    both: tls13('TLS_AES_256_GCM_SHA384'),
    client: '-sess_out session',
    again: ['-sess_in session'],
    without: ['certificate'],
    cipher: 'TLS 1.3, TLS_AES_256_GCM_SHA384',
  },
  ...['AES_128_GCM_SHA256', 'AES_256_GCM_SHA384', 'CHACHA20_POLY1305_SHA256'].map((suite): Case => ({
    name: `early data with ${suite}`,
    both: tls13(`TLS_${suite}`),
    server: '-early_data',
    client: '-sess_out session',
    again: ['-sess_in session -early_data early'],
    early: 'before anything was agreed\n',
    cipher: `TLS 1.3, TLS_${suite}`,
    sees: ['end_of_early_data'],
  })),
  {
    name: 'early data that the server passes over because it asks for another hello',
    both: tls13('TLS_AES_128_GCM_SHA256'),
    server: '-early_data -groups P-256',
    client: '-sess_out session -groups X25519:P-256',
    again: ['-sess_in session -early_data early -groups X25519:P-256'],
    early: 'before anything was agreed\n',
    cipher: 'TLS 1.3, TLS_AES_128_GCM_SHA256',
    sees: ['hello_retry_request'],
    without: ['end_of_early_data'],
  },
  {
    name: 'early data that the server refuses because the ticket was used before',
    both: tls13('TLS_AES_128_GCM_SHA256'),
    server: '-early_data',
    client: '-sess_out session',
    again: ['-sess_in session -early_data early', '-sess_in session -early_data early'],
    early: 'before anything was agreed\n',
    cipher: 'TLS 1.3, TLS_AES_128_GCM_SHA256',
    sees: ['certificate'],
    without: ['end_of_early_data'],
  },
  {
    name: 'a shared key in TLS 1.3',
    both: `${tls13('TLS_AES_128_GCM_SHA256')} ${SHARED}`,
    certificate: 'none',
    cipher: 'TLS 1.3, TLS_AES_128_GCM_SHA256',
  },
  ...(
    [
      ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'rsa'],
      ['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'rsa'],
      ['ECDHE-RSA-CHACHA20-POLY1305', 'ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'rsa'],
      ['DHE-RSA-AES256-CCM', 'DHE_RSA_WITH_AES_256_CCM', 'rsa'],
      ['ECDHE-ECDSA-AES128-CCM', 'ECDHE_ECDSA_WITH_AES_128_CCM', 'ec'],
      ['ECDHE-ECDSA-AES128-CCM8', 'ECDHE_ECDSA_WITH_AES_128_CCM_8', 'ec'],
      ['ECDHE-ECDSA-AES256-CCM8', 'ECDHE_ECDSA_WITH_AES_256_CCM_8', 'ec'],
      ['ECDHE-RSA-AES128-SHA', 'ECDHE_RSA_WITH_AES_128_CBC_SHA', 'rsa'],
      ['ECDHE-RSA-AES256-SHA', 'ECDHE_RSA_WITH_AES_256_CBC_SHA', 'rsa'],
      ['ECDHE-RSA-AES128-SHA256', 'ECDHE_RSA_WITH_AES_128_CBC_SHA256', 'rsa'],
      ['ECDHE-RSA-AES256-SHA384', 'ECDHE_RSA_WITH_AES_256_CBC_SHA384', 'rsa'],
    ] as const
  ).flatMap(([openssl, iana, certificate]): Case[] => {
    const row = { name: openssl, both: tls12(openssl), cipher: `TLS 1.2, TLS_${iana}`, certificate };
    if (!iana.includes('CBC')) return [{ ...row, answers: [EMS] }];
    const first = { name: `${openssl}, the MAC before the encryption`, client: '-no_etm', answers: [EMS] };
    return [
      { ...row, answers: [ETM, EMS] },
      { ...row, ...first },
    ];
  }),
  {
    name: 'a master secret that is not extended',
    both: tls12('ECDHE-RSA-AES128-GCM-SHA256'),
    conf: 'no-ems.cnf',
    answers: [],
    cipher: 'TLS 1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  },
  ...(
    [
      ['AES128-GCM-SHA256', 'AES_128_GCM_SHA256'],
      ['AES256-SHA256', 'AES_256_CBC_SHA256'],
      ['AES128-CCM', 'AES_128_CCM'],
    ] as const
  ).flatMap(([suite, iana]): Case[] => {
    const row: Case = {
      name: `RSA key exchange, ${suite}`,
      both: tls12(suite),
      cipher: `TLS 1.2, TLS_RSA_WITH_${iana}`,
      material: 'rsa',
    };
    const answers = iana.includes('CBC') ? [ETM] : [];
    const plain = { name: `${row.name}, not extended`, conf: 'no-ems.cnf', answers };
    return [
      { ...row, answers: [...answers, EMS] },
      { ...row, ...plain },
    ];
  }),
  ...(
    [
      ['PSK-AES128-GCM-SHA256', 'PSK_WITH_AES_128_GCM_SHA256', 'psk'],
      ['PSK-AES256-CBC-SHA384', 'PSK_WITH_AES_256_CBC_SHA384', 'psk'],
      ['PSK-AES128-CCM8', 'PSK_WITH_AES_128_CCM_8', 'psk'],
      ['PSK-CHACHA20-POLY1305', 'PSK_WITH_CHACHA20_POLY1305_SHA256', 'psk'],
      ['RSA-PSK-AES128-GCM-SHA256', 'RSA_PSK_WITH_AES_128_GCM_SHA256', 'both'],
      ['ECDHE-PSK-AES128-CBC-SHA256', 'ECDHE_PSK_WITH_AES_128_CBC_SHA256', undefined],
      ['DHE-PSK-AES256-GCM-SHA384', 'DHE_PSK_WITH_AES_256_GCM_SHA384', undefined],
    ] as const
  ).map(([suite, iana, material]): Case => ({
    name: `shared keys, ${suite}`,
    both: `${tls12(suite)} ${SHARED}`,
    certificate: material === 'both' ? 'rsa' : 'none',
    cipher: `TLS 1.2, TLS_${iana}`,
    ...(material ? { material } : {}),
  })),
  {
    name: 'a session taken up again by its ticket',
    both: tls12('ECDHE-RSA-AES128-GCM-SHA256'),
    client: '-sess_out session',
    again: ['-sess_in session'],
    without: ['certificate'],
    cipher: 'TLS 1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  },
  {
    name: 'a session taken up again by its id',
    both: `${tls12('ECDHE-RSA-AES256-SHA384')} -no_ticket`,
    client: '-sess_out session',
    again: ['-sess_in session'],
    without: ['certificate'],
    cipher: 'TLS 1.2, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384',
  },
  ...(['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA'] as const).map((suite): Case => ({
    name: `handshakes inside the connection, ${suite}`,
    both: tls12(suite),
    server: '-client_renegotiation',
    cipher: `TLS 1.2, TLS_${suite === 'AES128-SHA' ? 'RSA_WITH_AES_128_CBC_SHA' : 'ECDHE_RSA_WITH_AES_128_GCM_SHA256'}`,
    steps: [
      say('c2s', 'one'),
      client('R', 'RENEGOTIATING'),
      say('c2s', 'two'),
      say('s2c', 'three'),
      server('r'),
      say('c2s', 'four'),
      say('s2c', 'five'),
    ],
    sees: [...SHOOK_HANDS, ...SHOOK_HANDS, 'hello_request', ...SHOOK_HANDS],
    ...(suite === 'AES128-SHA' ? { material: 'rsa' as const } : {}),
  })),
  ...(['TLS 1.1', 'TLS 1.0'] as const).flatMap((version): Case[] => {
    const row: Case = {
      name: version,
      both: older(version === 'TLS 1.1' ? '-tls1_1' : '-tls1', 'ALL:!aNULL:!AESGCM:AES128-SHA'),
      client: '-cipher AES128-SHA:@SECLEVEL=0',
      cipher: `${version}, TLS_RSA_WITH_AES_128_CBC_SHA`,
      material: 'rsa',
    };
    const first = { name: `${version}, the MAC before the encryption`, server: '-no_etm', answers: [EMS] };
    return [
      { ...row, answers: [ETM, EMS] },
      { ...row, ...first },
    ];
  }),
];

describeWith(['openssl'], 'what openssl says over TLS', ({ openssl }) => {
  let folder: string;
  const run = (...args: string[]): void => void execFileSync(openssl, args, { cwd: folder, stdio: 'pipe' });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireglass-suites-'));
    const { key, cert } = await ensureCertificates(folder, { hosts: ['localhost'], now: new Date() });
    await writeFile(join(folder, 'rsa.key'), key);
    await writeFile(join(folder, 'rsa.crt'), cert);
    run('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'ec.key');
    run('req', '-x509', '-new', '-key', 'ec.key', '-subj', '/CN=localhost', '-days', '2', '-out', 'ec.crt');
    // The one thing that no option of s_client or s_server switches off.
    const options = '[a]\nssl_conf=b\n[b]\nsystem_default=c\n[c]\nOptions=-ExtendedMasterSecret\n';
    await writeFile(join(folder, 'no-ems.cnf'), `openssl_conf=a\n${options}`);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const talks = new Map<Case, Promise<TapEvent[]>>();
  /** Each row is spoken once, whoever looks at it. */
  function talk(row: Case): Promise<TapEvent[]> {
    const known = talks.get(row) ?? speak(row);
    talks.set(row, known);
    return known;
  }

  async function speak(row: Case): Promise<TapEvent[]> {
    const { both = '', certificate = 'rsa', conf, steps = PLAIN } = row;
    if (row.early !== undefined) await writeFile(join(folder, 'early'), row.early);
    const own = certificate === 'none' ? '-nocert' : `-cert ${certificate}.crt -key ${certificate}.key`;
    return opensslTalk({
      openssl,
      folder,
      server: words(own, both, row.server ?? ''),
      clients: [row.client ?? '', ...(row.again ?? [])].map((args) => words(both, args)),
      steps,
      ...(conf === undefined ? {} : { env: { OPENSSL_CONF: join(folder, conf) } }),
    });
  }

  async function material(kind: Case['material']): Promise<KeyMaterial[]> {
    const keys: Record<'psk' | 'rsa', KeyMaterial> = {
      psk: { kind: 'psk', id: 'ana', key: fromHex(PSK) },
      rsa: { kind: 'rsa', pem: await readFile(join(folder, 'rsa.key'), 'utf8') },
    };
    if (kind === undefined) return [];
    return kind === 'both' ? [keys.psk, keys.rsa] : [keys[kind]];
  }

  it.each(CASES)('$name is opened as it was said', async (row) => {
    const events = await talk(row);
    const last = 1 + (row.again?.length ?? 0);
    for (const options of [{}, { ciphers: nativeRecordCiphers }]) {
      const dissection = dissected(events, options);
      expect(dissection.flows.map(({ cipher }) => cipher)).toEqual(new Array(last).fill(row.cipher));
      for (const { id } of dissection.flows) expect(opening(dissection, id)).toEqual(wholly(row, id));
    }
    const records = dissected(events, {}).records(last);
    const titles = records.flatMap(({ title }) => title.split(', '));
    const { sees = [], without = [], answers } = row;
    expect(titles.filter((title) => sees.includes(title))).toEqual(sees);
    expect(titles.filter((title) => without.includes(title))).toEqual([]);
    if (answers)
      expect(
        extensionsAnswered(records)
          .filter((name) => [EMS, ETM].includes(name))
          .sort(),
      ).toEqual(answers);
  });

  it.each(CASES.filter((row) => row.material))('$name is opened with the key itself', async (row) => {
    const events = (await talk(row)).filter(({ kind }) => kind !== 'secret');
    const keys = await material(row.material);
    expect(opening(dissected(events, {}, keys), 1)).toEqual(wholly(row, 1));
    // With another one of its kind nothing that is sealed opens.
    const wrong = dissected(events, {}, await otherMaterial());
    expect(opening(wrong, 1)).toMatchObject({ c2s: '', s2c: '' });
    expect(opening(wrong, 1).sealed.length).toBeGreaterThan(0);
  });

  describeWith(['tshark'], 'and tshark reads in our capture file', ({ tshark }) => {
    const shark = new Tshark(tshark);

    it.each(CASES)('the same of $name, without a complaint', async (row) => {
      const events = await talk(row);
      const file = join(folder, `${CASES.indexOf(row)}.pcapng`);
      await writeFile(file, writePcapng(events));
      expect(await shark.faults(file)).toEqual([]);
      for (const event of events) {
        if (event.kind !== 'flow') continue;
        const { port } = event.client;
        const { c2s, s2c } = await shark.follow(file, 'tls', port, await shark.streamOf(file, port));
        const read = { c2s: showUtf8(fromHex(c2s)), s2c: showUtf8(fromHex(s2c)), sealed: [] };
        expect(read).toEqual(wholly(row, event.flow));
      }
    });
  });

  async function otherMaterial(): Promise<KeyMaterial[]> {
    run('genrsa', '-out', 'other.key', '2048');
    const pem = await readFile(join(folder, 'other.key'), 'utf8');
    return [
      { kind: 'psk', key: new Uint8Array(32).fill(7) },
      { kind: 'rsa', pem },
    ];
  }
});

interface Opening extends Record<Direction, string> {
  /** What stayed sealed, and why. */
  readonly sealed: readonly string[];
}

/** Everything that was said over a connection, and nothing left sealed. */
function wholly({ steps = PLAIN, early = '' }: Case, flow: number): Opening {
  const said = { c2s: flow > 1 ? early : '', s2c: '' };
  for (const step of steps) if ('say' in step) said[step.dir] += `${step.say}\n`;
  return { ...said, sealed: [] };
}

/** What our own dissection opens. */
function opening(dissection: Dissection, flow: number): Opening {
  const records = dissection.records(flow);
  const of = (dir: Direction): string =>
    showUtf8(
      concat(records.flatMap((record) => (record.dir === dir && isData(record) && record.plain) || [])),
    );
  const sealed = records.filter(({ state }) => state === 'no-key' || state === 'wrong-key');
  return {
    c2s: of('c2s'),
    s2c: of('s2c'),
    sealed: sealed.map(({ index, title, reason }) => `${index} ${title}: ${reason}`),
  };
}

function words(...texts: string[]): string[] {
  return texts
    .join(' ')
    .split(' ')
    .filter((word) => word !== '');
}

function dissected(
  events: readonly TapEvent[],
  options: DissectionOptions,
  keys: readonly KeyMaterial[] = [],
): Dissection {
  const dissection = new Dissection(options);
  dissection.addAll(events);
  dissection.addKeys(keys);
  return dissection;
}

function extensionsAnswered(records: readonly WireRecord[]): string[] {
  const hello = records.flatMap(({ inner }) => inner).find(({ title }) => title === 'server_hello');
  const extensions = hello?.fields.find(({ name }) => name === 'extensions');
  return extensions?.children?.map(({ name }) => name) ?? [];
}

/** TLS 1.3 seals the true type. */
function isData({ fields }: WireRecord): boolean {
  const within = fields.find(({ name }) => name === 'ciphertext')?.children;
  const type =
    within?.find(({ name }) => name === 'content_type') ?? fields.find(({ name }) => name === 'type');
  return type?.value === 'application_data';
}
