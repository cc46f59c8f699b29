/**
 * `join`: settles who the client is, with the first one, and asks the store for the room's history. The client is
 * in the room once the history is read (`enterRoom`): what was committed before that is in the history, what is
 * committed after it is broadcast, so nothing is lost between the two and nothing comes twice.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import {
  type Command,
  type Context,
  errorMessage,
  given,
  load,
  memberList,
  refuse,
  reply,
} from './command.ts';
import { leaveRoom } from './leave.ts';
import type { Effect, LoadRequest, Loaded } from '../effects.ts';
import { NAME_RULE, cleanName, cleanRoom, nameKey } from '#wire/names';
import { suggestNames } from '../names.ts';
import type { ChatState, Member, Session } from '../state.ts';
import { toHex, utf8 } from '#wire/bytes';
import { LIMITS } from '#wire/limits';
import { type Client, DEFAULT_ROOM } from '#wire/messages';

const TOKEN_LENGTH = 16;

export const join: Command<Client<'join'>> = (context, message) => {
  const { state, session } = context;
  const room = cleanRoom(message.room ?? DEFAULT_ROOM);
  if (room === undefined)
    return refuse(session, 'bad_name', given({ expected: NAME_RULE, room: message.room }));
  const settled = settleMember(context, message);
  if ('refusal' in settled) return settled.refusal;
  const { member, effects } = settled;
  if (state.isFull(member, room)) return [...effects, ...refuse(session, 'too_many_rooms', { room })];
  const query = given({ room, after: message.after, limit: message.limit ?? defaultLimit(message) });
  const request: LoadRequest = given({
    session: session.id,
    purpose: 'join' as const,
    query,
    refsOf: member.refsUnknown ? member.author : undefined,
  });
  return [...effects, ...load(session, request)];
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
  restoreRefs(member, loaded);
  // Several joins may have been under way at once, each of them within the cap when it was asked for.
  if (state.isFull(member, query.room)) return refuse(session, 'too_many_rooms', { room: query.room });
  const room = state.room(query.room);
  const wasHere = room.members.has(session.id);
  state.enter(room, member, session.id);
  const joined = reply(session, {
    type: 'joined',
    room: room.name,
    name: member.name,
    token: member.token,
    ...memberList(room.members.values(), room.members.size),
    messages: [...loaded.messages],
    more: loaded.more,
  });
  if (wasHere) return [joined];
  const others = [...room.audience].filter((id) => id !== session.id);
  const notice = { type: 'member_joined', room: room.name, name: member.name, via: session.wire } as const;
  return [joined, { kind: 'send', to: others, message: notice }];
}

type Settled = { readonly member: Member; readonly effects: Effect[] } | { readonly refusal: Effect[] };

function settleMember(context: Context, { name, token }: Client<'join'>): Settled {
  const { state, session, now } = context;
  if (session.member) {
    if (name === undefined || nameKey(name) === nameKey(session.member.name))
      return { member: session.member, effects: [] };
    return { refusal: refuse(session, 'already_named', { expected: session.member.name, got: name }) };
  }
  const known = token === undefined ? undefined : state.membersByToken.get(token);
  if (known) return { member: known, effects: takeUp(state, session, known) };
  const wanted = name === undefined ? session.guestName : cleanName(name);
  if (wanted === undefined)
    return { refusal: refuse(session, 'bad_name', given({ expected: NAME_RULE, got: name })) };
  if (nameKey(wanted) !== nameKey(session.guestName) && state.isTaken(wanted, now)) {
    const suggestions = suggestNames(wanted, session.wire, (candidate) => state.isTaken(candidate, now));
    return { refusal: refuse(session, 'name_taken', { got: wanted, suggestions }) };
  }
  return { member: newMember(context, wanted, token), effects: [] };
}

/** The same member on a new connection; a connection it still had is closed and told why. */
function takeUp(state: ChatState, session: Session, member: Member): Effect[] {
  const before = member.session === undefined ? undefined : state.sessions.get(member.session);
  const effects: Effect[] = [];
  if (before) {
    effects.push(...[...member.rooms].flatMap((room) => leaveRoom(state, before, member, room)));
    before.member = undefined;
    effects.push(reply(before, errorMessage('replaced')), {
      kind: 'close',
      session: before.id,
      code: 'replaced',
    });
  }
  attach(state, session, member);
  return effects;
}

/** A token that this server does not know is from before its restart: it is kept, and so is the authorship. */
function newMember({ state, session, random }: Context, name: string, oldToken: string | undefined): Member {
  const token = oldToken ?? toHex(random(TOKEN_LENGTH));
  const member: Member = {
    name,
    token,
    author: toHex(sha256(utf8(token)).subarray(0, 16)),
    session: undefined,
    rooms: new Set(),
    currentRoom: DEFAULT_ROOM,
    refs: new Map(),
    refsUnknown: oldToken !== undefined,
    goneAt: 0,
  };
  state.addMember(member);
  attach(state, session, member);
  return member;
}

function attach(state: ChatState, session: Session, member: Member): void {
  state.releaseGuestName(session);
  session.member = member;
  member.session = session.id;
}

function restoreRefs(member: Member, { refs }: Loaded): void {
  if (!member.refsUnknown) return;
  member.refsUnknown = false;
  for (const { ref, id, room, ts } of refs) {
    if (!member.refs.has(ref)) member.refs.set(ref, { type: 'ack', ref, id, room, ts });
  }
}

function defaultLimit(message: Client<'join'>): number {
  return message.after === undefined ? LIMITS.historyOnJoin : LIMITS.historyPage;
}
