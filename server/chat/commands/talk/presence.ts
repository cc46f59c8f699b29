/**
 * `presence`: at the keyboard or not. Members who share a room are told. Of several changes within the pause, only the
 * outcome is told, once the pause is over.
 */
import { type Command, refuse } from '../command.ts';
import type { Effect } from '../../effects.ts';
import type { SessionId } from '../../records.ts';
import type { Member } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import { LIMITS } from '#protocol/limits';
import type { Client } from '#protocol/messages';

export const presence: Command<Client<'presence'>> = ({ state, session, now }, { state: presence }) => {
  const { member } = session;
  if (!member) return refuse(session, 'not_joined');
  member.presence = presence;
  state.restless.set(member, session.id);
  return tellIfDue(state, member, now);
};

/** The changes whose pause is over. */
export function overduePresences(state: ChatState, now: number): Effect[] {
  return [...state.restless.keys()].flatMap((member) => tellIfDue(state, member, now));
}

function tellIfDue(state: ChatState, member: Member, now: number): Effect[] {
  const { presence, told, name } = member;
  const at = state.steady(now);
  if (at - told.at < LIMITS.presencePause) return [];
  const asker = state.restless.get(member);
  state.restless.delete(member);
  if (presence === told.presence) return [];
  member.told = { presence, at };
  const rooms = new Set([...member.sessions].flatMap((line) => [...line.rooms]));
  const to = new Set<SessionId>();
  for (const room of rooms) for (const id of state.rooms.get(room)?.audience ?? []) to.add(id);
  if (asker !== undefined) to.delete(asker);
  return [{ kind: 'send', to, message: { type: 'presence', name, state: presence } }];
}
