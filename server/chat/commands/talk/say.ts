/** `say`: a number, a time, and into the store; everyone hears it once it is there. */
import { type Command, given, refuse, reply } from '../command.ts';
import type { Member } from '../../state.ts';
import { LIMITS } from '#wire/limits';
import type { Client } from '#wire/messages';
import { cleanRoom } from '#wire/names';

export const say: Command<Client<'say'>> = ({ state, session, now }, { room, ref, text }) => {
  const { member } = session;
  const where = room === undefined ? session.currentRoom : cleanRoom(room);
  if (!member || where === undefined || !session.rooms.has(where)) {
    return refuse(session, 'not_joined', given({ ref, room: where }));
  }
  const earlier = ref === undefined ? undefined : member.refs.get(ref);
  if (earlier) return earlier === 'pending' ? [] : [reply(session, earlier)];
  if (state.pendingCommits >= LIMITS.commitQueue) return refuse(session, 'busy', given({ ref, room: where }));
  const id = state.nextId++;
  state.pendingCommits += 1;
  if (ref !== undefined) rememberRef(member, ref);
  const { name: from, author } = member;
  const { wire: via, id: origin } = session;
  return [
    {
      kind: 'commit',
      message: { id, room: where, from, author, ref, text, ts: now, via, origin },
    },
  ];
};

function rememberRef(member: Member, ref: string): void {
  member.refs.set(ref, 'pending');
  if (member.refs.size <= LIMITS.recentRefs) return;
  const oldest = member.refs.keys().next().value as string;
  member.refs.delete(oldest);
}
