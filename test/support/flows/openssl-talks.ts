/** What openssl says over TLS, each row in both directions: opened by us as it was said, and read by tshark in our files. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureCertificates } from '#certs/ensure';
import { Dissection, type DissectionOptions } from '#dissect/index';
import type { KeyMaterial } from '#dissect/secrets/key-material';
import type { Direction, TapEvent, WireRecord } from '#dissect/model';
import { writePcapng } from '#dissect/capture/write';
import { nativeRecordCiphers } from '#inspector-cli/ciphers-native';
import { concat, fromHex, showUtf8 } from '#protocol/bytes';
import { describeWith } from '../programs/needs.ts';
import { joined } from './joined.ts';
import { type Step, opensslTalk } from './openssl-peers.ts';
import { Tshark } from '../captures/tshark.ts';

export interface Case {
  readonly name: string;
  /** What the flow's summary says. */
  readonly cipher: string;
  /** Arguments for both sides, and for one. */
  readonly both?: string;
  readonly server?: string;
  readonly client?: string;
  /** Arguments of further connections, in addition to `both`. */
  readonly again?: readonly string[];
  readonly certificate?: 'rsa' | 'ec' | 'dsa' | 'none';
  readonly steps?: readonly Step[];
  /** Configuration of openssl, in the folder. */
  readonly conf?: string;
  /** Titles of the last connection, in their order; others may come between them. */
  readonly sees?: readonly string[];
  /** Titles that its records must not have. */
  readonly without?: readonly string[];
  /** Extensions that the server's answer has, of those that change how records are opened. */
  readonly answers?: readonly string[];
  /** Sent as early data by the further connections. */
  readonly early?: string;
  /** Opens everything of every connection without the key log. */
  readonly material?: 'psk' | 'rsa' | 'both';
  /** The cipher is one that only OpenSSL has: without it the records stay sealed. */
  readonly nativeOnly?: boolean;
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
export const say = (dir: Direction, text: string): Step => ({ dir, say: text });
export const client = (command: string, until: string): Step => ({ dir: 'c2s', command, until });
export const server = (command: string): Step => ({ dir: 's2c', command });

export const PSK = '00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef';
export const SHARED = `-psk ${PSK} -psk_identity ana`;
export const tls13 = (suite: string): string => `-tls1_3 -ciphersuites ${suite} -cipher ALL:@SECLEVEL=0`;
export const tls12 = (suite: string): string => `-tls1_2 -cipher ${suite}:@SECLEVEL=0`;
export const older = (version: string, suite: string): string => `${version} -cipher ${suite}:@SECLEVEL=0`;

export const EMS = 'extended_master_secret';
export const ETM = 'encrypt_then_mac';

/** Speaks each row and judges what we, and tshark, make of it. `more` adds what only some rows show. */
export function describeTalks(
  what: string,
  cases: readonly Case[],
  more: (talk: (name: string) => Promise<TapEvent[]>, folder: () => string) => void = () => undefined,
): void {
  describeWith(['openssl'], what, ({ openssl }) => {
    let folder: string;
    const run = (...args: string[]): void => void execFileSync(openssl, args, { cwd: folder, stdio: 'pipe' });

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'wireglass-suites-'));
      const { key, cert } = await ensureCertificates(folder, { hosts: ['localhost'], now: new Date() });
      await writeFile(join(folder, 'rsa.key'), key);
      await writeFile(join(folder, 'rsa.crt'), cert);
      run('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'ec.key');
      run('req', '-x509', '-new', '-key', 'ec.key', '-subj', '/CN=localhost', '-days', '2', '-out', 'ec.crt');
      if (cases.some(({ certificate }) => certificate === 'dsa')) {
        run('dsaparam', '-out', 'dsa.pem', '1024');
        run('gendsa', '-out', 'dsa.key', 'dsa.pem');
        run(
          'req',
          '-x509',
          '-new',
          '-key',
          'dsa.key',
          '-subj',
          '/CN=localhost',
          '-days',
          '2',
          '-out',
          'dsa.crt',
        );
      }
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

    it.each(cases)('$name is opened as it was said', async (row) => {
      const events = await talk(row);
      const last = 1 + (row.again?.length ?? 0);
      const native = { ciphers: nativeRecordCiphers };
      for (const options of row.nativeOnly ? [native] : [{}, native]) {
        const dissection = dissected(events, options);
        expect(dissection.flows.map(({ cipher }) => cipher)).toEqual(new Array(last).fill(row.cipher));
        for (const { id } of dissection.flows) expect(opening(dissection, id)).toEqual(wholly(row, id));
      }
      const records = dissected(events, native).records(last);
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

    it.each(cases.filter((row) => row.material))('$name is opened with the key itself', async (row) => {
      const events = (await talk(row)).filter(({ kind }) => kind !== 'secret');
      const keys = await material(row.material);
      const ids = dissected(events, {}).flows.map(({ id }) => id);
      // A session that is resumed opens whichever connection is asked for first.
      for (const order of [ids, ids.toReversed()]) {
        const dissection = dissected(events, {}, keys);
        for (const id of order) expect(opening(dissection, id)).toEqual(wholly(row, id));
      }
      // With another one of its kind nothing that is sealed opens.
      const wrong = dissected(events, {}, await otherMaterial());
      for (const id of ids) {
        expect(opening(wrong, id)).toMatchObject({ c2s: '', s2c: '' });
        expect(opening(wrong, id).sealed.length).toBeGreaterThan(0);
      }
    });

    more(
      (name) => talk(cases.find((row) => row.name === name) as Case),
      () => folder,
    );

    describeWith(['tshark'], 'and tshark reads in our capture file', ({ tshark }) => {
      const shark = new Tshark(tshark);

      const unread = cases.filter(({ withoutTshark }) => withoutTshark !== undefined);
      it.skip.each(unread)('$name: $withoutTshark', () => {});

      const read = cases.filter((row) => !unread.includes(row));
      let faults: string[];
      const contents = new Map<Case, Record<Direction, string>[]>();

      // One file for all rows: starting tshark takes far longer than reading what a row said.
      beforeAll(async () => {
        const talksRead: TapEvent[][] = [];
        for (const row of read) talksRead.push(await talk(row));
        const events = joined(talksRead);
        const file = join(folder, 'all.pcapng');
        await writeFile(file, writePcapng(events));
        const ports = events.flatMap((event) => (event.kind === 'flow' ? [event.client.port] : []));
        const followed = await shark.followAll(file, 'tls', ports);
        faults = followed.faults;
        for (const row of read) contents.set(row, followed.contents.splice(0, 1 + (row.again?.length ?? 0)));
      }, 300_000);

      it('all of it without a complaint', () => expect(faults).toEqual([]));

      it.each(read)('the same of $name', (row) => {
        const theirs = contents.get(row)?.map(({ c2s, s2c }) => ({
          c2s: showUtf8(fromHex(c2s)),
          s2c: showUtf8(fromHex(s2c)),
          sealed: [],
        }));
        const flows = [row.client ?? '', ...(row.again ?? [])];
        expect(theirs).toEqual(flows.map((_, i) => wholly(row, i + 1)));
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
}

export interface Opening extends Record<Direction, string> {
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
export function opening(dissection: Dissection, flow: number): Opening {
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

export function dissected(
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
