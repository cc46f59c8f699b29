/** `leave`: leaves one room; the others there are told. */
import { type Command, refuse, reply } from '../command.ts';
import type { Effect } from '../../effects.ts';
import { hasLeft } from '../../member-changes.ts';
import { cleanRoom } from '#protocol/names';
import type { Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import type { ErrorCode } from '#protocol/errors';
import type { Client } from '#protocol/messages';

export const leave: Command<Client<'leave'>> = ({ state, session }, { room }) => {
  const name = cleanRoom(room);
  if (name === undefined || !session.rooms.has(name)) return refuse(session, 'not_joined', { room });
  return [...leaveRoom(state, session, name), reply(session, { type: 'left', room: name })];
};

/** Takes a connection out of a room. The others are told when the member has no other connection there. */
export function leaveRoom(state: ChatState, session: Session, name: string): Effect[] {
  const [room, member] = [state.rooms.get(name), session.member];
  if (!room || !member || !state.exit(room, session, member)) return [];
  return hasLeft(room, member);
}

/** Puts a connection out of a room that it did not ask to leave, and tells it why. */
export function putOut(state: ChatState, session: Session, room: string, reason: ErrorCode): Effect[] {
  return [...leaveRoom(state, session, room), reply(session, { type: 'left', room, reason })];
}

/** Takes a connection out of every room. */
export function leaveAll(state: ChatState, session: Session): Effect[] {
  return [...session.rooms].flatMap((room) => leaveRoom(state, session, room));
}
