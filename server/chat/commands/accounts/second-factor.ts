/** `second_factor`: a code from the authenticator, or a recovery code, after the right password. */
import { beginLogin } from './admit.ts';
import { type Ref, askFirst, authFailed, digest, obstacle } from './proof.ts';
import { recoveryText } from './recovery.ts';
import { type Command, type Context, audit } from '../command.ts';
import type { Effect } from '../../effects.ts';
import type { Account } from '../../records.ts';
import type { HalfLogin } from '../../sessions.ts';
import { LIMITS } from '#protocol/limits';
import type { Client } from '#protocol/messages';

/** Number of codes that may be tried before the password must be given again. */
export const MOST_TRIES = 5;

export const secondFactor: Command<Client<'second_factor'>> = (context, { code, ref }) => {
  const { state, session, now } = context;
  const refusal = obstacle(context);
  if (refusal) return authFailed(session, refusal, ref);
  const half = session.halfLogin;
  if (!half) return authFailed(session, 'no_second_factor', ref);
  if (state.steady(now) - half.since >= LIMITS.halfLogin) {
    session.halfLogin = undefined;
    return authFailed(session, 'second_factor_expired', ref);
  }
  half.tries += 1;
  if (half.tries >= MOST_TRIES) session.halfLogin = undefined;
  const { key, trusted, account: id } = half;
  const { address } = session;
  // Tries of codes are counted like those of passwords: someone who has the password must not try a million codes.
  return askFirst(context, 'mayLogin', { key, address, trusted, ref }, (verdict, then) => {
    if (!verdict.allowed)
      return [
        audit(then, 'login.throttled'),
        ...authFailed(session, 'rate_limited', ref, { retry_after: verdict.retryAfter }),
      ];
    return askFirst(then, 'accountById', { id, ref }, (account, next) =>
      account ? check(next, account, half, code, ref) : authFailed(session, 'no_second_factor', ref),
    );
  });
};

function check(context: Context, account: Account, half: HalfLogin, code: string, ref: Ref): Effect[] {
  const factor = account.secondFactor;
  if (!factor) return authFailed(context.session, 'no_second_factor', ref);
  const { id } = account;
  if (!/^\s*\d{3}\s*\d{3}\s*$/.test(code)) return recover(context, account, half, code, ref);
  const { secret } = factor;
  return askFirst(context, 'codeStep', { secret, code, now: context.now, ref }, (step, then) => {
    if (step === undefined) return wrong(then, account, ref);
    return askFirst(then, 'useStep', { id, step, ref }, (isFirst, last) =>
      isFirst ? right(last, account, half, ref) : wrong(last, account, ref),
    );
  });
}

function recover(context: Context, account: Account, half: HalfLogin, code: string, ref: Ref): Effect[] {
  const hash = digest(recoveryText(code));
  return askFirst(context, 'useRecoveryCode', { id: account.id, hash, ref }, (left, then) => {
    if (left === undefined) return wrong(then, account, ref);
    const line = audit(then, 'login.recovery_code_used', { subject: account.name, detail: `${left} left` });
    return [line, ...right(then, account, half, ref, left)];
  });
}

function wrong(context: Context, { name }: Account, ref: Ref): Effect[] {
  return [
    audit(context, 'login.second_factor_failed', { subject: name }),
    ...authFailed(context.session, 'second_factor_wrong', ref),
  ];
}

function right(
  context: Context,
  { id, name }: Account,
  { key, trusted, passwordHash }: HalfLogin,
  ref: Ref,
  recoveryLeft?: number,
): Effect[] {
  const { address } = context.session;
  return askFirst(context, 'loginSucceeded', { key, address, trusted, ref }, (_, then) =>
    beginLogin(
      then,
      { id, name, passwordHash },
      { ref, event: 'login.succeeded', trusted, ...(recoveryLeft !== undefined && { recoveryLeft }) },
    ),
  );
}
