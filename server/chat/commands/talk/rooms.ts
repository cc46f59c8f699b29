/** `rooms`: which rooms there are and how many people are in each, the fullest first. */
import { type Command, reply } from '../command.ts';
import { LIMITS } from '#wire/limits';
import type { Client } from '#wire/messages';

export const rooms: Command<Client<'rooms'>> = ({ state, session }) => {
  const list = [...state.rooms.values()]
    .map((room) => ({ name: room.name, members: room.people.size }))
    .sort((a, b) => b.members - a.members || (a.name < b.name ? -1 : 1))
    .slice(0, LIMITS.memberList);
  return [reply(session, { type: 'rooms', rooms: list })];
};
