/** `search`: finds words in messages, in the rooms this connection is in or in one private conversation. */
import { isIn } from './access.ts';
import { type Venue, atVenue } from './venue.ts';
import { type Command, type Context, ask, withoutUndefined, refuse, reply } from '../command.ts';
import { isConversation } from '../../authors.ts';
import type { Effect } from '../../effects.ts';
import { LIMITS } from '#protocol/limits';
import type { Client } from '#protocol/messages';

type Search = Client<'search'>;

export const search: Command<Search> = (context, message) => {
  const { room, ref } = message;
  if (room !== undefined)
    return atVenue(context, { room, ref }, (venue, later) => find(later, message, [venue]));
  const { state, session } = context;
  const rooms = [...session.rooms]
    .filter((key) => isIn(state, session, key))
    .map((key) => ({ key, label: key }));
  return rooms.length === 0
    ? refuse(session, 'not_joined', withoutUndefined({ ref }))
    : find(context, message, rooms);
};

function find(
  context: Context,
  { text, before, limit = LIMITS.historyPage, ref }: Search,
  venues: readonly Pick<Venue, 'key' | 'label'>[],
): Effect[] {
  const labels = new Map(venues.map(({ key, label }) => [key, label]));
  const query = withoutUndefined({ text, before, limit, rooms: [...labels.keys()] });
  return ask(context, 'search', { ...query, ref }, (found, { state, session }) => {
    if (!found) return refuse(session, 'bad_search', withoutUndefined({ ref, got: text }));
    // The member may have lost the right while the store was searching.
    const open = found.messages.filter(({ room }) => isConversation(room) || isIn(state, session, room));
    const messages = open.map((message) => ({
      ...message,
      room: labels.get(message.room) ?? message.room,
    }));
    return [reply(session, withoutUndefined({ type: 'found' as const, ref, messages, more: found.more }))];
  });
}
