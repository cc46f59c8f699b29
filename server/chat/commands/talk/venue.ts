/**
 * Where a message is said, its venue: a room that this connection is in, or the private conversation with `@name`. Each
 * end of a conversation calls it by the other's name; both names stand for the one key under which it is stored.
 */
import { isIn } from './access.ts';
import { type Context, ask, withoutUndefined, refuse, reply } from '../command.ts';
import { accountAuthor, accountOf, conversationKey, isConversation, otherEnd } from '../../authors.ts';
import type { Effect, Peer } from '../../effects.ts';
import type { SessionId } from '../../records.ts';
import type { Member, Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import type { ServerMessage } from '#protocol/messages';
import { cleanName, cleanRoom, nameKey } from '#protocol/names';

export interface Venue {
  /** Its name in the store: the room's name, or the key of the conversation. */
  readonly key: string;
  /** The asker's name for it: the room's name, or `@name`. */
  readonly label: string;
  /** Set for a private conversation: the asker and the other end. */
  readonly ends: { readonly own: Peer; readonly other: Peer } | undefined;
}

/** Stands for a guest whose name the server has forgotten. */
const FORGOTTEN = '?';

interface Request {
  readonly room?: string | undefined;
  readonly ref?: string | undefined;
}

type Next = (venue: Venue, context: Context, member: Member) => Effect[];

/**
 * Goes on with the venue that a request names, or by default with the room joined last. Refused with not_joined when
 * the connection is not in that room, and with no_such_member when nobody has that name. `then` runs later when the
 * name must be looked up; the connection may be gone by then.
 */
export function atVenue(context: Context, { room, ref }: Request, then: Next): Effect[] {
  const { session } = context;
  const { member } = session;
  if (member && room?.startsWith('@')) return atConversation(context, member, { room, ref }, then);
  const key = room === undefined ? session.currentRoom : cleanRoom(room);
  if (!member || key === undefined || !isIn(context.state, session, key))
    return refuse(session, 'not_joined', withoutUndefined({ ref, room: key ?? room }));
  return then({ key, label: key, ends: undefined }, context, member);
}

function atConversation(
  context: Context,
  member: Member,
  { room, ref }: { readonly room: string; readonly ref: string | undefined },
  then: Next,
): Effect[] {
  return findPerson(context, { name: room.slice(1), ref }, (other, later) => {
    if (!other || other.author === member.author)
      return refuse(later.session, 'no_such_member', withoutUndefined({ ref, room, got: room.slice(1) }));
    return then(conversation(member, other), later, member);
  });
}

function conversation(own: Peer, { author, name }: Peer): Venue {
  const key = conversationKey(own.author, author);
  return { key, label: `@${name}`, ends: { own, other: { author, name } } };
}

/**
 * Finds the person with this name: a member, connected or remembered, or otherwise an account. `then` gets `undefined`
 * when there is none. It runs at once, so that messages keep their order, unless the account is still being created.
 */
export function findPerson(
  context: Context,
  { name, ref }: { readonly name: string; readonly ref: string | undefined },
  then: (person: Peer | undefined, context: Context) => Effect[],
): Effect[] {
  const { state } = context;
  const clean = cleanName(name);
  if (clean === undefined) return then(undefined, context);
  const key = nameKey(clean);
  const member = state.members.get(key);
  const isAccount = state.accountsByKey.has(key);
  // The name means the account, not a guest that had it before the account was created.
  if (member && (member.account || !isAccount)) return then(member, context);
  const account = state.accountsByKey.get(key);
  if (account || !isAccount) return then(account, context);
  return ask(context, 'accountByKey', { key, ref }, (made, later) =>
    then(made && { author: accountAuthor(made.id), name: made.name }, later),
  );
}

/** Whether a message can reach this person now or later: a guest who is gone can never read it. */
export function isReachable(state: ChatState, { author }: Peer): boolean {
  if (accountOf(author) !== undefined) return true;
  return (state.membersByAuthor.get(author)?.sessions.size ?? 0) > 0;
}

/**
 * Goes on with the venue of a stored message if the asker has access to it: a room that it is in (with `anyRoom`, any
 * room), or a conversation of which it is one end. Otherwise `then` gets `undefined`.
 */
export function atStored(
  context: Context,
  {
    key,
    ref,
    anyRoom,
  }: { readonly key: string; readonly ref: string | undefined; readonly anyRoom: boolean },
  then: (venue: Venue | undefined, context: Context) => Effect[],
): Effect[] {
  const { session } = context;
  if (!isConversation(key)) {
    const open = anyRoom || isIn(context.state, session, key);
    return then(open ? { key, label: key, ends: undefined } : undefined, context);
  }
  const { member } = session;
  const author = member && otherEnd(key, member.author);
  if (!member || author === undefined) return then(undefined, context);
  return nameAuthor(context, { author, ref }, (name = FORGOTTEN, later) =>
    then(conversation(member, { author, name }), later),
  );
}

/** The name that goes with an author; `undefined` for a forgotten guest. */
export function nameAuthor(
  context: Context,
  { author, ref }: { readonly author: string; readonly ref: string | undefined },
  then: (name: string | undefined, context: Context) => Effect[],
): Effect[] {
  const known = context.state.membersByAuthor.get(author);
  if (known) return then(known.name, context);
  const id = accountOf(author);
  if (id === undefined) return then(undefined, context);
  return ask(context, 'accountById', { id, ref }, (account, later) => then(account?.name, later));
}

/**
 * Sends a message to everyone in a venue, each under their own name for the venue. The asker, in the venue or not,
 * gets it with its reference.
 */
export function tell<M extends ServerMessage>(
  { state, session }: Context,
  venue: Venue,
  ref: string | undefined,
  message: (room: string) => M,
): Effect[] {
  const answer = reply(session, withoutUndefined({ ...message(venue.label), ref }) as M);
  const others = audiences(state, session, venue).map(({ room, to }): Effect => ({
    kind: 'send',
    to,
    message: message(room),
  }));
  return [...others, answer];
}

/** The connections in the venue except the asker's, with their name for the venue. */
function audiences(
  state: ChatState,
  session: Session,
  { key, label, ends }: Venue,
): { readonly room: string; readonly to: readonly SessionId[] }[] {
  const others = (ids: Iterable<SessionId>) => [...ids].filter((id) => id !== session.id);
  if (!ends) return [{ room: label, to: others(state.rooms.get(key)?.audience ?? []) }];
  return [
    { room: label, to: others(connectionsOf(state, ends.own)) },
    { room: `@${ends.own.name}`, to: connectionsOf(state, ends.other) },
  ];
}

export function connectionsOf(state: ChatState, { author }: Peer): SessionId[] {
  return [...(state.membersByAuthor.get(author)?.sessions ?? [])].map(({ id }) => id);
}
