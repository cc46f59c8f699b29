/** The commands of the interactive client as a table, with one file per group. */
import { clean } from '../format.ts';
import { ACCOUNT } from './account.ts';
import { type Args, SlashError, parseArgs } from '#session/typed-arguments';
import type { SlashCommand, SlashContext } from './command.ts';
import { GENERAL } from './general.ts';
import { MODERATION } from './moderation.ts';
import { ROOMS } from './rooms.ts';
import { TALK } from './talk.ts';

const FAMILIES: readonly (readonly [string, readonly SlashCommand[]])[] = [
  ['Talking', TALK],
  ['Rooms', ROOMS],
  ['Your account', ACCOUNT],
  ['Moderation', MODERATION],
  [
    'Other',
    [
      ...GENERAL,
      {
        name: 'help',
        usage: '/help [COMMAND]',
        help: 'show this list, or the help for one command',
        completes: ['commands'],
        run: help,
      },
    ],
  ],
];

export const SLASH_COMMANDS: readonly SlashCommand[] = FAMILIES.flatMap(([, rows]) => rows);

/** Runs a line that starts with a slash. Rejects if the command does. */
export async function runSlash(line: string, context: SlashContext): Promise<void> {
  const [, name = '', rest = ''] = /^\/(\S*)([^]*)$/.exec(line.trim()) ?? [];
  const command = commandNamed(name);
  if (command) return command.run(context, parseArgs(rest));
  throw new SlashError(unknown(name, context));
}

/** By its name or by another name for it. */
export function commandNamed(word: string): SlashCommand | undefined {
  const name = word.toLowerCase();
  return SLASH_COMMANDS.find((row) => row.name === name || row.aliases?.includes(name));
}

function unknown(name: string, { client }: Pick<SlashContext, 'client'>): string {
  if (name === 'name' || name === 'nick')
    return client.role === undefined
      ? 'A guest chooses a name once: start again with --name, or make it yours with /register.'
      : `Your name is that of your account, ${clean(client.name ?? '')}, and an account keeps its name. Use /logout and /guest to talk without it.`;
  const near = SLASH_COMMANDS.filter(
    (row) => name !== '' && row.name.startsWith(name.charAt(0).toLowerCase()),
  );
  const hint = near.length > 0 ? ` Did you mean ${near.map((row) => `/${row.name}`).join(' or ')}?` : '';
  return `There is no command /${clean(name)}.${hint} /help lists them; to say a line that starts with a slash, double it.`;
}

function help(context: SlashContext, { words: [wanted] }: Args): void {
  const { print, colors } = context;
  if (wanted !== undefined) {
    const word = wanted.replace(/^\//, '');
    const row = commandNamed(word);
    if (!row) throw new SlashError(unknown(word, context));
    return print(`  ${row.usage}: ${row.help}`);
  }
  for (const [family, rows] of FAMILIES) {
    print(colors.bold(family));
    for (const { usage, help: text } of rows) print(`  ${usage.padEnd(32)} ${text}`);
  }
}
