/** `delete`: authors delete their own messages; moderators also delete those of members with a lower role. */
import { authorOf } from './access.ts';
import { atStored, tell } from './venue.ts';
import type { Venue } from './venue.ts';
import { type Command, type Context, ask, audit, withoutUndefined, nameOf, refuse } from '../command.ts';
import { canModerate, outranks, roleOfAuthor } from '../ranks.ts';
import type { Effect } from '../../effects.ts';
import type { MessageInfo } from '../../questions.ts';
import type { Client } from '#protocol/messages';

type Delete = Client<'delete'>;

/** `delete` is a reserved word in TypeScript. */
export const deleteMessage: Command<Delete> = (context, message) => {
  const { id, ref } = message;
  return ask(context, 'messageById', { id, ref }, (stored, later) => {
    if (!stored || stored.deleted) return noSuchMessage(later, message);
    const anyRoom = canModerate(later.session);
    return atStored(later, { key: stored.room, ref, anyRoom }, (venue, inVenue) =>
      venue ? settle(inVenue, venue, stored, message) : noSuchMessage(inVenue, message),
    );
  });
};

function settle(context: Context, venue: Venue, stored: MessageInfo, message: Delete): Effect[] {
  const { session } = context;
  const { ref } = message;
  if (authorOf(session) === stored.author) return remove(context, venue, message, []);
  const details = withoutUndefined({ ref, room: venue.label });
  if (!canModerate(session) || venue.ends) return refuse(session, 'not_yours', details);
  return roleOfAuthor(context, { author: stored.author, ref }, (role, later) => {
    if (!outranks(session, role))
      return refuse(session, 'outranked', withoutUndefined({ ...details, got: stored.from }));
    const what = { subject: stored.from, room: venue.key, detail: `message ${stored.id}` };
    return remove(later, venue, message, [audit(later, 'moderation.deleted', what)]);
  });
}

/** `log` is the entry for the audit log, when there must be one. */
function remove(context: Context, venue: Venue, message: Delete, log: readonly Effect[]): Effect[] {
  const { now, session } = context;
  const { id, ref } = message;
  const by = nameOf(session);
  return ask(context, 'deleteMessage', { id, by, now, ref }, (change, later) =>
    change === undefined
      ? noSuchMessage(later, message)
      : [...log, ...tell(later, venue, ref, (room) => ({ type: 'deleted', room, id, by, change }))],
  );
}

function noSuchMessage({ session }: Context, { id, ref }: Delete): Effect[] {
  return refuse(session, 'no_such_message', withoutUndefined({ ref, got: String(id) }));
}
