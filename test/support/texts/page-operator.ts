/** The operator's commands that a page shows, in this process, with what they need prepared. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect } from 'vitest';
import { register as audit } from '../../../server/cli/operator/audit.ts';
import { register as backup } from '../../../server/cli/operator/backup.ts';
import { register as certs } from '../../../server/cli/operator/certs.ts';
import { register as moderation } from '../../../server/cli/operator/moderation.ts';
import { register as psk } from '../../../server/cli/operator/psk.ts';
import { register as restore } from '../../../server/cli/operator/restore.ts';
import { register as rooms } from '../../../server/cli/operator/rooms.ts';
import { register as console } from '../../../server/cli/operator/console.ts';
import { register as wires } from '../../../server/cli/operator/wires.ts';
import { register as status } from '../../../server/cli/operator/status.ts';
import { register as users } from '../../../server/cli/operator/users.ts';
import { register as doctor } from '../../../server/cli/doctor/doctor.ts';
import { type Ran, runCommand } from '../programs/command.ts';
import { until } from '../servers/operator.ts';
import { printed } from './waiting.ts';
import type { Reader } from './reader.ts';
import { shellWords } from './shown.ts';

const MODULES: Readonly<Record<string, (program: Command) => void>> = {
  audit,
  backup,
  certs,
  console,
  psk,
  restore,
  rooms,
  status,
  users,
  wires,
  doctor,
  kick: moderation,
  mute: moderation,
  unmute: moderation,
  ban: moderation,
  unban: moderation,
};

type Run = (...words: string[]) => Promise<Ran>;

/** Rooms that were made. */
let made = 0;

/** What must be there before, by the beginning of the command. Gives what stands in place of the words in capitals. */
type Prepare = (reader: Reader, run: Run) => Promise<Readonly<Record<string, string>>>;

const PREPARED: readonly (readonly [RegExp, Prepare])[] = [
  [/^users add NAME/, async () => ({ NAME: 'dora' })],
  [/^users remove/, removable],
  [/^users forget-factor/, async () => ({ NAME: 'erik' })],
  [/^rooms (remove|uninvite)/, room],
  [/^(users|mute|ban)\b/, async () => ({ NAME: 'erik', ROLE: 'user' })],
  [/^unmute/, async (_, run) => named(await run('mute', 'erik', '--for', '15min'))],
  [/^unban/, async (_, run) => named(await run('ban', 'erik'))],
  [/^kick/, guest],
  [/^wires/, async (_, run) => ({ WIRE: await wireFor(run) })],
  [/^psk remove/, async (_, run) => ({ ID: /^[^\t]+/.exec((await rotated(run)).out)?.[0] ?? '' })],
  [/^backup/, async ({ desk }) => ({ FILE: join(desk.folder, 'copy.sqlite') })],
  [
    /^audit --verify/,
    async (_, run) => ({ HASH: /\b[0-9a-f]{64}\b/.exec((await run('audit', '--verify')).out)?.[0] ?? '' }),
  ],
];

/** Commands that are refused for what they ask of this server: the page says what they do, and not to whom. */
const REFUSED: readonly (readonly [RegExp, RegExp])[] = [
  [/^users forget-factor/, /no second factor is being asked for or set up/],
];

export async function operator(reader: Reader, command: string): Promise<void> {
  const words = shellWords(command).slice(2);
  const line = words.join(' ');
  const run: Run = (...more) =>
    runCommand(MODULES[more[0] ?? ''] as (program: Command) => void, ...more, '--data', reader.data);
  if (words[0] === 'restore') return restored(reader, run);
  const prepare = PREPARED.find(([pattern]) => pattern.test(line))?.[1];
  const filled = (await prepare?.(reader, run)) ?? {};
  const asks = /^users (add|passwd)/.test(line) ? ['--password-file', reader.passwordFile] : [];
  const ran = await run(...words.map((word) => filled[word] ?? word), ...asks);
  const refusal = REFUSED.find(([pattern]) => pattern.test(line))?.[1];
  if (refusal) expect(ran.error).toMatch(refusal);
  else expect(ran).toMatchObject({ code: 0, error: '' });
}

/** An account that nobody else here needs. */
async function removable({ passwordFile }: Reader, run: Run): Promise<Readonly<Record<string, string>>> {
  expect(await run('users', 'add', 'fay', '--password-file', passwordFile)).toMatchObject({ code: 0 });
  return { NAME: 'fay' };
}

/** The wire that `wires stop` and then `wires start` are typed with; nobody else here is on it. */
async function wireFor(run: Run): Promise<string> {
  expect((await run('wires')).out).toMatch(/^tls\+psk\t/m);
  return 'tls+psk';
}

function named({ code }: Ran): { readonly NAME: string } {
  expect(code).toBe(0);
  return { NAME: 'erik' };
}

/** Someone who is there. */
async function guest({ desk }: Reader): Promise<Readonly<Record<string, string>>> {
  const program = desk.start(['chat', '--wire', 'psk', '--name', 'gus', '--json']);
  await printed(program, /"type":"joined"/);
  return { NAME: 'gus' };
}

/** A room of ana's, into which she has invited erik. */
async function room(reader: Reader): Promise<Readonly<Record<string, string>>> {
  const ana = await reader.loggedIn('ana');
  const name = `nook-${++made}`;
  for (const message of [
    { type: 'create', room: name, access: 'invite', ref: '2' },
    { type: 'invite', room: name, name: 'erik', ref: '3' },
  ] as const) {
    ana.say(message);
    await until(ana, 'done');
  }
  await ana.close();
  return { ROOM: name, NAME: 'erik' };
}

/** The list of keys, with an older one that can be removed. */
async function rotated(run: Run): Promise<Ran> {
  expect(await run('psk', 'rotate', '--valid-for', '7d')).toMatchObject({ code: 0 });
  const list = await run('psk', 'list');
  return {
    ...list,
    out: list.out.split('\n').find((line) => !line.includes('the one that clients use')) ?? '',
  };
}

/** No server may be running: the copy is restored into a folder of its own. */
async function restored({ desk }: Reader, run: Run): Promise<void> {
  const copy = join(desk.folder, 'restored.sqlite');
  expect(await run('backup', copy)).toMatchObject({ code: 0 });
  const data = join(desk.folder, 'restored');
  await mkdir(data, { mode: 0o700 });
  const ran = await runCommand(restore, 'restore', copy, '--data', data);
  await rm(copy);
  expect(ran).toMatchObject({ code: 0, error: '' });
}
