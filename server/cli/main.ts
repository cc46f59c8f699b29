/** `wireglass`: one program, with each command in a module of its own. */
import { Command } from 'commander';
import { messageOf } from '#certs/file-errors';
import { printableLines } from '#protocol/shown';
import { VERSION } from '#data-folder/project';

const moderation = () => import('./operator/moderation.ts');

/** Each command is loaded when it is named, so that none waits for what only another one needs. */
const COMMANDS = {
  serve: () => import('./serve.ts'),
  classroom: () => import('./classroom.ts'),
  chat: () => import('#client-cli/chat'),
  capture: () => import('#inspector-cli/capture/capture'),
  inspect: () => import('#inspector-cli/inspect'),
  attack: () => import('#inspector-cli/attack/attack'),
  tap: () => import('#inspector-cli/tap/tap'),
  wireshark: () => import('#inspector-cli/wireshark'),
  status: () => import('./operator/status.ts'),
  users: () => import('./operator/users.ts'),
  rooms: () => import('./operator/rooms.ts'),
  wires: () => import('./operator/wires.ts'),
  console: () => import('./operator/console.ts'),
  kick: moderation,
  mute: moderation,
  unmute: moderation,
  ban: moderation,
  unban: moderation,
  audit: () => import('./operator/audit.ts'),
  psk: () => import('./operator/psk.ts'),
  certs: () => import('./operator/certs.ts'),
  backup: () => import('./operator/backup.ts'),
  restore: () => import('./operator/restore.ts'),
  doctor: () => import('./doctor/doctor.ts'),
  lab: () => import('./lab.ts'),
} as const;

type Load = (typeof COMMANDS)[keyof typeof COMMANDS];

const program = new Command('wireglass')
  .description('See what encryption does to a protocol: one chat, four wires, the bytes that crossed each.')
  .version(VERSION)
  // Commander's messages repeat what was typed.
  .configureOutput({ outputError: (text, write) => write(printableLines(text)) })
  .showHelpAfterError('(wireglass --help shows the commands)');

// The reader of the output has gone, as `head` does: that is no mistake, and what the command does is done all the same.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

for (const load of named(process.argv[2])) (await load()).register(program);

try {
  await program.parseAsync();
} catch (error) {
  console.error(`wireglass: ${printableLines(messageOf(error))}`);
  // Some failures have an exit code of their own.
  process.exitCode = (error as { exitCode?: number }).exitCode ?? 1;
}

/** The module with the command of this name, or all of them for the help and for an unknown name. */
function named(name: string | undefined): ReadonlySet<Load> {
  const known = Object.hasOwn(COMMANDS, name ?? '');
  const loads = Object.entries(COMMANDS).filter(([command]) => !known || name === command);
  return new Set(loads.map(([, load]) => load));
}
