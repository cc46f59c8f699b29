/** Commands for the account, and for moderators and admins. The server decides who may do what. */
import type { Asking } from '#session/asks';
import { ACCOUNT_ROLES } from '#protocol/roles';
import { DURATION_RULE, parseDuration } from '#protocol/durations';
import { type Args, SlashError, nameArg } from '#session/typed-arguments';
import type { Command, CommandContext } from './command.ts';

/** Passwords and codes are typed in the window for the account, never after a command. */
const openAccount = ({ show }: CommandContext): void => show('account');

export const ACCOUNT: readonly Command[] = [
  {
    name: 'login',
    usage: '/login',
    help: 'log in under another name',
    run: ({ session }) => session.logOut(false),
  },
  {
    name: 'register',
    usage: '/register',
    help: 'make an account',
    run: ({ session }) => session.logOut(false),
  },
  { name: 'logout', usage: '/logout', help: 'log out', run: ({ session }) => session.logOut(false) },
  {
    name: 'guest',
    usage: '/guest',
    help: 'talk without an account, where that is allowed',
    run: ({ session }) => session.logOut(false),
  },
  { name: 'password', usage: '/password', help: 'change your password', run: openAccount },
  { name: 'sessions', usage: '/sessions', help: 'list where you are logged in', run: openAccount },
  { name: 'revoke', usage: '/revoke', help: 'end one of your logins, or all but this one', run: openAccount },
  {
    name: '2fa',
    usage: '/2fa',
    help: 'require a code of your authenticator at every login, or stop requiring it',
    run: openAccount,
  },
];

export type DoneType = 'mute' | 'unmute' | 'kick' | 'ban' | 'unban' | 'lock' | 'slow' | 'appoint';

/** Carries out a request of order, and tells the person what the server says about it. */
export async function carryOut<T extends DoneType>(
  { session, tell }: Pick<CommandContext, 'session' | 'tell'>,
  asking: Asking<T>,
): Promise<void> {
  // All of these are answered by `done`, which the compiler cannot see for an open T.
  const { text } = (await session.present().ask<DoneType>(asking)) as { text: string };
  tell(text);
}

export const MODERATION: readonly Command[] = [
  {
    name: 'mute',
    usage: '/mute NAME 10m [REASON]',
    help: 'let a member read but not speak for a time',
    completes: ['members'],
    run: (context, { words, text }) => {
      const usage = '/mute NAME 10m [REASON]';
      const name = nameArg(words[0], usage);
      return carryOut(context, {
        type: 'mute',
        name,
        seconds: durationArg(words[1], usage),
        ...because(text(2)),
      });
    },
  },
  {
    name: 'unmute',
    usage: '/unmute NAME',
    help: 'let a muted member speak again',
    completes: ['members'],
    run: (context, { words }) =>
      carryOut(context, { type: 'unmute', name: nameArg(words[0], '/unmute NAME') }),
  },
  {
    name: 'kick',
    usage: '/kick NAME [REASON]',
    help: 'remove a member from this room',
    completes: ['members'],
    run: (context, { words, text }) =>
      carryOut(context, {
        type: 'kick',
        name: nameArg(words[0], '/kick NAME [REASON]'),
        room: context.talk.current.value,
        ...because(text(1)),
      }),
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
    run: (context, { words }) =>
      carryOut(context, { type: 'unban', ...whom(words[0], '/unban NAME|ADDRESS') }),
  },
  { name: 'bans', usage: '/bans', help: 'list the bans and mutes in force', run: ({ show }) => show('bans') },
  { name: 'lock', usage: '/lock', help: 'let only moderators speak in this room', run: (c) => lock(c, true) },
  { name: 'unlock', usage: '/unlock', help: 'let everyone speak again', run: (c) => lock(c, false) },
  {
    name: 'slow',
    usage: '/slow 10s|off',
    help: 'make members wait between two messages in this room',
    completes: [['off', '10s', '1m']],
    run: (context, { words: [pause] }) => {
      const seconds = pause === 'off' ? 0 : durationArg(pause, '/slow 10s|off');
      return carryOut(context, { type: 'slow', room: context.talk.current.value, seconds });
    },
  },
  {
    name: 'appoint',
    usage: '/appoint NAME ROLE',
    help: `give an account a role: ${ACCOUNT_ROLES.join(', ')}`,
    completes: ['members', 'roles'],
    run: (context, { words }) => {
      const name = nameArg(words[0], '/appoint NAME ROLE');
      const role = ACCOUNT_ROLES.find((known) => known === words[1]?.toLowerCase());
      if (!role) throw new SlashError(`/appoint NAME ROLE; roles are ${ACCOUNT_ROLES.join(', ')}`);
      return carryOut(context, { type: 'appoint', name, role });
    },
  },
];

function ban(context: CommandContext, { words, text }: Args): Promise<void> {
  const seconds = parseDuration(words[1] ?? '');
  return carryOut(context, {
    type: 'ban',
    ...whom(words[0], '/ban NAME|ADDRESS [7d] [REASON]'),
    ...(seconds !== undefined && { seconds }),
    ...because(text(seconds === undefined ? 1 : 2)),
  });
}

function lock(context: CommandContext, locked: boolean): Promise<void> {
  return carryOut(context, { type: 'lock', room: context.talk.current.value, locked });
}

function because(reason: string | undefined): { reason?: string } {
  return reason === undefined ? {} : { reason };
}

const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*)(\/\d{1,3})?$/i;

/** An address or a range of them, or else a name: no name has a colon, and none four numbers. */
function whom(word: string | undefined, usage: string): { name: string } | { address: string } {
  const name = nameArg(word, usage);
  return ADDRESS.test(name) ? { address: name } : { name };
}

function durationArg(word: string | undefined, usage: string): number {
  const seconds = parseDuration(word ?? '');
  if (seconds === undefined) throw new SlashError(`${usage}; a duration is ${DURATION_RULE}`);
  return seconds;
}
