/** The commands of the composer as a table, and what is offered while one is typed. */
import { ACCOUNT_ROLES } from '#protocol/roles';
import { WIRE_NAMES } from '#protocol/wires';
import { SlashError, parseArgs } from '#session/typed-arguments';
import type { Command, CommandContext, Completes } from './command.ts';
import { ACCOUNT, MODERATION } from './order.ts';
import { GENERAL, ROOMS, TALK } from './talking.ts';

export const FAMILIES: readonly (readonly [title: string, rows: readonly Command[]])[] = [
  ['Talking', TALK],
  ['Rooms', ROOMS],
  ['Your account', ACCOUNT],
  ['Moderation', MODERATION],
  ['Other', GENERAL],
];

export const COMMANDS: readonly Command[] = FAMILIES.flatMap(([, rows]) => rows);

export function isCommand(line: string): boolean {
  return /^\/(?!\/)/.test(line);
}

/** Runs a line that begins with a slash. Rejects if the command does. */
export async function runCommand(line: string, context: CommandContext): Promise<void> {
  const [, name = '', rest = ''] = /^\/(\S*)([^]*)$/.exec(line.trim()) ?? [];
  const wanted = name.toLowerCase();
  const command = COMMANDS.find((row) => row.name === wanted || row.aliases?.includes(wanted));
  if (!command)
    throw new SlashError(
      `There is no command /${name}. /help lists them; to say a line that starts with a slash, double it.`,
    );
  await command.run(context, parseArgs(rest));
}

export interface Known {
  readonly rooms: readonly string[];
  readonly members: readonly string[];
}

export interface Offer {
  /** What takes the place of the last word. */
  readonly word: string;
  readonly label: string;
  readonly note?: string;
}

/** How many are offered at a time. */
const OFFERED = 8;

/** What could take the place of the last word of the line: commands, their arguments, names after an @. */
export function offersFor(line: string, known: Known): readonly Offer[] {
  const word = /\S*$/.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - word.length);
  if (before === '' && isCommand(word)) return commandOffers(word);
  const name = /^\/([^\s/]\S*)\s/.exec(before)?.[1]?.toLowerCase();
  const found = name === undefined ? mentioned(word, known) : inCommand(name, before, word, known);
  return found
    .filter((offer) => offer !== word)
    .slice(0, OFFERED)
    .map((offer) => ({ word: offer, label: offer }));
}

function commandOffers(word: string): readonly Offer[] {
  const typed = word.slice(1).toLowerCase();
  return COMMANDS.filter(({ name }) => name.startsWith(typed))
    .slice(0, OFFERED)
    .map(({ name, usage, help }) => ({ word: `/${name}`, label: usage, note: help }));
}

function mentioned(word: string, { members, rooms }: Known): readonly string[] {
  if (word.length > 1 && word.startsWith('@'))
    return starting(members, word.slice(1)).map((name) => `@${name}`);
  if (word.length > 1 && word.startsWith('#'))
    return starting(rooms, word.slice(1)).map((room) => `#${room}`);
  return [];
}

function inCommand(name: string, before: string, word: string, known: Known): readonly string[] {
  const kinds = COMMANDS.find((row) => row.name === name || row.aliases?.includes(name))?.completes ?? [];
  const at = before.trim().split(/\s+/).length - 1;
  const kind = kinds[Math.min(at, kinds.length - 1)];
  // After the last argument there can only be free text, in which names may occur.
  if (kind === undefined || at >= kinds.length) return mentioned(word, known);
  const sign = /^[@#]/.exec(word)?.[0] ?? '';
  return starting(valuesOf(kind, known), word.slice(sign.length)).map((value) => `${sign}${value}`);
}

function valuesOf(kind: Completes, { rooms, members }: Known): readonly string[] {
  switch (kind) {
    case 'rooms':
      return rooms;
    case 'members':
      return members;
    case 'wires':
      return WIRE_NAMES;
    case 'roles':
      return ACCOUNT_ROLES;
    case 'commands':
      return COMMANDS.map(({ name }) => name);
    default:
      return kind;
  }
}

function starting(words: readonly string[], word: string): readonly string[] {
  return words.filter((candidate) => candidate.toLowerCase().startsWith(word.toLowerCase()));
}
