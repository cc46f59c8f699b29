/** `rooms`: lists the rooms that the asker may enter, with how many people are in each, the fullest first. */
import { mayEnter } from './access.ts';
import { type Command, withoutUndefined, reply } from '../command.ts';
import type { Room } from '../../sessions.ts';
import { LIMITS } from '#protocol/limits';
import type { Client, Server } from '#protocol/messages';

export const rooms: Command<Client<'rooms'>> = ({ state, session }) => {
  const list = [...state.rooms.values()]
    .filter((room) => mayEnter(session, room))
    .map(described)
    .sort((a, b) => b.members - a.members || (a.name < b.name ? -1 : 1))
    .slice(0, LIMITS.memberList);
  return [reply(session, { type: 'rooms', rooms: list })];
};

function described({ name, people, record }: Room): Server<'rooms'>['rooms'][number] {
  return withoutUndefined({
    name,
    members: people.size,
    access: record?.access,
    locked: record?.locked ? (true as const) : undefined,
    slow: record?.slow ? record.slow : undefined,
  });
}
