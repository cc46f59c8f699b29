/** `history`: a page of the messages in a room or a private conversation. */
import { atVenue } from './venue.ts';
import { type Command, withoutUndefined, load } from '../command.ts';
import { LIMITS } from '#protocol/limits';
import type { Client } from '#protocol/messages';

export const history: Command<Client<'history'>> = (context, { room, after, before, limit }) =>
  atVenue(context, { room }, ({ key, label }, { session }) => {
    const query = withoutUndefined({ room: key, after, before, limit: limit ?? LIMITS.historyPage });
    return load(session, { session: session.id, purpose: 'history', query, label });
  });
