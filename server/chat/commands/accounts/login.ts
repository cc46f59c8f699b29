/**
 * `login`: by name and password. The questions, their order and the answer are the same whether or not the account
 * exists, so that guessing names reveals nothing, not even through the time it takes.
 */
import { beginLogin, keepOut } from './admit.ts';
import { askFirst, authFailed, digest, obstacle } from './proof.ts';
import { type Command, type Context, audit, withoutUndefined, reply } from '../command.ts';
import type { Effect } from '../../effects.ts';
import type { Account } from '../../records.ts';
import { utf8 } from '#protocol/bytes';
import { LIMITS } from '#protocol/limits';
import type { Client } from '#protocol/messages';
import { cleanName, nameKey } from '#protocol/names';

type Login = Client<'login'>;
type Next = (account: Account | undefined, trusted: boolean, context: Context) => Effect[];

export const login: Command<Login> = (context, message) => {
  const { session } = context;
  const code = obstacle(context);
  if (code) return authFailed(session, code, message.ref);
  return attempt(context, message, (account, trusted, then) => verify(then, message, account, trusted));
};

/** Counts the try, unless there were too many, and looks the account up. */
function attempt(context: Context, message: Login, next: Next): Effect[] {
  const { device } = message;
  if (device === undefined)
    return count(context, message, false, (then) =>
      lookUp(then, message, (account, last) => next(account, false, last)),
    );
  // Only a known device has its tries counted separately, so it must be looked up first.
  return lookUp(context, message, (account, then) => {
    const shown = { account: account?.id ?? 0, hash: digest(device), ref: message.ref };
    return askFirst(then, 'knowsDevice', shown, (known, last) => {
      const trusted = known && account !== undefined;
      return count(last, message, trusted, (counted) => next(account, trusted, counted));
    });
  });
}

function count(
  context: Context,
  { name, ref }: Login,
  trusted: boolean,
  next: (context: Context) => Effect[],
): Effect[] {
  const { address } = context.session;
  return askFirst(context, 'mayLogin', { key: nameKey(name), address, trusted, ref }, (verdict, then) => {
    if (verdict.allowed) return next(then);
    const refusal = authFailed(then.session, 'rate_limited', ref, { retry_after: verdict.retryAfter });
    return [audit(then, 'login.throttled'), ...refusal];
  });
}

function lookUp(
  context: Context,
  { name, ref }: Login,
  then: (account: Account | undefined, context: Context) => Effect[],
): Effect[] {
  return askFirst(context, 'accountByKey', { key: nameKey(name), ref }, (account, next) =>
    then(cleanName(name) === undefined ? undefined : account, next),
  );
}

function verify(context: Context, message: Login, account: Account | undefined, trusted: boolean): Effect[] {
  const { password, ref } = message;
  // bcrypt ignores everything beyond this length: a longer password must not match by its beginning alone.
  const fits = utf8(password).length <= LIMITS.passwordBytes;
  const hash = fits ? account?.passwordHash : undefined;
  return askFirst(context, 'verifyPassword', { password, hash, trusted, ref }, (right, then) => {
    if (right && account) return proven(then, message, account, trusted);
    const line = audit(
      then,
      'login.failed',
      account ? { subject: account.name } : { detail: 'unknown name' },
    );
    return [line, ...authFailed(then.session, 'bad_credentials', ref)];
  });
}

function proven(context: Context, { ref }: Login, account: Account, trusted: boolean): Effect[] {
  const { session } = context;
  const { id, key, passwordHash, secondFactor } = account;
  const turnedAway = keepOut(context, account, ref);
  if (turnedAway) return turnedAway;
  const { address } = session;
  return askFirst(context, 'loginSucceeded', { key, address, trusted, ref }, (_, then) => {
    if (!secondFactor) return beginLogin(then, account, { ref, event: 'login.succeeded', trusted });
    const since = then.state.steady(then.now);
    session.halfLogin = { account: id, key, passwordHash, since, tries: 0, trusted };
    return [reply(session, withoutUndefined({ type: 'second_factor_required' as const, ref }))];
  });
}
