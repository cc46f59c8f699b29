/** `history`: a page of a room's stored messages. */
import { type Command, given, load, refuse } from '../command.ts';
import { cleanRoom } from '#wire/names';
import { LIMITS } from '#wire/limits';
import type { Client } from '#wire/messages';

export const history: Command<Client<'history'>> = ({ session }, { room, after, before, limit }) => {
  const where = room === undefined ? session.currentRoom : cleanRoom(room);
  if (where === undefined || !session.rooms.has(where)) {
    return refuse(session, 'not_joined', given({ room: where }));
  }
  const query = given({ room: where, after, before, limit: limit ?? LIMITS.historyPage });
  return load(session, { session: session.id, purpose: 'history', query });
};
