/** The operator's commands, with a server running and without. */
import knex from 'knex';
import * as audit from '../../server/cli/operator/audit.ts';
import * as backup from '../../server/cli/operator/backup.ts';
import * as moderation from '../../server/cli/operator/moderation.ts';
import * as restore from '../../server/cli/operator/restore.ts';
import * as rooms from '../../server/cli/operator/rooms.ts';
import * as status from '../../server/cli/operator/status.ts';
import * as users from '../../server/cli/operator/users.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { Puppet } from '../support/servers/server.ts';
import {
  PASSWORD,
  folder,
  data,
  start,
  stop,
  running,
  run,
  json,
  until,
  useWorkbench,
} from '../support/servers/operator.ts';

useWorkbench();

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
    expect(stopped.error).toContain('no server is running on');
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

  it('does the same directly in the store when no server is running', async () => {
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

  it('removes an account: its connections end, and its name is free', async () => {
    const add = (name: string) =>
      run(users.register, 'users', 'add', name, ...withPassword, join(folder, 'password'));
    await add('ana');
    const ana = await Puppet.dial(running().target('tls'));
    ana.say({ type: 'login', name: 'ana', password: PASSWORD, ref: '1' });
    await until(ana, 'auth_success');
    ana.say({ type: 'join' });
    await until(ana, 'joined');
    const forget = await run(users.register, 'users', 'forget-factor', 'ana');
    expect(forget).toMatchObject({ code: 1, error: 'no second factor is being asked for or set up' });
    expect(await run(users.register, 'users', 'remove', 'Ana')).toMatchObject({
      code: 0,
      out: 'The account ana was removed, and its name is free. Its messages stay.',
    });
    expect((await ana.rest()).at(-1)).toMatchObject({ code: 'session_revoked' });
    const guest = await Puppet.join(running().target('plain'), 'ana');
    guest.say({ type: 'who' });
    expect(await until(guest, 'members')).toMatchObject({ members: [{ name: 'ana', role: 'guest' }] });
    await guest.close();
    await stop();
    await add('bo');
    expect(await run(users.register, 'users', 'remove', 'bo')).toMatchObject({ code: 0 });
    expect((await run(users.register, 'users')).out).toBe('');
    expect(await run(users.register, 'users', 'remove', 'bo')).toMatchObject({ code: 1 });
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

describe('backup and restore', () => {
  it('brings back what was there and keeps what it replaces, but not while a server runs', async () => {
    const ana = await Puppet.join(running().target('plain'), 'ana');
    ana.say({ type: 'say', text: 'kept', ref: '1' });
    await until(ana, 'ack');
    const copy = join(folder, 'copy.sqlite');
    expect(await run(backup.register, 'backup', copy)).toMatchObject({ code: 0 });
    expect(await run(backup.register, 'backup', copy)).toMatchObject({ code: 1 });
    ana.say({ type: 'say', text: 'later', ref: '2' });
    await until(ana, 'ack');
    expect((await run(restore.register, 'restore', copy)).error).toMatch(
      /is in use by process \d+.*stop that first/,
    );
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
    await start();
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

async function texts(database: string): Promise<string[]> {
  const db = knex({ client: 'sqlite3', connection: { filename: database }, useNullAsDefault: true });
  const rows: { text: string }[] = await db('messages').orderBy('id').select('text');
  await db.destroy();
  return rows.map(({ text }) => text);
}
