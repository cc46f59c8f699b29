/** `edit`: replaces the text of a message. */
import { atStored, tell } from './venue.ts';
import { pauseOf, silenceOf } from './speaking.ts';
import { type Command, type Context, ask, withoutUndefined, nameOf, refuse } from '../command.ts';
import type { Venue } from './venue.ts';
import type { Effect } from '../../effects.ts';
import type { Client } from '#protocol/messages';
import { cleanText } from '#protocol/text';

export const edit: Command<Client<'edit'>> = (context, { id, text, ref }) => {
  const { session } = context;
  const { member } = session;
  if (!member) return refuse(session, 'not_joined', withoutUndefined({ ref }));
  const clean = cleanText(text);
  if (clean === '') return refuse(session, 'bad_text', withoutUndefined({ ref }));
  return ask(context, 'messageById', { id, ref }, (stored, later) => {
    if (!stored || stored.deleted) return noSuchMessage(later, id, ref);
    return atStored(later, { key: stored.room, ref, anyRoom: false }, (venue, inVenue) => {
      if (!venue) return noSuchMessage(inVenue, id, ref);
      if (stored.author !== member.author)
        return refuse(session, 'not_yours', withoutUndefined({ ref, room: venue.label }));
      // A new text is a way to speak, so mutes and slow mode apply to it as to a message.
      const objection = silenceOf(inVenue, venue, member) ?? pauseOf(inVenue, venue, member);
      if (!objection) return replace(inVenue, venue, { id, text: clean, ref });
      const { code, ...details } = objection;
      return refuse(session, code, withoutUndefined({ ref, room: venue.label, ...details }));
    });
  });
};

function replace(
  context: Context,
  venue: Venue,
  { id, text, ref }: { readonly id: number; readonly text: string; readonly ref: string | undefined },
): Effect[] {
  const { now, session } = context;
  const by = nameOf(session);
  return ask(context, 'editMessage', { id, text, now, ref }, (change, later) =>
    change === undefined
      ? noSuchMessage(later, id, ref)
      : tell(later, venue, ref, (room) => ({
          type: 'edited',
          room,
          id,
          text,
          edited: now,
          by,
          change,
        })),
  );
}

function noSuchMessage({ session }: Context, id: number, ref: string | undefined): Effect[] {
  return refuse(session, 'no_such_message', withoutUndefined({ ref, got: String(id) }));
}
