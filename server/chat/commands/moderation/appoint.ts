/** `appoint`: gives an account a role. It takes effect at once, on all its open connections. */
import { announce } from './notice.ts';
import { accountAuthor, accountOf } from '../../authors.ts';
import { type Command, type Context, ask, audit, done, withoutUndefined, refuse } from '../command.ts';
import { outranks } from '../ranks.ts';
import { putOutOfForbidden } from '../talk/access.ts';
import { findPerson } from '../talk/venue.ts';
import type { Effect } from '../../effects.ts';
import type { Account } from '../../records.ts';
import type { Client } from '#protocol/messages';

type Appoint = Client<'appoint'>;

export const appoint: Command<Appoint> = (context, message) => {
  const { name, ref } = message;
  return findPerson(context, { name, ref }, (person, found) => {
    const id = person && accountOf(person.author);
    if (id === undefined)
      return refuse(found.session, 'no_such_member', withoutUndefined({ ref, got: name }));
    return ask(found, 'accountById', { id, ref }, (account, then) =>
      account
        ? settle(then, message, account)
        : refuse(then.session, 'no_such_member', withoutUndefined({ ref, got: name })),
    );
  });
};

function settle(context: Context, message: Appoint, account: Account): Effect[] {
  const { session, state } = context;
  const { role, ref } = message;
  const isOwn = session.login?.account.id === account.id;
  if (!isOwn && !outranks(session, account.role))
    return refuse(session, 'outranked', withoutUndefined({ ref, got: account.name }));
  if (account.role !== 'admin' || role === 'admin') return give(context, message, account);
  return ask(context, 'countAdmins', { ref }, (count, then) => {
    // Others who step down at the same time are still counted.
    if (count - state.steppingDown.size <= 1)
      return refuse(then.session, 'last_admin', withoutUndefined({ ref }));
    state.steppingDown.add(account.id);
    return give(then, message, account);
  });
}

function give(context: Context, { role, ref }: Appoint, { id, name }: Account): Effect[] {
  const { state } = context;
  return ask(
    context,
    'setRole',
    { id, role, ref },
    (_, then) => {
      state.steppingDown.delete(id);
      const live = state.accounts.get(id);
      if (live) live.role = role;
      const put = putOutOfForbidden(state, live?.connections ?? []);
      const did = `made ${name} ${role}`;
      const person = { author: accountAuthor(id), name };
      return [
        audit(then, 'account.role', { subject: name, detail: role }),
        announce(then, { event: 'role', did, person, role }),
        ...put,
        done(then.session, 'appoint', ref, `You ${did}.`),
      ];
    },
    (): undefined => {
      state.steppingDown.delete(id);
    },
  );
}
