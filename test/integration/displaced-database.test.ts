/**
 * Files of the database that are deleted, moved away or replaced while the server has them open: nothing is acknowledged
 * from then on, the server says so, and what was acknowledged before is found after `kill -9` and a new start.
 */
import { copyFile, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openDatabase } from '#store/database';
import * as certs from '../../server/cli/operator/certs.ts';
import * as psk from '../../server/cli/operator/psk.ts';
import * as restore from '../../server/cli/operator/restore.ts';
import * as status from '../../server/cli/operator/status.ts';
import * as users from '../../server/cli/operator/users.ts';
import { runCommand } from '../support/programs/command.ts';
import { Program, type Ready, startServe, targetOf } from '../support/programs/program.ts';
import { Puppet } from '../support/servers/server.ts';
import { temporaryFolder } from '../support/chat/stores.ts';

const FREE_PORTS = ['--plain', '0', '--psk', '0', '--tls', '0', '--tls-psk', '0'];

interface Case {
  readonly what: string;
  /** What somebody does to the files while the server runs. */
  readonly harm: (data: string) => Promise<void>;
  /** What the log says of it. */
  readonly said: RegExp;
  /** Where to find everything that was acknowledged: the database, or a copy that is restored first. */
  readonly kept: 'database' | 'rescued copy';
}

const database = (data: string): string => join(data, 'chat.sqlite');

const CASES: readonly Case[] = [
  {
    what: 'the database is deleted',
    harm: (data) => rm(database(data)),
    said: /chat\.sqlite was deleted or moved away/,
    kept: 'rescued copy',
  },
  {
    what: 'the database is replaced by a rename',
    harm: async (data) => {
      await copyFile(database(data), join(data, 'other.sqlite'));
      await rename(join(data, 'other.sqlite'), database(data));
    },
    said: /chat\.sqlite was replaced/,
    kept: 'rescued copy',
  },
  {
    what: 'the log of commits is deleted',
    harm: (data) => rm(`${database(data)}-wal`),
    said: /chat\.sqlite-wal was deleted or moved away/,
    kept: 'database',
  },
];

describe.skipIf(process.platform === 'win32')('nothing that was acknowledged is lost when', () => {
  it.each(CASES)(
    '$what',
    async ({ harm, said, kept }) => {
      const data = join(await temporaryFolder(), 'data');
      const { program, ready } = await serve(data);
      const ana = await Puppet.join(await targetOf(ready, 'plain'), 'ana');
      const acknowledged: string[] = [];
      for (const text of ['one', 'two', 'three'])
        if ((await say(ana, text)) === 'ack') acknowledged.push(text);
      expect(acknowledged).toEqual(['one', 'two', 'three']);

      await harm(data);
      for (const text of ['four', 'five']) expect(await say(ana, text)).toBe('read_only');
      ana.say({ type: 'edit', id: 1, text: 'changed', ref: 'edit' });
      expect(await answerTo(ana, 'edit')).toBe('read_only');
      ana.say({ type: 'history' });
      expect((await ana.expect('history')).messages.map(({ text }) => text)).toEqual(acknowledged);
      expect(await health(ready)).toMatchObject({
        status: 503,
        reasons: expect.arrayContaining(['the database was deleted, moved away or replaced']) as string[],
      });
      // The log names it, once, and says what to do.
      await vi.waitFor(() => expect(program.stderr).toMatch(/saved to|is in the database/), 10_000);
      expect(program.stderr.match(new RegExp(`${said.source} while the server`, 'g'))).toHaveLength(1);

      program.child.kill('SIGKILL');
      await program.finished;
      const place = kept === 'database' ? database(data) : await rescued(data);
      expect(await texts(place)).toEqual(acknowledged);
    },
    120_000,
  );

  it('the database is deleted, the server killed, the copy restored and the server started again', async () => {
    const data = join(await temporaryFolder(), 'data');
    const { program, ready } = await serve(data);
    const ana = await Puppet.join(await targetOf(ready, 'plain'), 'ana');
    expect(await say(ana, 'one')).toBe('ack');
    await rm(database(data));
    expect(await say(ana, 'two')).toBe('read_only');
    await vi.waitFor(() => expect(program.stderr).toContain('saved to'), 10_000);
    program.child.kill('SIGKILL');
    await program.finished;
    const restoring = new Program(['restore', await rescued(data), '--data', data]);
    expect(await restoring.finished).toMatchObject({ code: 0 });
    const again = await serve(data);
    const bo = await Puppet.dial(await targetOf(again.ready, 'tls'));
    bo.say({ type: 'join', name: 'bo' });
    await bo.expect('welcome');
    expect((await bo.expect('joined')).messages).toMatchObject([{ text: 'one' }]);
    await bo.close();
  }, 120_000);
});

describe('a second program on a data folder in use', () => {
  it('is refused and told the process, even when addresses.json is gone, but not after kill -9', async () => {
    const data = join(await temporaryFolder(), 'data');
    const { program, ready } = await serve(data);
    await rm(join(data, 'addresses.json'));
    const pid = `process ${String(program.child.pid)}`;
    const password = join(data, '..', 'password');
    await writeFile(password, 'lantern-orchid-47-quay\n');
    const before = await readFile(ready.pskFile, 'utf8');
    const second = new Program(['serve', '--web', '0', ...FREE_PORTS, '--data', data]);
    for (const [register, ...command] of [
      [restore.register, 'restore', database(data)],
      [users.register, 'users', 'add', 'ana', '--password-file', password],
      [psk.register, 'psk', 'rotate'],
      [certs.register, 'certs', 'renew'],
      [status.register, 'status'],
    ] as const) {
      const { code, error } = await runCommand(register, ...command, '--data', data);
      expect([command, code > 0, error]).toEqual([command, true, expect.stringContaining(pid)]);
    }
    expect(await second.finished).toMatchObject({ code: 1, stderr: expect.stringContaining(pid) as string });
    expect(await readFile(ready.pskFile, 'utf8')).toBe(before);
    program.child.kill('SIGKILL');
    await program.finished;
    await serve(data);
  }, 120_000);
});

async function serve(data: string): Promise<{ program: Program; ready: Ready }> {
  const started = await startServe(data, '--no-tap');
  onTestFinished(async () => {
    started.program.child.kill('SIGKILL');
    await started.program.finished;
  });
  return started;
}

/** `ack`, or the code of the refusal. */
async function say(puppet: Puppet, text: string): Promise<string> {
  puppet.say({ type: 'say', text, ref: text });
  return answerTo(puppet, text);
}

async function answerTo(puppet: Puppet, ref: string): Promise<string> {
  for (let message = await puppet.next(); message; message = await puppet.next()) {
    if (!('ref' in message) || message.ref !== ref) continue;
    return message.type === 'error' ? message.code : message.type;
  }
  throw new Error('the connection ended without an answer');
}

async function health({ web }: Ready): Promise<{ status: number; reasons: string[] }> {
  const answer = await fetch(`http://${web.host}:${web.port}/healthz`);
  const { reasons = [] } = (await answer.json()) as { reasons?: string[] };
  return { status: answer.status, reasons };
}

/** Next to the path that the database had. */
async function rescued(data: string): Promise<string> {
  const copy = (await readdir(data)).find((name) => name.startsWith('chat.sqlite.rescued-'));
  return join(data, copy ?? 'there is no copy');
}

async function texts(file: string): Promise<string[]> {
  const db = await openDatabase(file, { readOnly: true });
  const rows: { text: string }[] = await db('messages').orderBy('id').select('text');
  await db.destroy();
  return rows.map(({ text }) => text);
}
