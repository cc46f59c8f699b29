/** Secrets that do not fit: they are skipped and named, and nothing that a key log can hold ends the program. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificates } from '#certs/ensure';
import { fromHex, toHex, utf8 } from '#protocol/bytes';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { pskConversation } from '../../../test/support/flows/psk-conversation.ts';
import { type Credentials, tlsConversation } from '../../../test/support/flows/tls-conversation.ts';
import { Dissection } from '../index.ts';
import { parseSecretLine } from './key-log-line.ts';
import type { TapEvent } from '../model.ts';
import { readCapture, secretEvents } from '../capture/read.ts';
import { secretWarnings } from './secret-use.ts';
import { Secrets } from './secrets.ts';

type Line = Extract<TapEvent, { kind: 'secret' }>;

const TALKS: Record<string, (credentials: Credentials) => Promise<TapEvent[]> | TapEvent[]> = {
  psk: () => pskConversation({ c2s: [utf8('hi')], s2c: [utf8('ho')] }),
  'TLS 1.3 with SHA-256': (credentials) => tls(credentials, 'TLSv1.3', 'TLS_AES_128_GCM_SHA256'),
  'TLS 1.3 with SHA-384': (credentials) => tls(credentials, 'TLSv1.3', 'TLS_AES_256_GCM_SHA384'),
  'TLS 1.2': (credentials) => tls(credentials, 'TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256'),
};

function tls(credentials: Credentials, version: 'TLSv1.2' | 'TLSv1.3', suite: string): Promise<TapEvent[]> {
  return tlsConversation(credentials, { version, suite }, [
    { dir: 'c2s', bytes: utf8('hi') },
    { dir: 's2c', bytes: utf8('ho') },
  ]);
}

/** The same line with a secret of another length. */
function resized({ line, ...event }: Line, length: number): Line {
  const [label, session, secret = ''] = line.split(' ');
  const bytes = new Uint8Array(length);
  bytes.set(fromHex(secret).subarray(0, length));
  return { ...event, line: `${label} ${session} ${toHex(bytes)}` };
}

function readWith(events: readonly TapEvent[], lines: readonly TapEvent[]): Dissection {
  const dissection = new Dissection();
  dissection.addAll([...lines, ...events.filter(({ kind }) => kind !== 'secret')]);
  for (const { id } of dissection.flows) {
    for (const record of dissection.records(id)) void [record.title, JSON.stringify(record.fields)];
    dissection.keySchedule(id);
  }
  return dissection;
}

describe.each(Object.entries(TALKS))('%s', (_, talk) => {
  let events: TapEvent[];
  let lines: Line[];
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wireglass-secrets-'));
    events = await talk(await ensureCertificates(folder, { hosts: ['localhost'], now: new Date() }));
    lines = events.filter((event) => event.kind === 'secret');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('opens with the secrets as they are, and finds their session', () => {
    const dissection = readWith(events, lines);
    expect(dissection.flow(1)?.sealed).toBe(0);
    expect(dissection.secretUse).toEqual({ sessions: 1, found: 1, misfits: [], dropped: 0 });
    expect(secretWarnings(dissection.secretUse)).toEqual([]);
  });

  it.each([1, 16, 31, 33, 47, 49, 64, 128])('skips secrets of %i bytes, and names them', (length) => {
    const dissection = readWith(
      events,
      lines.map((line) => resized(line, length)),
    );
    const { misfits } = dissection.secretUse;
    const reasons = dissection
      .records(1)
      .flatMap(({ state, reason }) => (state === 'no-key' ? [reason] : []));
    expect(misfits.map((misfit) => misfit.length)).toContain(length);
    expect(reasons.join('\n')).toMatch(new RegExp(`has ${length} bytes? where \\d\\d are expected`));
    const [warning] = secretWarnings(dissection.secretUse);
    expect(warning).toMatch(
      /^[A-Z_0-9]+ of client random [0-9a-f]{16}… has \d+ bytes? where .* so it is not used$/,
    );
  });

  it('never throws, whatever lengths the secrets have and whatever else stands in the key log', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(128), fc.nat(5)), { maxLength: 8 }),
        fc.array(fc.string({ maxLength: 40 })),
        (sizes, odd) => {
          const changed = sizes.map(([length, i]) =>
            resized(lines[i % lines.length] as Line, Math.max(1, length)),
          );
          const others = odd.map((line): Line => ({ kind: 'secret', time: 0, line }));
          readWith(events, [...changed, ...others]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

it('tells that a key log belongs to other connections', () => {
  const other = `CLIENT_RANDOM ${'ab'.repeat(32)} ${'cd'.repeat(48)}`;
  const events = pskConversation({ c2s: [utf8('hi')], s2c: [] });
  const { secretUse } = readWith(events, secretEvents(`${other}\n${other.replace('ab', 'ac')}`, 0));
  expect(secretUse).toEqual({ sessions: 2, found: 0, misfits: [], dropped: 0 });
  expect(secretWarnings(secretUse)).toEqual([
    '0 of 2 randoms in the key log occur in this capture: it belongs to other connections',
  ]);
});

it('with too many lines lets go of the oldest, and counts them', () => {
  const secrets = new Secrets(100);
  const random = (i: number): string => i.toString(16).padStart(64, '0');
  for (let i = 0; i < 103; i++) secrets.add(`CLIENT_RANDOM ${random(i)} ${'cd'.repeat(48)}`);
  expect([secrets.size, secrets.dropped]).toEqual([100, 3]);
  expect(secrets.find('CLIENT_RANDOM', fromHex(random(2)))).toBeUndefined();
  expect(secrets.find('CLIENT_RANDOM', fromHex(random(102)))).toHaveLength(48);
});

describe('lines for RSA', () => {
  it.each([
    [`RSA 0123456789ABCDEF ${'aa'.repeat(48)}`, 'RSA', '0123456789abcdef', 'aa'.repeat(48)],
    [
      `RSA Session-ID:${'0B'.repeat(32)} Master-Key:${'bb'.repeat(48)}`,
      'RSA Session-ID',
      '0b'.repeat(32),
      'bb'.repeat(48),
    ],
  ])('%s', (line, label, session, secret) => {
    expect(parseSecretLine(line)).toEqual({ label, session, secret });
  });

  it.each([`RSA 0123 ${'aa'.repeat(48)}`, 'RSA Session-ID: Master-Key:aa', `RSA Session-ID:0b Master-Key:`])(
    'are not these: %s',
    (line) => expect(parseSecretLine(line)).toBeUndefined(),
  );
});

describeVectors('captures', 'TLS 1.2 with secrets by other names than the client random', (folder) => {
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const read = (name: string, keys: string): Dissection => {
    const dissection = new Dissection();
    dissection.addAll(secretEvents(keys, 0));
    dissection.addAll(readCapture(readFileSync(join(folder, name))).events);
    return dissection;
  };

  it('opens with the line of its encrypted premaster secret', () => {
    const dissection = read('rsa-keylog-line.pcap', text('rsa-keylog-line.keys'));
    expect(dissection.flow(1)?.sealed).toBe(0);
    expect(dissection.secretUse).toMatchObject({ sessions: 1, found: 1 });
    const master = dissection.keySchedule(1).find(({ id }) => id === 'tls.master');
    expect(master?.inputs[0]).toMatchObject({ name: 'premaster secret', from: 'key log' });
  });

  it('opens with the line of its session id', () => {
    const name = 'resume-id-both.pcap';
    const hellos = read(name, '')
      .records(1)
      .flatMap(({ inner }) => inner);
    const hello = hellos.find(({ title }) => title === 'server_hello');
    const id = hello?.fields.find((field) => field.name === 'session_id')?.value;
    const [line] = text('resume-id-both.keys').match(/^CLIENT_RANDOM .*$/m) ?? [];
    const opened = read(name, `RSA Session-ID:${id} Master-Key:${line?.split(' ')[2]}`);
    expect(opened.flows.map(({ sealed }) => sealed)).toEqual([0, 0]);
  });

  it('opens with the line of a premaster secret', () => {
    const name = 'rsa-keylog-line.pcap';
    const hello = read(name, '').records(1)[0]?.inner[0];
    const random = hello?.fields.find((field) => field.name === 'random')?.value;
    const premaster = text('rsa-keylog-line.keys').trim().split(' ')[2];
    expect(read(name, `PMS_CLIENT_RANDOM ${random} ${premaster}`).flow(1)?.sealed).toBe(0);
  });
});
