/** `presence`: at the keyboard or not. Members who share a room are told, once for each change. */
import { type Command, refuse } from '../command.ts';
import type { SessionId } from '../../records.ts';
import type { Client } from '#wire/messages';

export const presence: Command<Client<'presence'>> = ({ state, session }, { state: now }) => {
  const { member } = session;
  if (!member) return refuse(session, 'not_joined');
  if (member.presence === now) return [];
  member.presence = now;
  const rooms = new Set([...member.sessions].flatMap((line) => [...line.rooms]));
  const to = new Set<SessionId>();
  for (const room of rooms) for (const id of state.rooms.get(room)?.audience ?? []) to.add(id);
  to.delete(session.id);
  return [{ kind: 'send', to, message: { type: 'presence', name: member.name, state: now } }];
};
