/**
 * `resume`: logs in with the token of an earlier login. Each resume returns a new token. The previous one is accepted
 * for a short time, for a client that missed the answer. Any other earlier token of the login shows, however often it
 * was resumed since, that two clients hold its tokens, one of them without any right to.
 */
import { type LoginGrant, admit } from './admit.ts';
import { type Ref, askFirst, authFailed, digest, familyOf, nextToken, obstacle } from './proof.ts';
import { endConnections } from './ending.ts';
import { type Command, type Context, audit } from '../command.ts';
import type { Effect } from '../../effects.ts';
import type { LoginSession } from '../../records.ts';
import { LIMITS } from '#protocol/limits';
import type { Client } from '#protocol/messages';

export const resume: Command<Client<'resume'>> = (context, { token, ref }) => {
  const code = obstacle(context);
  if (code) return authFailed(context.session, code, ref);
  return find(context, token, ref, 1);
};

/** `retries`: how often to look again when another connection was faster with the same token. */
function find(context: Context, token: string, ref: Ref, retries: number): Effect[] {
  const hash = digest(token);
  return askFirst(context, 'sessionByToken', { hash, family: familyOf(token), ref }, (found, then) => {
    const { session, now } = then;
    if (!found || found.session.expires <= now) return authFailed(session, 'session_unknown', ref);
    const { session: login, account } = found;
    const isNext = hash === login.previousHash && now < login.tokenChanged + LIMITS.tokenGrace;
    if (hash !== login.tokenHash && !isNext) return stolen(then, login, account.name, ref);
    return rotate(then, login, { shown: token, ref }, (last) =>
      retries > 0 ? find(last, token, ref, retries - 1) : authFailed(session, 'busy', ref),
    );
  });
}

function rotate(
  context: Context,
  before: LoginSession,
  { shown, ref }: { readonly shown: string; readonly ref: Ref },
  tooLate: (context: Context) => Effect[],
): Effect[] {
  const { now, session } = context;
  const token = nextToken(context, shown);
  const after: LoginSession = {
    ...before,
    tokenHash: digest(token),
    familyHash: familyOf(token),
    previousHash: before.tokenHash,
    tokenChanged: now,
    seen: now,
    expires: now + LIMITS.loginIdle,
    via: session.wire,
    address: session.address,
  };
  const grant: LoginGrant = { ref, event: 'session.resumed', login: after, token, more: {} };
  return askFirst(context, 'rotateToken', { before, after, ref }, (done, then) =>
    done ? admit(then, grant) : tooLate(then),
  );
}

/** It is not known which of the two is the thief: both are told, and must log in again. */
function stolen(context: Context, { id, account }: LoginSession, name: string, ref: Ref): Effect[] {
  return askFirst(context, 'endSessions', { account, ids: [id], ref }, (ended, then) => [
    audit(then, 'session.token_reused', { subject: name, detail: id }),
    ...endConnections(then, account, ended, { code: 'session_stolen' }),
    ...authFailed(then.session, 'session_stolen', ref),
  ]);
}
