/** What is common to the commands with which members manage their own accounts. */
import { type Ref } from './proof.ts';
import { type Context, ask, audit, withoutUndefined, refuse } from '../command.ts';
import type { Effect } from '../../effects.ts';
import type { Account } from '../../records.ts';
import type { Login } from '../../sessions.ts';
import { utf8 } from '#protocol/bytes';
import type { ErrorCode } from '#protocol/errors';
import { LIMITS } from '#protocol/limits';

/** Whether this is still the login of the connection: it may have ended while an answer was awaited. */
export function isIn({ session }: Context, login: Login): boolean {
  return session.login === login;
}

/** Why this connection may not send a secret. */
function obstacle({ session, policy }: Context): ErrorCode | undefined {
  if (!session.login) return 'forbidden';
  return policy.passwordWires.includes(session.wire) ? undefined : 'unsafe_wire';
}

/** Runs `then` with the login, if there is one (the operator has none) and the wire is safe. */
export function withLogin(context: Context, ref: Ref, then: (login: Login) => Effect[]): Effect[] {
  const code = obstacle(context);
  const { login } = context.session;
  return code || !login
    ? refuse(context.session, code ?? 'forbidden', withoutUndefined({ ref }))
    : then(login);
}

/** Asks for the password again, so that someone who finds an open screen cannot do this. Tries count as logins do. */
export function confirmPassword(
  context: Context,
  { password, ref }: { readonly password: string; readonly ref: Ref },
  then: (account: Account, login: Login, context: Context) => Effect[],
): Effect[] {
  return withLogin(context, ref, (login) => {
    const { id, key } = login.account;
    // The login session vouches for the device.
    const tried = { key, address: context.session.address, trusted: true, ref };
    return ask(context, 'mayLogin', tried, (verdict, counted) => {
      if (!verdict.allowed) return throttled(counted, ref, verdict.retryAfter);
      return ask(counted, 'accountById', { id, ref }, (account, next) => {
        const fits = utf8(password).length <= LIMITS.passwordBytes;
        const hash = fits ? account?.passwordHash : undefined;
        return ask(next, 'verifyPassword', { password, hash, trusted: true, ref }, (right, last) => {
          if (!isIn(last, login)) return refuse(last.session, 'session_unknown', withoutUndefined({ ref }));
          if (!right || !account) return wrong(last, login, ref);
          return ask(last, 'loginSucceeded', tried, (_, confirmed) => then(account, login, confirmed));
        });
      });
    });
  });
}

function throttled(context: Context, ref: Ref, retryAfter: number): Effect[] {
  const refusal = refuse(context.session, 'rate_limited', withoutUndefined({ ref, retry_after: retryAfter }));
  return [audit(context, 'login.throttled'), ...refusal];
}

function wrong(context: Context, { account: { name } }: Login, ref: Ref): Effect[] {
  const line = audit(context, 'login.failed', { subject: name, detail: 'password check while logged in' });
  return [line, ...refuse(context.session, 'bad_credentials', withoutUndefined({ ref }))];
}
