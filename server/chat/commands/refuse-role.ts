/** The refusal of a request for which the role of the connection is too low. */
import { type Context, audit, errorMessage, refuse, reply, withoutUndefined } from './command.ts';
import type { Effect } from '../effects.ts';
import type { ClientMessage } from '#protocol/messages';

export function refuseRole(context: Context, message: ClientMessage): Effect[] {
  const { session } = context;
  const ref = 'ref' in message ? message.ref : undefined;
  const room = 'room' in message ? message.room : undefined;
  const details = withoutUndefined({ ref, room, got: message.type });
  if (session.login)
    return [
      audit(context, 'moderation.refused', { detail: message.type }),
      reply(session, errorMessage('forbidden', details)),
    ];
  return refuse(session, session.mode === 'guests' ? 'no_accounts' : 'auth_required', details);
}
