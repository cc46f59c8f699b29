/** The target of a request, and whether this connection may act against it: only against members of lower rank. */
import { type Context, withoutUndefined, refuse } from '../command.ts';
import { outranks, roleOfAuthor } from '../ranks.ts';
import { findPerson } from '../talk/venue.ts';
import { accountOf } from '../../authors.ts';
import type { Effect, Peer } from '../../effects.ts';
import type { Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';

export type Ref = string | undefined;

/** Goes on with the account or guest of this name, connected or remembered, if the asker outranks it. */
export function withLesser(
  context: Context,
  { name, ref }: { readonly name: string; readonly ref: Ref },
  then: (person: Peer, context: Context) => Effect[],
): Effect[] {
  return findPerson(context, { name, ref }, (person, found) => {
    if (!person) return refuse(found.session, 'no_such_member', withoutUndefined({ ref, got: name }));
    return ifLesser(found, { author: person.author, name, ref }, (later) => then(person, later));
  });
}

export function ifLesser(
  context: Context,
  { author, name, ref }: { readonly author: string; readonly name: string; readonly ref: Ref },
  then: (context: Context) => Effect[],
): Effect[] {
  return roleOfAuthor(context, { author, ref }, (role, later) =>
    outranks(later.session, role)
      ? then(later)
      : refuse(later.session, 'outranked', withoutUndefined({ ref, got: name })),
  );
}

/** All connections of this author, whether they have joined a room or not. */
export function linesOf(state: ChatState, author: string): Session[] {
  const account = accountOf(author);
  const loggedIn = account === undefined ? [] : (state.accounts.get(account)?.connections ?? []);
  return [...new Set([...loggedIn, ...(state.membersByAuthor.get(author)?.sessions ?? [])])];
}

export function noSuchRoom({ session }: Context, room: string, ref: Ref): Effect[] {
  return refuse(session, 'no_such_room', withoutUndefined({ ref, room }));
}
