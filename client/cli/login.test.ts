/** Scripts that log in: a process with its password file, its file of logins, and what it prints. */
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestServer, startTestServer } from '../../test/support/servers/server.ts';
import { ChatClient } from '#client/chat-client';
import type { WireName } from '#protocol/messages';

const PASSWORD = 'correct horse battery staple';
let server: TestServer;
let folder: string;
let passwordFile: string;

beforeAll(async () => {
  server = await startTestServer({
    policy: { mode: 'required', registration: true, passwordWires: ['plain', 'tls'] },
  });
  folder = await mkdtemp(join(tmpdir(), 'wireglass-login-'));
  passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  await writeFile(join(folder, 'ca.pem'), server.ca);
  const client = new ChatClient({ ...server.target('tls'), onLogin: 'wait' });
  await client.connect();
  await client.account.register('ana', PASSWORD);
  await client.close();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function chat(
  wire: WireName,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ out: string; err: string; code: number }> {
  const { port } = server.address(wire);
  const address = [
    '--wire',
    wire,
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--ca',
    join(folder, 'ca.pem'),
  ];
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'server/cli/main.ts',
      'chat',
      ...address,
      '--logins',
      join(folder, 'logins.json'),
      ...args,
    ],
    { cwd: join(import.meta.dirname, '../..'), env: { ...process.env, ...env } },
  );
  child.stdin.end('said by a script\n');
  const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { out, err, code };
}

it('logs in with the password in a file, stores the login, and needs no password the next time', async () => {
  const first = await chat('tls', ['--json', '--login', 'ana', '--password-file', passwordFile]);
  expect([first.err, first.code]).toEqual(['', 0]);
  const types = first.out
    .split('\n')
    .flatMap((line) => (line ? [(JSON.parse(line) as { type: string }).type] : []));
  expect(types).toEqual([
    'state',
    'welcome',
    'auth_required',
    'state',
    'logged_in',
    'joined',
    'state',
    'unread',
    'sent',
    'state',
  ]);
  const kept = await readFile(join(folder, 'logins.json'), 'utf8');
  const { token = '' } = (JSON.parse(kept) as { logins: { token?: string }[] }).logins[0] ?? {};
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  const second = await chat('tls', ['--json']);
  expect(second.code).toBe(0);
  expect(second.out).toContain('"logged_in","name":"ana"');
  for (const secret of [PASSWORD, token]) expect(first.out + second.out + second.err).not.toContain(secret);
});

it('takes the file from the environment, and the plain wire only when told to', async () => {
  const env = { WIREGLASS_PASSWORD_FILE: passwordFile };
  const refused = await chat('plain', ['--login', 'ana'], env);
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('can read a password here')]);
  expect((await chat('plain', ['--login', 'ana', '--plain-login'], env)).code).toBe(0);
});

it.each([
  ['without a login', 1, [], /log in first/i],
  ['without a password', 2, ['--login', 'ben'], /--password-file FILE or WIREGLASS_PASSWORD_FILE/],
  ['with a file that is not there', 2, ['--login', 'ben', '--password-file', '/nowhere'], /does not exist/],
] as const)('ends %s where an account is required', async (_, exit, args, message) => {
  const { err, code } = await chat('tls', [...args, ...(args.length === 0 ? ['--guest'] : [])]);
  expect([code, err]).toEqual([exit, expect.stringMatching(message)]);
});

it('refuses a password file that others can read', async () => {
  const open = join(folder, 'open');
  await writeFile(open, PASSWORD);
  await chmod(open, 0o644);
  const { err, code } = await chat('tls', ['--login', 'ben', '--password-file', open]);
  expect([code, err]).toEqual([2, expect.stringContaining('chmod 600')]);
});
