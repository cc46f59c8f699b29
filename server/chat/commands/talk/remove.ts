/**
 * `remove`: removes a permanent room with its invitations, its mutes and its messages. If the messages stayed under the
 * room's name, the maker of the next room with this name could read them.
 */
import { authorOf, mayEnter, roomNamed } from './access.ts';
import {
  type Command,
  type Context,
  ask,
  audit,
  done,
  withoutUndefined,
  nameOf,
  refuse,
} from '../command.ts';
import { announce } from '../moderation/notice.ts';
import { canModerate } from '../ranks.ts';
import type { Effect } from '../../effects.ts';
import type { RoomRecord } from '../../records.ts';
import type { Room, Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import type { ErrorCode } from '#protocol/errors';
import { LIMITS } from '#protocol/limits';
import { type Client, DEFAULT_ROOM } from '#protocol/messages';

type Ref = string | undefined;

export const remove: Command<Client<'remove'>> = (context, { room: wanted, ref }) => {
  const { state, session } = context;
  const room = roomNamed(state, wanted);
  const code = objectionTo(session, room);
  if (code || !room?.record)
    return refuse(session, code ?? 'no_such_room', withoutUndefined({ ref, room: wanted }));
  const { name, record } = room;
  // From here on nothing can be said there: a message stored after the deletion would outlive it.
  state.removing.add(name);
  return ask(
    context,
    'removeRoom',
    { room: name, since: since(session, record), by: nameOf(session), ref },
    (deleted, later) => settle(later, room, deleted, ref),
    (): undefined => {
      state.removing.delete(name);
    },
  );
};

function objectionTo(session: Session, room: Room | undefined): ErrorCode | undefined {
  if (!room) return 'no_such_room';
  const { name, record } = room;
  const isMaker = record !== undefined && record.createdBy === authorOf(session);
  if (!isMaker && !mayEnter(session, room)) return 'not_invited';
  if (name === DEFAULT_ROOM) return 'default_room';
  if (!record) return 'not_kept';
  return isMaker || canModerate(session) ? undefined : 'forbidden';
}

/**
 * The maker of a room must not delete what others said under its name before the room was created: that was said in a
 * room that belonged to everyone.
 */
function since(session: Session, { created }: RoomRecord): number {
  return canModerate(session) ? 0 : created;
}

function settle(context: Context, room: Room, deleted: number, ref: Ref): Effect[] {
  const { state, session } = context;
  const { name } = room;
  state.removing.delete(name);
  for (const [id, sanction] of state.sanctions) if (sanction.room === name) state.sanctions.delete(id);
  const did = `removed #${name}`;
  return [
    audit(context, 'room.removed', { room: name, detail: `messages deleted: ${deleted}` }),
    announce(context, { event: 'removed', did, room: name }),
    ...empty(state, room),
    done(session, 'remove', ref, `You ${did}. Messages deleted: ${deleted}.`),
  ];
}

/** Puts everyone out, without telling each of them who else left, and forgets the room. */
function empty(state: ChatState, room: Room): Effect[] {
  const { name } = room;
  const ids = [...room.audience];
  if (room.record?.access === 'invite') remember(state, name);
  room.record = undefined;
  for (const id of ids) {
    const session = state.sessions.get(id);
    if (session?.member) state.exit(room, session, session.member);
  }
  state.forgetEmpty(room);
  return [{ kind: 'send', to: ids, message: { type: 'left', room: name, reason: 'room_removed' } }];
}

function remember({ removed, nextId }: ChatState, name: string): void {
  removed.delete(name);
  removed.set(name, nextId);
  const [oldest] = removed.keys();
  if (removed.size > LIMITS.rooms && oldest !== undefined) removed.delete(oldest);
}

/**
 * Whether a client that resumes after this message means a room that has been removed: it would believe that it is back
 * in an invite-only room, and would unknowingly talk in a public one.
 */
export function hasGone({ removed }: ChatState, room: string, after: number | undefined): boolean {
  return after !== undefined && after < (removed.get(room) ?? 0);
}
