/** Key schedules that begin with a shared key, and those of handshakes after the first, computed again by openssl. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureCertificates } from '#certs/ensure';
import { Dissection } from '#dissect/index';
import type { Derivation } from '#dissect/key-schedule/derivation';
import type { KeyMaterial } from '#dissect/secrets/key-material';
import type { TapEvent } from '#dissect/model';
import { fromHex } from '#protocol/bytes';
import { describeWith } from '../support/programs/needs.ts';
import { type Step, opensslTalk } from '../support/flows/openssl-peers.ts';
import { PSK, SHARED, client, opening, say, server, tls12, tls13 } from '../support/flows/openssl-talks.ts';
import { expectRecomputed } from '../support/dissection/recompute.ts';

const ANA: KeyMaterial = { kind: 'psk', id: 'ana', key: fromHex(PSK) };
const STEPS: readonly Step[] = [say('c2s', 'one'), say('s2c', 'two')];
const OWN = '-cert rsa.crt -key rsa.key';
const AES = tls13('TLS_AES_128_GCM_SHA256');

const BINDER = ['early_secret', 'binder_key', 'finished_key', 'covered', 'binder'].map(
  (part) => `tls.psk.0.${part}`,
);
const STAGES = ['handshake', 'master'].flatMap((stage) => [
  `tls.${stage}_secret.salt`,
  `tls.${stage}_secret`,
]);
const SECRETS = ['c2s', 's2c'].flatMap((dir) => [`tls.${dir}.handshake`, `tls.${dir}.application.0`]);

describeWith(['openssl', 'python3'], 'a key schedule', (programs) => {
  const { openssl } = programs;
  let folder: string;
  let rsa: KeyMaterial;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireglass-schedule-'));
    const { key, cert } = await ensureCertificates(folder, { hosts: ['localhost'], now: new Date() });
    await writeFile(join(folder, 'rsa.key'), key);
    await writeFile(join(folder, 'rsa.crt'), cert);
    await writeFile(join(folder, 'early'), 'before anything was agreed\n');
    rsa = { kind: 'rsa', pem: key };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const talk = (own: string, clients: readonly string[], steps = STEPS): Promise<TapEvent[]> =>
    opensslTalk({
      openssl,
      folder,
      server: own.split(' '),
      clients: clients.map((c) => c.split(' ')),
      steps,
    });

  function dissected(events: readonly TapEvent[], keys: readonly KeyMaterial[]): Dissection {
    const dissection = new Dissection();
    dissection.addAll(events);
    dissection.addKeys(keys);
    return dissection;
  }
  const closed = (events: readonly TapEvent[]): TapEvent[] => events.filter(({ kind }) => kind !== 'secret');
  const idsOf = (list: readonly Derivation[]): string[] => list.map(({ id }) => id);
  const checksOf = (list: readonly Derivation[]): Record<string, boolean> =>
    Object.fromEntries(list.flatMap(({ id, check }) => (check ? [[id, check.fits]] : [])));
  const allFit = (list: readonly Derivation[]): void =>
    expect(list.flatMap(({ id, check }) => (check?.fits === false ? [id] : []))).toEqual([]);

  it('of psk_ke is derived whole from the shared key, and is what the key log says', async () => {
    const shared = `${AES} ${SHARED} -allow_no_dhe_kex`;
    const events = await talk(`-nocert ${shared} -groups P-256`, [`${shared} -groups X25519`]);
    const list = dissected(events, [ANA]).keySchedule(1);
    const wanted = [...BINDER, ...STAGES, ...SECRETS, 'tls.exporter', 'tls.resumption'];
    expect(idsOf(list)).toEqual(expect.arrayContaining(wanted));
    allFit(list);
    expect(Object.keys(checksOf(list)).sort()).toEqual(
      ['tls.psk.0.binder', 'tls.c2s.verify_data', 'tls.s2c.verify_data', 'tls.exporter', ...SECRETS].sort(),
    );
    expectRecomputed(programs, list);
    // The page names each of them.
    const page = await readFile(new URL('../../docs/reference/key-schedule.md', import.meta.url), 'utf8');
    const named = (id: string): boolean =>
      [id, id.replace(/c2s|s2c/, 'DIR'), id.replace('psk.0', 'psk.N')].some((name) =>
        page.includes(`\`${name}\``),
      );
    expect(idsOf(list).filter((id) => !named(id))).toEqual([]);
    // Without the key log it is the same, except for what it was compared with.
    const outputs = (all: readonly Derivation[]): string[] => all.map(({ id, output }) => `${id} ${output}`);
    const alone = dissected(closed(events), [ANA]).keySchedule(1);
    expect(outputs(alone)).toEqual(outputs(list));
    // A key log of another connection's secrets does not go unnoticed.
    const misled = events.map((event) =>
      event.kind === 'secret' && event.line.startsWith('SERVER_HANDSHAKE')
        ? { ...event, line: event.line.replace(/[0-9a-f]{64}$/, '00'.repeat(32)) }
        : event,
    );
    expect(checksOf(dissected(misled, [ANA]).keySchedule(1))['tls.s2c.handshake']).toBe(false);
  });

  it('has the binders of both hellos around a retry, and no later secret with an exchange', async () => {
    const shared = `${AES} ${SHARED}`;
    const events = await talk(`-nocert ${shared} -groups P-256`, [`${shared} -groups X25519:P-256`]);
    const list = dissected(closed(events), [ANA]).keySchedule(1);
    const first = ['tls.psk.0.first.covered', 'tls.psk.0.first.binder'];
    expect(idsOf(list).sort()).toEqual(
      [...BINDER, ...first, 'tls.empty.sha256', 'tls.transcript.first_hello', 'tls.transcript.hellos'].sort(),
    );
    expect(checksOf(list)).toEqual({ 'tls.psk.0.binder': true, 'tls.psk.0.first.binder': true });
    expect(list.find(({ id }) => id === 'tls.psk.0.binder_key')?.label).toBe('ext binder');
    expectRecomputed(programs, list);
  });

  it('has the keys of early data from the key log', async () => {
    const clients = [`${AES} -sess_out session`, `${AES} -sess_in session -early_data early`];
    const events = await talk(`${OWN} ${AES} -early_data`, clients);
    const list = dissected(events, []).keySchedule(2);
    expect(idsOf(list)).toContain('tls.c2s.early.key');
    expect(idsOf(list)).toContain('tls.transcript.before_client_finished');
    expect(checksOf(list)).toEqual({ 'tls.c2s.verify_data': true, 'tls.s2c.verify_data': true });
    expectRecomputed(programs, list);
  });

  it.each(['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'])(
    'has early data from the key of a ticket alone: %s',
    async (suite) => {
      const both = tls13(suite);
      const clients = [`${both} -sess_out session`, `${both} -sess_in session -early_data early`];
      const events = await talk(`${OWN} ${both} -early_data`, clients);
      const ticket: KeyMaterial = { kind: 'psk', key: resumptionKey() };
      const list = dissected(events, [ticket]).keySchedule(2);
      expect(list.find(({ id }) => id === 'tls.psk.0.binder_key')?.label).toBe('res binder');
      expect(checksOf(list)).toMatchObject({ 'tls.psk.0.binder': true, 'tls.c2s.early': true });
      allFit(list);
      expectRecomputed(programs, list);
      const { c2s, sealed } = opening(dissected(closed(events), [ticket]), 2);
      expect(c2s).toBe('before anything was agreed\n');
      expect(sealed.join('\n')).toContain('a Diffie-Hellman exchange goes in too');
    },
  );

  it('has early data from a key that was agreed on before', async () => {
    const both = tls13('TLS_AES_256_GCM_SHA384');
    // The one form of an external key that openssl sends early data with is a session file.
    await talk(`${OWN} ${both} -early_data`, [`${both} -sess_out session`]);
    await writeFile(join(folder, 'agreed'), await readFile(join(folder, 'session')));
    const key: KeyMaterial = { kind: 'psk', id: 'ana', key: resumptionKey() };
    const shared = `${both} -psk_session agreed -psk_identity ana`;
    const events = await talk(`-nocert ${shared} -early_data`, [`${shared} -early_data early`]);
    const list = dissected(events, [key]).keySchedule(1);
    expect(list.find(({ id }) => id === 'tls.psk.0.binder_key')?.label).toBe('ext binder');
    allFit(list);
    expectRecomputed(programs, list);
    expect(opening(dissected(closed(events), [key]), 1).c2s).toBe('before anything was agreed\n');
  });

  it('of TLS 1.2 has every handshake of the connection', async () => {
    const both = tls12('AES128-GCM-SHA256');
    const steps = [say('c2s', 'one'), client('R', 'RENEGOTIATING'), say('c2s', 'two'), server('r')];
    const talked = await talk(
      `${OWN} ${both} -client_renegotiation`,
      [both],
      [...steps, say('c2s', 'four'), say('s2c', 'five')],
    );
    for (const [events, keys] of [
      [talked, []],
      [closed(talked), [rsa]],
    ] as const) {
      const list = dissected(events, keys).keySchedule(1);
      const scopes = ['tls', 'tls.renegotiation.1', 'tls.renegotiation.2'];
      const wanted = scopes.flatMap((scope) => [`${scope}.c2s.verify_data`, `${scope}.s2c.verify_data`]);
      expect(Object.keys(checksOf(list)).sort()).toEqual(wanted.sort());
      allFit(list);
      expectRecomputed(programs, list);
      const last = list.find(({ id }) => id === 'tls.renegotiation.2.c2s.key');
      expect(last).toMatchObject({ name: 'client key, renegotiation 2' });
      expect(last?.inputs[0]).toMatchObject({ from: 'tls.renegotiation.2.key_block' });
    }
  });

  it('of TLS 1.2 goes on from the session of another connection, whichever is asked for first', async () => {
    const both = tls12('AES128-GCM-SHA256');
    const events = await talk(`${OWN} ${both}`, [`${both} -sess_out session`, `${both} -sess_in session`]);
    const dissection = dissected(closed(events), [rsa]);
    const list = dissection.keySchedule(2);
    expect(checksOf(list)).toEqual({ 'tls.c2s.verify_data': true, 'tls.s2c.verify_data': true });
    const master = list.find(({ id }) => id === 'tls.key_block')?.inputs[0];
    expect(master).toMatchObject({ name: 'master secret', from: 'earlier session' });
    expect(master?.value).toBe(dissection.keySchedule(1).find(({ id }) => id === 'tls.master')?.output);
    expectRecomputed(programs, list);
  });

  it('of a paced dissection finds the session too, when its connection is read later', async () => {
    const both = tls12('AES128-GCM-SHA256');
    const events = await talk(`${OWN} ${both}`, [`${both} -sess_out session`, `${both} -sess_in session`]);
    for (const delay of [0, 3_600_000]) {
      const dissection = new Dissection({ paced: true });
      for (const event of closed(events))
        dissection.add('flow' in event && event.flow === 1 ? { ...event, time: event.time + delay } : event);
      dissection.addKeys([rsa]);
      while (dissection.unread > 0) dissection.readOn(() => false);
      expect(opening(dissection, 2)).toEqual({ c2s: 'one\n', s2c: 'two\n', sealed: [] });
    }
  });

  /** The key of the ticket that the first client has kept, as openssl prints it. */
  function resumptionKey(): Uint8Array {
    const text = execFileSync(openssl, ['sess_id', '-in', 'session', '-noout', '-text'], { cwd: folder });
    return fromHex(/Resumption PSK: ([0-9A-F]+)/.exec(text.toString())?.[1] ?? '');
  }
});
