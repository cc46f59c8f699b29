/** `read` and `unread`: how far an account has read, in rooms and private conversations. */
import { mayEnter } from './access.ts';
import { atVenue, nameAuthor } from './venue.ts';
import { type Command, type Context, ask, withoutUndefined, refuse, reply } from '../command.ts';
import { accountAuthor, isConversation, otherEnd } from '../../authors.ts';
import type { Effect } from '../../effects.ts';
import type { UnreadCount } from '../../questions.ts';
import type { Client } from '#protocol/messages';

/** Success has no answer: the client knows what it has read. */
export const read: Command<Client<'read'>> = (context, { room, id }) => {
  const account = context.session.login?.account.id;
  if (account === undefined) return refuse(context.session, 'auth_required', { room });
  return atVenue(context, { room }, ({ key }, later) => {
    // A marker beyond the last message would hide messages to come.
    const last = Math.min(id, later.state.nextId - 1);
    return ask(later, 'markRead', { account, room: key, id: last }, () => []);
  });
};

export const unread: Command<Client<'unread'>> = (context, { ref }) => {
  const account = context.session.login?.account.id;
  if (account === undefined) return refuse(context.session, 'auth_required', withoutUndefined({ ref }));
  return ask(context, 'unreadOf', { account, ref }, (counts, later) =>
    answer(later, { account, ref }, counts, []),
  );
};

interface Asker {
  readonly account: number;
  readonly ref: string | undefined;
}

/** Finds the name of one venue after the other, then answers. */
function answer(
  context: Context,
  asker: Asker,
  [count, ...others]: readonly UnreadCount[],
  named: readonly UnreadCount[],
): Effect[] {
  const { ref } = asker;
  if (!count)
    return [reply(context.session, withoutUndefined({ type: 'unread' as const, ref, rooms: [...named] }))];
  return labelled(context, asker, count.room, (room, later) =>
    answer(later, asker, others, room === undefined ? named : [...named, { ...count, room }]),
  );
}

/** The account's name for the venue; `undefined` for a room that it may not enter, and for a forgotten guest. */
function labelled(
  context: Context,
  { account, ref }: Asker,
  key: string,
  then: (label: string | undefined, context: Context) => Effect[],
): Effect[] {
  const { state, session } = context;
  if (!isConversation(key)) return then(mayEnter(session, state.rooms.get(key)) ? key : undefined, context);
  const author = otherEnd(key, accountAuthor(account));
  if (author === undefined) return then(undefined, context);
  return nameAuthor(context, { author, ref }, (name, later) => then(name && `@${name}`, later));
}
