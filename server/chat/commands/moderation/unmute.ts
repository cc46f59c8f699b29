/** `unmute`: lifts the mute in a room, or every mute of a member. */
import { lift } from './impose.ts';
import { announce } from './notice.ts';
import { type Command, audit, done } from '../command.ts';
import { inForce } from '../../sanctions.ts';
import type { Client } from '#wire/messages';
import { cleanRoom, nameKey } from '#wire/names';

export const unmute: Command<Client<'unmute'>> = (context, message) => {
  const { name, ref } = message;
  const room = message.room === undefined ? undefined : (cleanRoom(message.room) ?? '');
  const key = nameKey(name);
  const mutes = inForce(context.state, context.now).filter(
    (one) => one.kind === 'mute' && one.key === key && (room === undefined || one.room === room),
  );
  return lift(context, mutes, ref, ([{ author = '' } = {}], then) => {
    const where = room === undefined ? {} : { room };
    return [
      audit(then, 'moderation.unmuted', { subject: name, ...where }),
      announce(then, {
        event: 'unmuted',
        did: `let ${name} speak again`,
        person: { author, name },
        ...where,
      }),
      done(then.session, 'unmute', ref, `You let ${name} speak again.`),
    ];
  });
};
