/** `wireglass`: one program, its commands each in a module of its own. */
import { Command } from 'commander';
import { VERSION } from './project.ts';

/** Loaded when they are named: none shall wait for what only another one needs. */
const COMMANDS = {
  serve: () => import('./serve.ts'),
  chat: () => import('#client-cli/chat'),
  capture: () => import('#inspector-cli/capture'),
  inspect: () => import('#inspector-cli/inspect'),
  wireshark: () => import('#inspector-cli/wireshark'),
} as const;

const program = new Command('wireglass')
  .description('See what encryption does to a protocol: one chat, four wires, the bytes that crossed each.')
  .version(VERSION)
  .showHelpAfterError('(wireglass --help shows the commands)');

for (const load of named(process.argv[2])) (await load()).register(program);

try {
  await program.parseAsync();
} catch (error) {
  console.error(`wireglass: ${(error as Error).message}`);
  process.exitCode = 1;
}

/** The command of this name, or all of them: for the help, and for a name that is none. */
function named(name: string | undefined): readonly (typeof COMMANDS)[keyof typeof COMMANDS][] {
  return Object.entries(COMMANDS)
    .filter(([command]) => name === command || !Object.hasOwn(COMMANDS, name ?? ''))
    .map(([, load]) => load);
}
