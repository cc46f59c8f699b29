/** The last steps of every login: a login session is stored, and the connection is given to the account. */
import { endConnections } from './ending.ts';
import { type Ref, askFirst, authFailed, digest, familyOf, newSecret } from './proof.ts';
import { type Context, ask, audit, withoutUndefined, isHere, reply } from '../command.ts';
import { leaveAll } from '../talk/leave.ts';
import { accountAuthor } from '../../authors.ts';
import type { Effect } from '../../effects.ts';
import type { Account, AuditEvent, LoginSession } from '../../records.ts';
import { banOn, follow } from '../../sanctions.ts';
import { LIMITS } from '#protocol/limits';
import { toHex } from '#protocol/bytes';
import type { Server } from '#protocol/messages';

export interface LoginGrant {
  readonly ref: Ref;
  readonly event: AuditEvent;
  readonly login: LoginSession;
  /** The token that the client gets; the login session keeps its hash. */
  readonly token: string;
  /** The hash that the password matched; `undefined` if the client has shown a token instead. */
  readonly passwordHash?: string;
  readonly more: Pick<Server<'auth_success'>, 'device' | 'recovery_left'>;
}

interface FirstProof {
  readonly ref: Ref;
  readonly event: AuditEvent;
  /** Whether the device already has a secret from this account. */
  readonly trusted: boolean;
  readonly recoveryLeft?: number;
}

/** Begins a login session for a client that has proven by password who it is. */
export function beginLogin(
  context: Context,
  { id: account, name, passwordHash }: Pick<Account, 'id' | 'name' | 'passwordHash'>,
  { ref, event, trusted, recoveryLeft }: FirstProof,
): Effect[] {
  const { now, session, random } = context;
  const token = newSecret(context);
  const login: LoginSession = {
    id: toHex(random(8)),
    account,
    tokenHash: digest(token),
    familyHash: familyOf(token),
    previousHash: undefined,
    tokenChanged: now,
    created: now,
    seen: now,
    expires: now + LIMITS.loginIdle,
    via: session.wire,
    address: session.address,
  };
  const device = trusted ? undefined : newSecret(context);
  const more = withoutUndefined({ device, recovery_left: recoveryLeft });
  const grant: LoginGrant = { ref, event, login, token, passwordHash, more };
  return askFirst(context, 'startSession', { session: login, ref }, (ended, then) => [
    ...ended.map((id) =>
      audit(then, 'session.ended', { actor: name, detail: `${id} made room for another` }),
    ),
    ...endConnections(then, account, ended),
    ...(device === undefined
      ? admit(then, grant)
      : askFirst(then, 'rememberDevice', { account, hash: digest(device), now, ref }, (_, last) =>
          admit(last, grant),
        )),
  ]);
}

/**
 * Looks the account up again now that the login session is stored. If the session was ended, or the password or the
 * role changed, while this login was under way, that shows here; anything that does so later finds the connection.
 */
export function admit(context: Context, grant: LoginGrant): Effect[] {
  const { ref, login, passwordHash } = grant;
  return askFirst(
    context,
    'sessionByToken',
    { hash: login.tokenHash, family: undefined, ref },
    (found, then) => {
      const { session } = then;
      if (!found) return authFailed(session, 'session_unknown', ref);
      const { account } = found;
      if (passwordHash !== undefined && account.passwordHash !== passwordHash)
        return [...authFailed(session, 'bad_credentials', ref), ...drop(then, login)];
      if (!isHere(then)) return drop(then, login);
      if (session.login) return [...authFailed(session, 'already_logged_in', ref), ...drop(then, login)];
      return keepOut(then, account, ref) ?? succeed(then, account, grant);
    },
  );
}

/** Turns a banned account away; `undefined` for any other. */
export function keepOut({ state, session, now }: Context, account: Account, ref: Ref): Effect[] | undefined {
  const { id, key } = account;
  const ban = banOn(state, { author: accountAuthor(id), key }, now);
  if (!ban) return undefined;
  return [...authFailed(session, 'banned', ref), { kind: 'close', session: session.id, code: 'banned' }];
}

function succeed(
  context: Context,
  account: Account,
  { ref, event, login, token, more }: LoginGrant,
): Effect[] {
  const { state, session } = context;
  const left = shedGuest(context);
  session.halfLogin = undefined;
  state.logIn(session, account, login);
  follow(state, session);
  const { name, role } = session.login?.account ?? account;
  const success = reply(
    session,
    withoutUndefined({
      type: 'auth_success' as const,
      ref,
      name,
      role,
      token,
      session: login.id,
      expires: login.expires,
      second_factor: account.secondFactor !== undefined,
      ...more,
    }),
  );
  return [...left, audit(context, event), success];
}

/** A client that logs in is no longer a guest: its guest name is free, and it is in no room. */
function shedGuest({ state, session, now }: Context): Effect[] {
  const guest = session.member;
  const effects = leaveAll(state, session);
  state.remember(session);
  state.detach(session, now);
  if (guest?.sessions.size === 0) state.removeMember(guest);
  state.releaseGuestName(session);
  return effects;
}

/** Ends a login session whose token nobody was given. */
function drop(context: Context, { id, account }: LoginSession): Effect[] {
  return ask(
    context,
    'endSessions',
    { account, ids: [id] },
    () => [],
    () => [],
  );
}
