/** Moderation: for moderators and admins. The server decides who may do what. */
import { isIP } from 'node:net';
import type { Asking } from '#session/asks';
import { ACCOUNT_ROLES } from '#protocol/roles';
import { DURATION_RULE, parseDuration } from '#protocol/durations';
import { clean, clock, roomLabel } from '../format.ts';
import { type Args, SlashError, nameArg } from '#session/typed-arguments';
import type { SlashCommand, SlashContext } from './command.ts';

export const MODERATION: readonly SlashCommand[] = [
  {
    name: 'mute',
    usage: '/mute NAME 10m [REASON]',
    help: 'let a member read but not speak for a time',
    completes: ['members'],
    run: mute,
  },
  {
    name: 'unmute',
    usage: '/unmute NAME',
    help: 'let a muted member speak again',
    completes: ['members'],
    run: unmute,
  },
  {
    name: 'kick',
    usage: '/kick NAME [REASON]',
    help: 'remove a member from this room',
    completes: ['members'],
    run: kick,
  },
  {
    name: 'ban',
    usage: '/ban NAME|ADDRESS [7d] [REASON]',
    help: 'keep someone off the server, for a time or until the ban is lifted',
    completes: ['members'],
    run: ban,
  },
  {
    name: 'unban',
    usage: '/unban NAME|ADDRESS',
    help: 'lift a ban',
    completes: ['members'],
    run: unban,
  },
  { name: 'bans', usage: '/bans', help: 'list the bans and mutes in force', run: bans },
  { name: 'lock', usage: '/lock', help: 'let only moderators speak in this room', run: (c) => lock(c, true) },
  { name: 'unlock', usage: '/unlock', help: 'let everyone speak again', run: (c) => lock(c, false) },
  {
    name: 'slow',
    usage: '/slow 10s|off',
    help: 'make members wait between two messages in this room',
    completes: [['off', '10s', '1m']],
    run: slow,
  },
  {
    name: 'appoint',
    usage: '/appoint NAME ROLE',
    help: `give an account a role: ${ACCOUNT_ROLES.join(', ')}`,
    completes: ['members', 'roles'],
    run: appoint,
  },
];

type DoneType = 'mute' | 'unmute' | 'kick' | 'ban' | 'unban' | 'lock' | 'slow' | 'appoint';

async function carryOut<T extends DoneType>(
  { client, print }: SlashContext,
  asking: Asking<T>,
): Promise<void> {
  // All of these are answered by `done`, which the compiler cannot see for an open T.
  const { text } = (await client.ask<DoneType>(asking)) as { text: string };
  print(clean(text));
}

async function mute(context: SlashContext, { words, text }: Args): Promise<void> {
  const usage = '/mute NAME 10m [REASON]';
  const name = nameArg(words[0], usage);
  const seconds = durationArg(words[1], usage);
  await carryOut(context, { type: 'mute', name, seconds, ...because(text(2)) });
}

async function unmute(context: SlashContext, { words }: Args): Promise<void> {
  await carryOut(context, { type: 'unmute', name: nameArg(words[0], '/unmute NAME') });
}

async function kick(context: SlashContext, { words, text }: Args): Promise<void> {
  const name = nameArg(words[0], '/kick NAME [REASON]');
  await carryOut(context, { type: 'kick', name, room: context.client.room, ...because(text(1)) });
}

async function ban(context: SlashContext, { words, text }: Args): Promise<void> {
  const seconds = parseDuration(words[1] ?? '');
  const reason = because(text(seconds === undefined ? 1 : 2));
  await carryOut(context, {
    type: 'ban',
    ...whom(words[0], '/ban NAME|ADDRESS [7d] [REASON]'),
    ...(seconds !== undefined && { seconds }),
    ...reason,
  });
}

async function unban(context: SlashContext, { words }: Args): Promise<void> {
  await carryOut(context, { type: 'unban', ...whom(words[0], '/unban NAME|ADDRESS') });
}

async function bans({ client, print }: SlashContext): Promise<void> {
  const list = (await client.ask({ type: 'bans' })).bans;
  for (const { kind, name, address, room, by, reason, until } of list) {
    const who = [name, address].filter((part) => part !== undefined).map(clean);
    const where = room === undefined ? '' : ` in ${roomLabel(room)}`;
    const end = until === undefined ? 'until it is lifted' : `until ${clock(until)}`;
    print(`  ${kind} ${who.join(', ')}${where} ${end}, by ${clean(by)}${reason ? `: ${clean(reason)}` : ''}`);
  }
  if (list.length === 0) print('Nobody is banned or muted.');
}

async function lock(context: SlashContext, locked: boolean): Promise<void> {
  await carryOut(context, { type: 'lock', room: context.client.room, locked });
}

async function slow(context: SlashContext, { words: [pause] }: Args): Promise<void> {
  const usage = '/slow 10s|off';
  const seconds = pause === 'off' ? 0 : durationArg(pause, usage);
  await carryOut(context, { type: 'slow', room: context.client.room, seconds });
}

async function appoint(context: SlashContext, { words }: Args): Promise<void> {
  const usage = '/appoint NAME ROLE';
  const name = nameArg(words[0], usage);
  const role = ACCOUNT_ROLES.find((known) => known === words[1]?.toLowerCase());
  if (!role) throw new SlashError(`${usage}; roles are ${ACCOUNT_ROLES.join(', ')}`);
  await carryOut(context, { type: 'appoint', name, role });
}

function because(reason: string | undefined): { reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** An address or a range of them, or else a name. */
function whom(word: string | undefined, usage: string): { name: string } | { address: string } {
  const name = nameArg(word, usage);
  return isIP(name.replace(/\/\d+$/, '')) > 0 ? { address: name } : { name };
}

function durationArg(word: string | undefined, usage: string): number {
  const seconds = parseDuration(word ?? '');
  if (seconds === undefined) throw new SlashError(`${usage}; a duration is ${DURATION_RULE}`);
  return seconds;
}
