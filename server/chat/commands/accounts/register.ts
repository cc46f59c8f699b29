/** `register`: creates an account and logs in to it. The operator creates accounts for others this way. */
import { beginLogin } from './admit.ts';
import { authFailed, obstacle } from './proof.ts';
import { type Command, type Context, ask, audit, done, withoutUndefined, refuse } from '../command.ts';
import type { Effect } from '../../effects.ts';
import type { Account } from '../../records.ts';
import { suggestNames } from '../../names.ts';
import { makeWay } from '../../renaming.ts';
import { banOn } from '../../sanctions.ts';
import type { ErrorCode } from '#protocol/errors';
import { LIMITS } from '#protocol/limits';
import type { Client } from '#protocol/messages';
import { NAME_RULE, cleanName, nameKey } from '#protocol/names';

type Register = Client<'register'>;
/** An account that is being created. Its key is reserved in the meantime. */
type Wanted = Pick<Account, 'name' | 'key'>;

export const register: Command<Register> = (context, message) => {
  const { state, session } = context;
  const code = objection(context);
  if (code) return failed(context, message, code);
  const name = cleanName(message.name);
  if (name === undefined) return failed(context, message, 'bad_name', [NAME_RULE]);
  if (banOn(state, { key: nameKey(name) }, context.now)) return failed(context, message, 'banned');
  if (isTaken(context, name)) return nameTaken(context, message, name);
  if (state.accountsByKey.size >= LIMITS.accounts) return failed(context, message, 'too_many');
  const wanted = { name, key: nameKey(name) };
  state.accountsByKey.set(wanted.key, undefined);
  const { password, ref } = message;
  return ask(
    context,
    'passwordFlaw',
    { password, name, ref },
    (flaw, then) => {
      if (!flaw) return make(then, message, wanted);
      return giveUp(then, message, wanted, 'weak_password', [flaw.flaw, ...flaw.advice]);
    },
    (none) => giveUp({ ...context, session }, message, wanted, none),
  );
};

function objection(context: Context): ErrorCode | undefined {
  if (context.session.operator) return undefined;
  return obstacle(context) ?? (context.policy.registration ? undefined : 'no_registration');
}

/** A guest may register the name that it has now. */
function isTaken({ state, session, now }: Context, name: string): boolean {
  const key = nameKey(name);
  const own = session.member?.name ?? session.guestName;
  return state.accountsByKey.has(key) || (nameKey(own) !== key && state.isTaken(name, now));
}

function make(context: Context, message: Register, wanted: Wanted): Effect[] {
  const { password, ref } = message;
  const none = (code: ErrorCode): Effect[] => giveUp(context, message, wanted, code);
  return ask(
    context,
    'hashPassword',
    { password, trusted: context.session.operator, ref },
    (passwordHash, then) =>
      ask(
        then,
        'createAccount',
        { ...wanted, passwordHash, now: then.now, ref },
        (account, last) => (account ? made(last, message, account) : nameTaken(last, message, wanted.name)),
        none,
      ),
    none,
  );
}

function made(context: Context, { ref }: Register, account: Account): Effect[] {
  const { session, state } = context;
  state.addAccount(account);
  const way = makeWay(context, account, session);
  const line = audit(context, 'account.registered', { subject: account.name });
  if (session.operator)
    return [...way, line, done(session, 'register', ref, `The account ${account.name} has been created.`)];
  return [...way, line, ...beginLogin(context, account, { ref, event: 'login.succeeded', trusted: false })];
}

function nameTaken(context: Context, message: Register, name: string): Effect[] {
  const { state, session, now } = context;
  const free = suggestNames(name, session.wire, (candidate) => state.isTaken(candidate, now));
  return failed(context, message, 'name_taken', free);
}

function giveUp(
  context: Context,
  message: Register,
  { key }: Wanted,
  code: ErrorCode,
  suggestions?: string[],
): Effect[] {
  context.state.accountsByKey.delete(key);
  return failed(context, message, code, suggestions);
}

function failed(
  { session }: Context,
  { ref }: Register,
  code: ErrorCode,
  suggestions?: readonly string[],
): Effect[] {
  const details = withoutUndefined({ suggestions: suggestions && [...suggestions] });
  if (session.operator) return refuse(session, code, withoutUndefined({ ref, ...details }));
  return authFailed(session, code, ref, details);
}
