/** The commands of the interactive client: one row each. */
import type { ChatClient } from '#client/chat-client';
import type { Target } from '#client/supervisor';
import { LIMITS } from '#wire/limits';
import { WIRE_NAMES, type WireName } from '#wire/messages';
import { type Colors, clean, colorName, messageLine } from './format.ts';

export interface SlashContext {
  readonly client: ChatClient;
  readonly colors: Colors;
  readonly print: (line: string) => void;
  readonly targetFor: (wire: WireName, port: number | undefined) => Promise<Target>;
  readonly quit: () => void;
}

interface SlashCommand {
  readonly name: string;
  readonly usage: string;
  readonly help: string;
  readonly run: (context: SlashContext, args: readonly string[]) => void | Promise<void>;
}

export const SLASH_COMMANDS: readonly SlashCommand[] = [
  {
    name: 'wire',
    usage: '/wire NAME [PORT]',
    help: `move to another wire (${WIRE_NAMES.join(', ')}) and take the conversation along`,
    run: switchWire,
  },
  { name: 'join', usage: '/join ROOM', help: 'enter a room, or go back to one you are in', run: join },
  { name: 'leave', usage: '/leave [ROOM]', help: 'leave a room', run: leave },
  { name: 'rooms', usage: '/rooms', help: 'list the rooms on the server', run: rooms },
  { name: 'who', usage: '/who [ROOM]', help: 'list who is here', run: who },
  {
    name: 'history',
    usage: '/history [COUNT]',
    help: 'show the last messages of this room again',
    run: history,
  },
  { name: 'help', usage: '/help', help: 'show this list', run: help },
  { name: 'quit', usage: '/quit', help: 'leave (so do Ctrl-C and Ctrl-D)', run: ({ quit }) => quit() },
];

/** Runs a line that starts with a slash. Rejects with what the command rejects with. */
export async function runSlash(line: string, context: SlashContext): Promise<void> {
  const [name = '', ...args] = line.slice(1).trim().split(/\s+/);
  const command = SLASH_COMMANDS.find((row) => row.name === name.toLowerCase());
  if (command) return command.run(context, args);
  context.print(context.colors.yellow(`! ${unknown(name)}`));
}

function unknown(name: string): string {
  if (name === 'name' || name === 'nick')
    return 'A name is chosen once, when you join: start again with --name.';
  const near = SLASH_COMMANDS.filter(
    (row) => name !== '' && row.name.startsWith(name.charAt(0).toLowerCase()),
  );
  const hint = near.length > 0 ? ` Did you mean ${near.map((row) => `/${row.name}`).join(' or ')}?` : '';
  return `There is no command /${clean(name)}.${hint} /help lists them; to say a line that starts with a slash, double it.`;
}

async function switchWire(
  { client, print, colors, targetFor }: SlashContext,
  args: readonly string[],
): Promise<void> {
  const [name, portText] = args;
  const wire = WIRE_NAMES.find((known) => known === name?.toLowerCase());
  if (!wire)
    return print(
      `This is the ${client.wire} wire. Others: /wire ${WIRE_NAMES.filter((w) => w !== client.wire).join(', /wire ')}`,
    );
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (!Number.isInteger(port) || port < 1 || port > 65_535))
    return print(colors.yellow(`! ${clean(portText ?? '')} is not a port`));
  const target = await targetFor(wire, port);
  if (wire === client.wire && target.port === client.port)
    return print(`You are on the ${wire} wire already.`);
  await client.switchWire(target);
}

async function join({ client, print }: SlashContext, [room]: readonly string[]): Promise<void> {
  if (room === undefined) return print('Which room? /join ROOM');
  const name = room.replace(/^#/, '');
  if (!client.select(name)) await client.join(name);
}

async function leave({ client, print }: SlashContext, [room]: readonly string[]): Promise<void> {
  if (client.joinedRooms.length < 2) return print('This is your only room; /quit leaves the chat.');
  await client.leave(room?.replace(/^#/, ''));
}

async function rooms({ client, print }: SlashContext): Promise<void> {
  const mine = new Set(client.joinedRooms);
  for (const { name, members } of await client.rooms()) {
    print(
      `  #${clean(name)}  ${members} ${members === 1 ? 'member' : 'members'}${mine.has(name) ? ', you too' : ''}`,
    );
  }
}

function who({ client, print, colors }: SlashContext, [room]: readonly string[]): void {
  const { names, count } = client.members(room?.replace(/^#/, ''));
  if (names.length === 0) return print('You are not in that room, so you cannot see who is.');
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  print(`  ${names.map((name) => colorName(name, colors)).join(', ')}${more}`);
}

async function history(
  { client, print, colors }: SlashContext,
  [text = '20']: readonly string[],
): Promise<void> {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1)
    return print(colors.yellow(`! ${clean(text)} is not a number of messages`));
  const page = await client.history({ limit: Math.min(limit, LIMITS.historyPage) });
  for (const message of page.messages) print(messageLine({ ...message, room: page.room }, colors));
  if (page.messages.length === 0) print('Nothing was said here yet.');
  else if (page.more) print(colors.dim('  (there is more before that)'));
}

function help({ print }: SlashContext): void {
  for (const { usage, help: text } of SLASH_COMMANDS) print(`  ${usage.padEnd(20)} ${text}`);
}

/** What Tab can make of a line: commands, wires, rooms, names. */
export function complete(line: string, client: ChatClient): [string[], string] {
  const word = /\S*$/.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - word.length);
  const starting = (words: readonly string[]): string[] =>
    words.filter((candidate) => candidate.toLowerCase().startsWith(word.toLowerCase()));
  if (before === '' && word.startsWith('/'))
    return [starting(SLASH_COMMANDS.map(({ name }) => `/${name} `)), word];
  if (/^\/wire\s+$/i.test(before)) return [starting(WIRE_NAMES), word];
  if (/^\/(join|leave|who)\s+$/i.test(before)) return [starting(client.joinedRooms), word];
  if (word === '') return [[], word];
  const names = client
    .members()
    .names.filter((name) => name !== client.name)
    .map(clean);
  return [starting(names).map((name) => (before === '' ? `${name}: ` : `${name} `)), word];
}
