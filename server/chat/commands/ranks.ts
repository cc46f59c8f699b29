/** The order of ranks: who may act against whom. */
import { type Context, ask } from './command.ts';
import { accountOf } from '../authors.ts';
import type { Effect } from '../effects.ts';
import { type Session, roleOf } from '../sessions.ts';
import { type Role, hasRole } from '#protocol/roles';

/** Moderators, admins and the operator. */
export function canModerate(session: Session): boolean {
  return hasRole(standing(session), 'moderator');
}

/** Whether this connection may act against that role: the operator against every role, others only against lower ones. */
export function outranks(session: Session, role: Role): boolean {
  return session.operator || !hasRole(role, standing(session));
}

/** The role of an author, connected or not: that of its account, or `guest` for all others. */
export function roleOfAuthor(
  context: Context,
  { author, ref }: { readonly author: string; readonly ref: string | undefined },
  then: (role: Role, context: Context) => Effect[],
): Effect[] {
  const id = accountOf(author);
  if (id === undefined) return then('guest', context);
  const live = context.state.accounts.get(id);
  if (live) return then(live.role, context);
  return ask(context, 'accountById', { id, ref }, (account, later) => then(account?.role ?? 'guest', later));
}

function standing(session: Session): Role {
  // Where accounts are required, a client that has not logged in ranks as a guest.
  return roleOf(session) ?? 'guest';
}
