/** `history`: a page of the messages in a room or a private conversation. */
import { atVenue } from './venue.ts';
import { isIn } from './access.ts';
import { type Command, labelOf, load, refuse, reply, withoutUndefined } from '../command.ts';
import { isConversation } from '../../authors.ts';
import type { Effect, LoadRequest, Loaded } from '../../effects.ts';
import type { Session } from '../../sessions.ts';
import type { ChatState } from '../../state.ts';
import { LIMITS } from '#protocol/limits';
import type { Client } from '#protocol/messages';

export const history: Command<Client<'history'>> = (context, { room, after, before, limit }) =>
  atVenue(context, { room }, ({ key, label }, { session }) => {
    const query = withoutUndefined({ room: key, after, before, limit: limit ?? LIMITS.historyPage });
    return load(session, { session: session.id, purpose: 'history', query, label });
  });

/** The page has been read. The member may have lost the right to it in the meantime. */
export function tellHistory(
  state: ChatState,
  session: Session,
  request: LoadRequest,
  { messages, more }: Loaded,
): Effect[] {
  const { room } = request.query;
  if (!isConversation(room) && !isIn(state, session, room))
    return refuse(session, 'not_joined', { room: labelOf(request) });
  return [reply(session, { type: 'history', room: labelOf(request), messages: [...messages], more })];
}
