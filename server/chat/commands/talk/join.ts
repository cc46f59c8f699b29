/**
 * `join`: the first one settles who the client is; each asks the store for the room's history. The client is in the
 * room once the history is read (`enterRoom`): messages committed before that are in the history, those committed
 * later are broadcast, so that none is lost between the two and none comes twice.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import {
  type Command,
  type Context,
  audit,
  expel,
  withoutUndefined,
  load,
  memberList,
  refuse,
  reply,
} from '../command.ts';
import { mayEnter } from './access.ts';
import { leaveAll } from './leave.ts';
import { hasGone } from './remove.ts';
import { accountAuthor } from '../../authors.ts';
import type { Effect, LoadRequest, Loaded } from '../../effects.ts';
import { NAME_RULE, cleanName, cleanRoom, nameKey } from '#protocol/names';
import { hasEntered } from '../../member-changes.ts';
import { suggestNames } from '../../names.ts';
import { nowCalled, renameWaiting } from '../../renaming.ts';
import { banOn, follow } from '../../sanctions.ts';
import type { LiveAccount, Member, Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import { toHex, utf8 } from '#protocol/bytes';
import { LIMITS } from '#protocol/limits';
import { type Client, DEFAULT_ROOM, type StoredMessage } from '#protocol/messages';

const TOKEN_LENGTH = 16;

export const join: Command<Client<'join'>> = (context, message) => {
  const { state, session } = context;
  if (session.operator) return refuse(session, 'forbidden');
  const room = cleanRoom(message.room ?? DEFAULT_ROOM);
  if (room === undefined)
    return refuse(session, 'bad_name', withoutUndefined({ expected: NAME_RULE, room: message.room }));
  const settled = settleMember(context, message);
  if ('refusal' in settled) return settled.refusal;
  const { effects } = settled;
  if (!mayEnter(session, state.rooms.get(room)))
    return [...effects, ...refuse(session, 'not_invited', { room })];
  if (hasGone(state, room, message.after)) return [...effects, ...refuse(session, 'room_removed', { room })];
  if (state.isFull(session, room)) return [...effects, ...refuse(session, 'too_many_rooms', { room })];
  const { after, changed_after: since, limit = defaultLimit(message) } = message;
  const query = withoutUndefined({ room, after, limit, changes: withoutUndefined({ since }) });
  return [...effects, ...load(session, { session: session.id, purpose: 'join', query })];
};

/** The history has been read: now the client is in the room. */
export function enterRoom(
  state: ChatState,
  session: Session,
  { query }: LoadRequest,
  loaded: Loaded,
): Effect[] {
  const { member } = session;
  if (!member) return [];
  // The room may have become invite-only in the meantime.
  if (!mayEnter(session, state.rooms.get(query.room)))
    return refuse(session, 'not_invited', { room: query.room });
  // Several joins may have been under way at once, each within the cap when it was requested.
  if (state.isFull(session, query.room)) return refuse(session, 'too_many_rooms', { room: query.room });
  const room = state.room(query.room);
  const isNew = state.enter(room, session, member);
  const joined = reply(
    session,
    withoutUndefined({
      type: 'joined' as const,
      room: room.name,
      name: member.name,
      token: member.token,
      ...memberList(room),
      messages: loaded.messages as StoredMessage[],
      more: loaded.more,
      changed: loaded.changes?.last,
      more_changed: loaded.changes?.more ? (true as const) : undefined,
    }),
  );
  const own = [joined, ...changesSince(session, room.name, loaded)];
  return [...own, ...hasEntered(room, session, member, isNew)];
}

/** Edits and deletions of messages that the client has, in the form in which they would have reached it live. */
function changesSince(session: Session, room: string, { changes }: Loaded): Effect[] {
  return (changes?.told ?? []).map(({ edit, ...change }) =>
    edit
      ? reply(session, { type: 'edited', room, ...edit, ...change })
      : reply(session, { type: 'deleted', room, ...change }),
  );
}

type Settled = { readonly member: Member; readonly effects: Effect[] } | { readonly refusal: Effect[] };

function settleMember(context: Context, message: Client<'join'>): Settled {
  const { session } = context;
  const own = session.member?.name ?? session.login?.account.name;
  if (own !== undefined && message.name !== undefined && nameKey(message.name) !== nameKey(own))
    return { refusal: refuse(session, 'already_named', { expected: own, got: message.name }) };
  if (session.member) return { member: session.member, effects: [] };
  if (session.login) return { member: accountMember(context, session.login.account), effects: [] };
  return settleGuest(context, message);
}

/** All connections of an account are one member. */
function accountMember({ state, session, now }: Context, account: LiveAccount): Member {
  const author = accountAuthor(account.id);
  const known = state.membersByAuthor.get(author);
  const member = known ?? { ...freshMember(account.name, author, state.steady(now)), account };
  if (!known) state.addMember(member);
  member.account = account;
  state.attach(session, member);
  return member;
}

function settleGuest(context: Context, { name, token }: Client<'join'>): Settled {
  const { state, session, now } = context;
  const known = token === undefined ? undefined : state.membersByToken.get(token);
  const wanted = known?.name ?? (name === undefined ? session.guestName : cleanName(name));
  if (wanted === undefined)
    return { refusal: refuse(session, 'bad_name', withoutUndefined({ expected: NAME_RULE, got: name })) };
  const refusal = turnAway(context, wanted, token);
  if (refusal) return { refusal };
  if (known)
    return { member: known, effects: [...takeUp(context, known), ...nowCalled(session, name, known.name)] };
  if (nameKey(wanted) === nameKey(session.guestName) || !state.isTaken(wanted, now))
    return { member: newGuest(context, wanted, token), effects: [] };
  // Since the server was restarted, the name of a guest that comes back may have been kept free for a newcomer.
  if (token !== undefined && !state.isOwned(wanted, now))
    return {
      effects: renameWaiting(context, nameKey(wanted), session),
      member: newGuest(context, wanted, token),
    };
  const suggestions = suggestNames(wanted, session.wire, (candidate) => state.isTaken(candidate, now));
  return { refusal: refuse(session, 'name_taken', { got: wanted, suggestions }) };
}

/** Turns a banned guest away; `undefined` for any other. */
function turnAway(context: Context, name: string, token: string | undefined): Effect[] | undefined {
  const { state, session, now } = context;
  const author = token === undefined ? undefined : guestAuthor(token);
  const ban = banOn(state, withoutUndefined({ author, key: nameKey(name), ip: session.ip }), now);
  if (!ban) return undefined;
  const line = audit(context, 'connection.banned', { subject: name });
  return [line, ...expel(session, 'banned', withoutUndefined({ got: ban.reason }))];
}

/** Moves the guest to a new connection; one that it still had is told why and closed. */
function takeUp({ state, session, now }: Context, member: Member): Effect[] {
  const effects: Effect[] = [];
  for (const before of member.sessions) {
    effects.push(...leaveAll(state, before));
    state.detach(before, now);
    effects.push(...expel(before, 'replaced'));
  }
  state.attach(session, member);
  follow(state, session);
  return effects;
}

/** A token that this server does not know is from before its restart: it is kept, and with it the authorship. */
function newGuest(context: Context, name: string, oldToken: string | undefined): Member {
  const { state, session, random, now } = context;
  const token = oldToken ?? toHex(random(TOKEN_LENGTH));
  const author = guestAuthor(token);
  const member: Member = { ...freshMember(name, author, state.steady(now)), token };
  state.addMember(member);
  state.attach(session, member);
  follow(state, session);
  return member;
}

/** Public fingerprint of the token. */
function guestAuthor(token: string): string {
  return toHex(sha256(utf8(token)).subarray(0, 16));
}

function freshMember(name: string, author: string, since: number): Member {
  return {
    name,
    author,
    token: undefined,
    account: undefined,
    sessions: new Set(),
    presence: 'here',
    told: { presence: 'here', at: -Infinity },
    since,
    pendingRefs: new Map(),
    spoke: undefined,
    goneAt: 0,
  };
}

function defaultLimit(message: Client<'join'>): number {
  return message.after === undefined ? LIMITS.historyOnJoin : LIMITS.historyPage;
}
