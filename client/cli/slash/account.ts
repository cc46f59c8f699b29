/** Logging in and out, and managing the user's account. Passwords are asked for, never typed after a command. */
import type { LoginOutcome, Secretly } from '#client/logins/account';
import { clean, clock } from '../format.ts';
import { type Args, SlashError } from '#session/typed-arguments';
import { type SlashCommand, type SlashContext, consent } from './command.ts';
import { newPassword } from './new-password.ts';
import { SECOND_FACTOR } from './second-factor.ts';

export const ACCOUNT: readonly SlashCommand[] = [
  { name: 'login', usage: '/login NAME', help: 'log in; the password is asked for', run: login },
  { name: 'register', usage: '/register NAME', help: 'make an account', run: register },
  { name: 'logout', usage: '/logout', help: 'log out', run: logout },
  { name: 'guest', usage: '/guest', help: 'talk without an account, where that is allowed', run: guest },
  { name: 'password', usage: '/password', help: 'change your password', run: password },
  { name: 'sessions', usage: '/sessions', help: 'list where you are logged in', run: sessions },
  {
    name: 'revoke',
    usage: '/revoke ID|others',
    help: 'end one of the logins that /sessions lists, or all but this one',
    completes: [['others']],
    run: revoke,
  },
  SECOND_FACTOR,
];

async function login(context: SlashContext, args: Args): Promise<void> {
  const { client, ask } = context;
  const name = onlyName(args, '/login NAME');
  const secretly = await consent(context);
  const secret = secretly && (await ask(`Password of ${clean(name)}: `, { secret: true }));
  if (!secretly || secret === undefined || secret === '') return;
  const outcome = await client.account.login(name, secret, secretly);
  welcome(context, outcome.loggedIn ? outcome : await askCode(context, secretly));
}

/** A wrong code may be typed again, as often as the server allows. */
async function askCode(context: SlashContext, secretly: Secretly): Promise<LoginOutcome> {
  const { client, ask, print, colors } = context;
  for (;;) {
    const code = await ask('Code of your authenticator, or a recovery code: ', { secret: true });
    if (code === undefined || code.trim() === '') return { loggedIn: false };
    try {
      return await client.account.secondFactor(code.trim(), secretly);
    } catch (error) {
      if ((error as { code?: string }).code !== 'second_factor_wrong') throw error;
      print(colors.yellow(`! ${clean((error as Error).message)}`));
    }
  }
}

function welcome({ print, colors }: SlashContext, outcome: LoginOutcome): void {
  if (!outcome.loggedIn) return print('You are not logged in.');
  if (outcome.recoveryLeft !== undefined)
    print(colors.yellow(`! That recovery code is used up; ${outcome.recoveryLeft} are left.`));
}

async function register(context: SlashContext, args: Args): Promise<void> {
  const name = onlyName(args, '/register NAME');
  const { client } = context;
  if (client.auth && !client.auth.register)
    throw new SlashError('On this server only the operator makes new accounts.');
  const secretly = await consent(context);
  const secret = secretly && (await newPassword(context, name));
  if (!secretly || secret === undefined) return;
  await client.account.register(name, secret, secretly);
}

async function logout({ client, print }: SlashContext): Promise<void> {
  await client.account.logout();
  print(
    client.auth?.mode === 'required'
      ? 'You are logged out. /login NAME to come back.'
      : 'You are logged out. /login NAME to come back, /guest to talk without an account.',
  );
}

function guest({ client }: SlashContext): void {
  if (!client.goOnAsGuest())
    throw new SlashError(
      client.auth?.mode === 'required'
        ? 'This server requires an account: /login NAME.'
        : 'You are already in the chat.',
    );
}

async function password(context: SlashContext): Promise<void> {
  const { client, ask, print } = context;
  const secretly = await consent(context);
  const before = secretly && (await ask('Your current password: ', { secret: true }));
  const after = before && (await newPassword(context, client.name ?? ''));
  if (!secretly || before === undefined || after === undefined) return;
  await client.account.changePassword(before, after, secretly);
  print('Your password is changed, and all your other logins have ended.');
}

async function sessions({ client, print, colors }: SlashContext): Promise<void> {
  for (const { id, created, seen, via, address, connected, current } of await client.account.sessions()) {
    const now = current ? 'this one' : connected ? 'connected' : `last used ${clock(seen)}`;
    print(
      `  ${clean(id)}  ${now}, ${clean(via)} from ${clean(address)}, ${colors.dim(`since ${clock(created)}`)}`,
    );
  }
}

async function revoke({ client, print }: SlashContext, { words: [id] }: Args): Promise<void> {
  if (id === undefined) throw new SlashError('/revoke ID|others; /sessions lists them');
  print(clean(await client.account.revoke(id)));
}

/** Only the name may be given: a password after it would be visible on the screen. */
function onlyName({ words }: Args, usage: string): string {
  const [name, more] = words;
  if (name === undefined) throw new SlashError(usage);
  if (more === undefined) return name.replace(/^@/, '');
  throw new SlashError(
    `${usage}, and nothing after it: the password is asked for, so that it stays off the screen. If you just typed a password, someone may have seen it.`,
  );
}

/** Lines that must not be kept in the input history, because they contain a secret where it does not belong. */
export function holdsSecret(line: string): boolean {
  return /^\s*\/(login|register)\s+\S+\s+\S/i.test(line) || /^\s*\/(password|2fa\s+\w+)\s+\S/i.test(line);
}
