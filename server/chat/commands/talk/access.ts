/** Who may enter a room, and who may see that it exists. */
import { putOut } from './leave.ts';
import { canModerate } from '../ranks.ts';
import type { Effect } from '../../effects.ts';
import type { Room, Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import { accountAuthor } from '../../authors.ts';
import type { ErrorCode } from '#protocol/errors';
import { cleanRoom } from '#protocol/names';

/** The room that a request names; one that is being removed counts as gone. */
export function roomNamed(state: ChatState, name: string): Room | undefined {
  const clean = cleanRoom(name);
  return clean === undefined || state.removing.has(clean) ? undefined : state.rooms.get(clean);
}

/** Anyone may enter a public room; only invited members and moderators may enter an invite-only room. */
export function mayEnter(session: Session, room: Room | undefined): boolean {
  const record = room?.record;
  if (record?.access !== 'invite' || canModerate(session)) return true;
  const author = authorOf(session);
  return author !== undefined && record.invited.includes(author);
}

/** Whether the connection is in this room, and still has a right to be. */
export function isIn(state: ChatState, session: Session, name: string): boolean {
  return session.rooms.has(name) && mayEnter(session, state.rooms.get(name));
}

/** Puts connections out of rooms that they may not be in any more. */
export function putOutOfForbidden(state: ChatState, sessions: Iterable<Session>): Effect[] {
  return [...sessions].flatMap((session) =>
    [...session.rooms]
      .filter((name) => !isIn(state, session, name))
      .flatMap((name) => putOut(state, session, name, 'not_invited')),
  );
}

/** The author of what this connection makes and says; `undefined` before it has logged in or joined. */
export function authorOf({ operator, login, member }: Session): string | undefined {
  if (operator) return 'operator';
  return login ? accountAuthor(login.account.id) : member?.author;
}

/** Why this connection may not invite to the room: only its maker and moderators may. */
export function objectionToInviting(session: Session, room: Room | undefined): ErrorCode | undefined {
  if (!room) return 'no_such_room';
  if (!mayEnter(session, room)) return 'not_invited';
  if (room.record?.access !== 'invite' || canModerate(session)) return undefined;
  return room.record.createdBy === authorOf(session) ? undefined : 'forbidden';
}
