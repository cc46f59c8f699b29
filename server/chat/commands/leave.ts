/** `leave`: out of one room; the others there are told. */
import { type Command, refuse, reply } from './command.ts';
import type { Effect } from '../effects.ts';
import { cleanRoom } from '#wire/names';
import type { ChatState, Member, Session } from '../state.ts';
import type { Client } from '#wire/messages';

export const leave: Command<Client<'leave'>> = ({ state, session }, { room }) => {
  const { member } = session;
  const name = cleanRoom(room);
  if (name === undefined || !member?.rooms.has(name)) return refuse(session, 'not_joined', { room });
  return [...leaveRoom(state, session, member, name), reply(session, { type: 'left', room: name })];
};

/** Takes a member out of a room and tells the others. */
export function leaveRoom(state: ChatState, session: Session, member: Member, name: string): Effect[] {
  const room = state.rooms.get(name);
  if (!room) return [];
  state.exit(room, member, session.id);
  return [
    { kind: 'send', to: room.audience, message: { type: 'member_left', room: name, name: member.name } },
  ];
}
