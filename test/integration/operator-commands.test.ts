/** The operator's commands, with a server running and without. */
import { X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import knex from 'knex';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseKeyFile } from '#channel/psk/keys';
import * as doctor from '../../server/cli/doctor/doctor.ts';
import * as audit from '../../server/cli/operator/audit.ts';
import * as backup from '../../server/cli/operator/backup.ts';
import * as certs from '../../server/cli/operator/certs.ts';
import * as moderation from '../../server/cli/operator/moderation.ts';
import * as psk from '../../server/cli/operator/psk.ts';
import * as restore from '../../server/cli/operator/restore.ts';
import * as rooms from '../../server/cli/operator/rooms.ts';
import * as status from '../../server/cli/operator/status.ts';
import * as users from '../../server/cli/operator/users.ts';
import { type Ran, runCommand } from '../support/command.ts';
import { Puppet } from '../support/server.ts';
import { type TestWorkbench, startTestWorkbench } from '../support/workbench.ts';

const PASSWORD = 'lantern-orchid-47-quay';

let folder: string;
let data: string;
let workbench: TestWorkbench | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireglass-commands-'));
  data = join(folder, 'data');
  workbench = await startTestWorkbench(data);
  await writeFile(join(folder, 'password'), `${PASSWORD}\n`);
});
afterEach(async () => {
  await workbench?.close();
  await rm(folder, { recursive: true, force: true });
});

async function stop(): Promise<void> {
  await workbench?.close();
  workbench = undefined;
}

function running(): TestWorkbench {
  if (!workbench) throw new Error('the workbench was stopped');
  return workbench;
}

type Module = Parameters<typeof runCommand>[0];
const run = (register: Module, ...args: string[]): Promise<Ran> =>
  runCommand(register, ...args, '--data', data);
const json = async (register: Module, ...args: string[]): Promise<unknown> =>
  JSON.parse((await run(register, ...args, '--json')).out);
const withPassword = ['--password-file'];

describe('status', () => {
  it('shows a running server, and exits with 3 when there is none', async () => {
    const ana = await Puppet.join(running().target('psk'), 'ana');
    expect(await json(status.register, 'status')).toMatchObject({
      problems: [],
      connections: { plain: 0, psk: 1, tls: 0, 'tls+psk': 0 },
      members: 1,
      rooms: 1,
    });
    expect((await run(status.register, 'status')).out).toContain(
      'connections\t1 (plain 0, psk 1, tls 0, tls+psk 0)',
    );
    expect((await run(rooms.register, 'rooms')).out).toBe('lobby\t1\t1\tpublic\t-');
    await ana.close();
    await stop();
    const stopped = await run(status.register, 'status');
    expect(stopped).toMatchObject({ code: 3, out: '' });
    expect(stopped.error).toContain('no server runs on');
    expect(await run(rooms.register, 'rooms')).toMatchObject({ code: 3 });
  });
});

describe('users', () => {
  it('makes the first admin while the server runs, and open connections notice', async () => {
    const file = join(folder, 'password');
    expect(await run(users.register, 'users', 'add', 'ana', ...withPassword, file)).toMatchObject({
      code: 0,
    });
    const ana = await Puppet.dial(running().target('tls'));
    ana.say({ type: 'login', name: 'ana', password: PASSWORD, ref: '1' });
    const success = await until(ana, 'auth_success');
    expect(success).toMatchObject({ role: 'user' });
    expect(await run(users.register, 'users', 'role', 'ana', 'admin')).toMatchObject({ code: 0 });
    ana.say({ type: 'bans', ref: '2' });
    await until(ana, 'bans');
    expect(await json(users.register, 'users')).toMatchObject([
      { name: 'ana', role: 'admin', online: ['tls'], sessions: 1 },
    ]);
    expect((await run(users.register, 'users', 'online')).out).toMatch(/\tana\tadmin\ttls\t127\.0\.0\.1\t/);
    await writeFile(file, 'tundra.mosaic.91.fern\n');
    await run(users.register, 'users', 'passwd', 'ana', ...withPassword, file);
    expect((await ana.rest()).at(-1)).toMatchObject({ code: 'session_revoked' });
  });

  it('keeps the name of a new account from guests at once', async () => {
    await run(users.register, 'users', 'add', 'Ana', ...withPassword, join(folder, 'password'));
    const guest = await Puppet.dial(running().target('plain'));
    guest.say({ type: 'join', name: 'ana' });
    expect(await until(guest, 'error')).toMatchObject({ code: 'name_taken' });
    await guest.close();
  });

  it('does the same directly in the store when no server runs', async () => {
    await stop();
    const file = join(folder, 'password');
    await run(users.register, 'users', 'add', 'ana', ...withPassword, file);
    expect(await run(users.register, 'users', 'role', 'ana', 'admin')).toMatchObject({ code: 0 });
    expect(await json(users.register, 'users')).toMatchObject([{ name: 'ana', role: 'admin', online: [] }]);
    const refused = await run(users.register, 'users', 'role', 'ana', 'user');
    expect(refused).toMatchObject({ code: 1, error: 'there would be no admin left' });
    expect(await run(users.register, 'users', 'role', 'ana', 'king')).toMatchObject({ code: 1 });
    expect((await run(audit.register, 'audit', '--subject', 'ana')).out).toMatch(
      /account\.registered\toperator\tana[^]*account\.role\toperator\tana/,
    );
  });

  it('never takes a password from the command line, and says why a bad one will not do', async () => {
    expect((await run(users.register, 'users', 'add', 'ana', PASSWORD)).error).toContain(
      'too many arguments',
    );
    await writeFile(join(folder, 'password'), 'password1\n');
    const weak = await run(users.register, 'users', 'add', 'ana', ...withPassword, join(folder, 'password'));
    expect(weak).toMatchObject({ code: 1 });
    expect(weak.error).toContain('not good enough');
    expect(weak.error).not.toContain('password1');
  });
});

describe('kick, ban and mute', () => {
  it('are what a moderator can do, from outside', async () => {
    const bo = await Puppet.join(running().target('psk'), 'bo');
    expect(await run(moderation.register, 'mute', 'bo', '--for', '10min')).toMatchObject({ code: 0 });
    bo.say({ type: 'say', text: 'hello?', ref: '1' });
    expect(await until(bo, 'error')).toMatchObject({ code: 'muted' });
    expect(await run(moderation.register, 'kick', 'bo', '--reason', 'rest a while')).toMatchObject({
      code: 0,
    });
    expect((await bo.rest()).at(-1)).toMatchObject({ code: 'kicked' });
    const nobody = await run(moderation.register, 'kick', 'nobody');
    expect(nobody).toMatchObject({ code: 1 });
    // The chat does not wait for the audit log.
    await vi.waitFor(async () => {
      const { out } = await run(audit.register, 'audit', '--event', 'moderation.kicked');
      expect(out).toMatch(/operator\tbo/);
    });
  });
});

describe('psk', () => {
  it('rotates: old and new key work, open connections go on, and no key is printed', async () => {
    const { target } = running();
    const before = running().data.keys;
    const open = await Puppet.join(target('psk'), 'ana');
    const rotated = await run(psk.register, 'psk', 'rotate', '--valid-for', '2d');
    const listed = await run(psk.register, 'psk', 'list');
    const text = await readFile(join(data, 'psk.keys'), 'utf8');
    const after = parseKeyFile(text);
    expect(after).toHaveLength(2);
    for (const keys of [before, after]) await (await Puppet.dial({ ...target('tls+psk'), keys })).close();
    open.say({ type: 'say', text: 'still here', ref: '1' });
    await until(open, 'ack');
    const hex = after.map(({ key }) => Buffer.from(key).toString('hex'));
    for (const secret of hex) expect(rotated.out + listed.out + running().log.join('')).not.toContain(secret);
    expect(((await stat(join(data, 'psk.keys'))).mode & 0o777).toString(8)).toBe('600');
    await run(psk.register, 'psk', 'remove', before[0]?.id ?? '');
    await expect(
      Puppet.dial({ ...target('psk'), keys: before }).then((puppet) => puppet.expect('welcome')),
    ).rejects.toThrow();
    expect(await run(psk.register, 'psk', 'remove', after[0]?.id ?? '')).toMatchObject({ code: 1 });
    await open.close();
  });
});

describe('certs', () => {
  it('renews: new connections see the new certificate, open ones go on', async () => {
    const open = await Puppet.join(running().target('tls'), 'ana');
    const shown = (await json(certs.register, 'certs')) as { what: string; fingerprint: string }[];
    const before = await fingerprint();
    expect(shown.find(({ what }) => what === 'server')?.fingerprint).toBe(before);
    expect(await run(certs.register, 'certs', 'renew')).toMatchObject({ code: 0 });
    const after = await fingerprint();
    expect(after).not.toBe(before);
    expect(new X509Certificate(await readFile(join(data, 'certs/server.pem'))).fingerprint256).toBe(after);
    open.say({ type: 'say', text: 'still here', ref: '1' });
    await until(open, 'ack');
    await (await Puppet.join(running().target('tls+psk'), 'bo')).close();
    await open.close();
    expect((await run(audit.register, 'audit', '--event', 'certificate.renewed')).out).toContain('operator');
  });
});

describe('backup and restore', () => {
  it('brings back what was there, keeps what it replaces, and not while a server runs', async () => {
    const ana = await Puppet.join(running().target('plain'), 'ana');
    ana.say({ type: 'say', text: 'kept', ref: '1' });
    await until(ana, 'ack');
    const copy = join(folder, 'copy.sqlite');
    expect(await run(backup.register, 'backup', copy)).toMatchObject({ code: 0 });
    expect(await run(backup.register, 'backup', copy)).toMatchObject({ code: 1 });
    ana.say({ type: 'say', text: 'later', ref: '2' });
    await until(ana, 'ack');
    expect((await run(restore.register, 'restore', copy)).error).toContain('stop it first');
    await ana.close();
    await stop();
    await writeFile(join(folder, 'broken'), 'no database');
    expect((await run(restore.register, 'restore', join(folder, 'broken'))).error).toContain(
      'nothing was changed',
    );
    expect((await run(restore.register, 'restore', join(folder, 'missing'))).error).toContain(
      'nothing was changed',
    );
    const { before } = (await json(restore.register, 'restore', copy)) as { before: string };
    expect(await texts(join(data, 'chat.sqlite'))).toEqual(['kept']);
    expect(await texts(before)).toEqual(['kept', 'later']);
    expect((await run(audit.register, 'audit', '--event', 'operator.restore')).out).toContain(copy);
    workbench = await startTestWorkbench(data);
    const bo = await Puppet.dial(running().target('plain'));
    bo.say({ type: 'join', name: 'bo' });
    expect(await until(bo, 'joined')).toMatchObject({ messages: [{ text: 'kept' }] });
    await bo.close();
  });
});

describe('audit', () => {
  it('has the start and the end of the server, and shows when somebody changed it', async () => {
    await stop();
    expect((await run(audit.register, 'audit')).out).toMatch(/server\.started[^]*server\.stopped/);
    expect((await run(audit.register, 'audit', '--since', '2000-01-01', '--limit', '1')).out).toMatch(
      /^[^\n]*server\.stopped[^\n]*$/,
    );
    expect(await run(audit.register, 'audit', '--verify')).toMatchObject({ code: 0 });
    const db = knex({
      client: 'sqlite3',
      connection: { filename: join(data, 'chat.sqlite') },
      useNullAsDefault: true,
    });
    const triggers: { name: string; sql: string }[] = await db('sqlite_master').where({
      type: 'trigger',
      tbl_name: 'audit',
    });
    for (const { name } of triggers) await db.raw(`drop trigger ${name}`);
    await db('audit').where({ id: 1 }).update({ actor: 'nobody' });
    await db.destroy();
    const verdict = await run(audit.register, 'audit', '--verify');
    expect(verdict).toMatchObject({ code: 1 });
    expect(verdict.error).toContain('entry 1 does not follow');
  });
});

describe('doctor', () => {
  it('finds nothing wrong with a new server', async () => {
    const findings = (await json(doctor.register, 'doctor')) as { level: string; check: string }[];
    expect(findings.filter(({ level }) => level === 'problem')).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'node',
        'clock',
        'disk',
        'modes',
        'times',
        'database',
        'shared keys',
        'ports',
        'network',
        'server',
      ]),
    );
  });

  it('finds what others can read, a key without an end in sight, and a certificate of another machine', async () => {
    await stop();
    await chmod(join(data, 'psk.keys'), 0o644);
    await writeFile(join(data, 'chat.sqlite'), 'no database');
    await rm(join(data, 'certs/server.pem'));
    const result = await run(doctor.register, 'doctor');
    expect(result.code).toBe(1);
    expect(result.out).toContain(`chmod 600 ${join(data, 'psk.keys')}`);
    expect(result.out).toMatch(/problem {2}database/);
    expect(result.out).toMatch(/problem {2}certificates/);
  });

  it('a configuration with a slip is a finding', async () => {
    const config = join(folder, 'config.json');
    await writeFile(config, '{"accounts": {"mod": "required"}}');
    const result = await run(doctor.register, 'doctor', '--config', config);
    expect(result.code).toBe(1);
    expect(result.out).toContain('accounts.mod: there is no such setting');
  });
});

async function until<T extends Parameters<Puppet['expect']>[0]>(puppet: Puppet, type: T): Promise<unknown> {
  for (let message = await puppet.next(); message; message = await puppet.next())
    if (message.type === type) return message;
  throw new Error(`the connection ended without ${type}`);
}

function fingerprint(): Promise<string> {
  const { host, port, ca } = running().target('tls');
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ca: ca ?? '', servername: 'localhost' }, () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

async function texts(database: string): Promise<string[]> {
  const db = knex({ client: 'sqlite3', connection: { filename: database }, useNullAsDefault: true });
  const rows: { text: string }[] = await db('messages').orderBy('id').select('text');
  await db.destroy();
  return rows.map(({ text }) => text);
}
