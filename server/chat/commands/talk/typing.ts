/** `typing`: passed on to the others in the venue, not too often, never stored, and not for members who may not speak. */
import { type Venue, atVenue, connectionsOf } from './venue.ts';
import { silenceOf } from './speaking.ts';
import type { Command } from '../command.ts';
import type { Effect } from '../../effects.ts';
import type { Member, Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import { LIMITS } from '#protocol/limits';
import type { Client } from '#protocol/messages';

export const typing: Command<Client<'typing'>> = (context, { room }) => {
  const { state, session, now } = context;
  if (tooSoon(session, room, state.steady(now))) return [];
  return atVenue(context, { room }, (venue, later, member) =>
    silenceOf(later, venue, member) ? [] : [notice(state, venue, member)],
  );
};

function notice(state: ChatState, { key, label, ends }: Venue, member: Member): Effect {
  const own = new Set([...member.sessions].map(({ id }) => id));
  const audience = ends ? connectionsOf(state, ends.other) : (state.rooms.get(key)?.audience ?? []);
  const room = ends ? `@${member.name}` : label;
  const to = [...audience].filter((id) => !own.has(id));
  return { kind: 'send', to, message: { type: 'typing', room, name: member.name } };
}

/** Whether the signal comes sooner than the pause allows: then it is dropped. */
function tooSoon(session: Session, room: string, now: number): boolean {
  const typed = (session.typed ??= new Map());
  for (const [where, at] of typed) if (now - at >= LIMITS.typingPause) typed.delete(where);
  if (typed.has(room) || typed.size >= LIMITS.roomsPerMember) return true;
  typed.set(room, now);
  return false;
}
