/** Who may enter a room, and see that there is one. */
import { putOut } from './leave.ts';
import { keepsOrder } from '../ranks.ts';
import type { Effect } from '../../effects.ts';
import type { Room, Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import { accountAuthor } from '../../authors.ts';
import type { ErrorCode } from '#wire/errors';
import { cleanRoom } from '#wire/names';

/** The room that a request names; one that is being removed is as good as gone. */
export function roomNamed(state: ChatState, name: string): Room | undefined {
  const clean = cleanRoom(name);
  return clean === undefined || state.removing.has(clean) ? undefined : state.rooms.get(clean);
}

/** Anyone into a public room; into one for the invited, those and moderators. */
export function mayEnter(session: Session, room: Room | undefined): boolean {
  const record = room?.record;
  if (record?.access !== 'invite' || keepsOrder(session)) return true;
  const author = authorOf(session);
  return author !== undefined && record.invited.includes(author);
}

/** Whether the connection is in this room, and still has a right to be. */
export function isIn(state: ChatState, session: Session, name: string): boolean {
  return session.rooms.has(name) && mayEnter(session, state.rooms.get(name));
}

/** Puts connections out of rooms that they have no right to be in any more. */
export function putOutOfForbidden(state: ChatState, sessions: Iterable<Session>): Effect[] {
  return [...sessions].flatMap((session) =>
    [...session.rooms]
      .filter((name) => !isIn(state, session, name))
      .flatMap((name) => putOut(state, session, name, 'not_invited')),
  );
}

/** What ties this connection to what it made and said; `undefined` while it is nobody in particular. */
export function authorOf({ operator, login, member }: Session): string | undefined {
  if (operator) return 'operator';
  return login ? accountAuthor(login.account.id) : member?.author;
}

/** Why this connection may not say who enters the room: that is for its maker and for moderators. */
export function objectionToInviting(session: Session, room: Room | undefined): ErrorCode | undefined {
  if (!room) return 'no_such_room';
  if (!mayEnter(session, room)) return 'not_invited';
  if (room.record?.access !== 'invite' || keepsOrder(session)) return undefined;
  return room.record.createdBy === authorOf(session) ? undefined : 'forbidden';
}
