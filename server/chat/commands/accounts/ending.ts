/** What happens to open connections when their login session ends, or when the server disconnects them. */
import { type Context, type Details, expel } from '../command.ts';
import { leaveAll } from '../talk/leave.ts';
import type { Effect } from '../../effects.ts';
import type { Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import type { ErrorCode } from '#protocol/errors';

/** Closes every connection of these login sessions of the account except `spared`, and tells each why. */
export function endConnections(
  { state, now }: Pick<Context, 'state' | 'now'>,
  account: number,
  ids: readonly string[],
  { spared, code = 'session_revoked' }: { readonly spared?: Session; readonly code?: ErrorCode } = {},
): Effect[] {
  const connections = [...(state.accounts.get(account)?.connections ?? [])];
  return connections
    .filter((session) => session !== spared && session.login && ids.includes(session.login.session.id))
    .flatMap((session) => putOff(state, session, now, code));
}

/** Tells the connection why, and closes it. It is nobody by then, so it can say nothing more while it closes. */
export function putOff(
  state: ChatState,
  session: Session,
  now: number,
  code: ErrorCode,
  details: Details = {},
): Effect[] {
  return [...comeOut(state, session, now), ...expel(session, code, details)];
}

/** Takes the connection out of all rooms and of its account: it is nobody's then. */
export function comeOut(state: ChatState, session: Session, now: number): Effect[] {
  const effects = leaveAll(state, session);
  state.remember(session);
  state.detach(session, now);
  state.logOut(session);
  session.halfLogin = undefined;
  session.newSecret = undefined;
  return effects;
}
