/** `kick`: puts a member out of a room, or off the server. Nothing keeps the member from coming back. */
import { announce } from './notice.ts';
import { type Ref, linesOf, withLesser } from './whom.ts';
import { putOff } from '../accounts/ending.ts';
import { type Command, type Context, audit, done, withoutUndefined, refuse } from '../command.ts';
import { putOut } from '../talk/leave.ts';
import type { Effect } from '../../effects.ts';
import type { Session } from '../../sessions.ts';
import type { Client } from '#protocol/messages';
import { cleanRoom } from '#protocol/names';

type Kick = Client<'kick'>;

export const kick: Command<Kick> = (context, message) => {
  const { name, ref } = message;
  return withLesser(context, { name, ref }, (person, found) => {
    const room = message.room === undefined ? undefined : (cleanRoom(message.room) ?? '');
    const lines = linesOf(found.state, person.author).filter(
      ({ rooms }) => room === undefined || rooms.has(room),
    );
    if (lines.length === 0) return notHere(found, message, ref);
    const where = room === undefined ? 'off the server' : `out of #${room}`;
    const did = `kicked ${person.name} ${where}`;
    const { reason } = message;
    return [
      audit(found, 'moderation.kicked', withoutUndefined({ subject: person.name, room, detail: reason })),
      announce(found, { event: 'kicked', did, person, room, reason }),
      ...lines.flatMap((line) => out(found, line, room, reason)),
      done(found.session, 'kick', ref, `You ${did}.`),
    ];
  });
};

function out(
  { state, now }: Context,
  line: Session,
  room: string | undefined,
  reason: Kick['reason'],
): Effect[] {
  if (room === undefined) return putOff(state, line, now, 'kicked', withoutUndefined({ got: reason }));
  return putOut(state, line, room, 'kicked');
}

function notHere({ session }: Context, { room }: Kick, ref: Ref): Effect[] {
  return refuse(session, 'no_such_member', withoutUndefined({ ref, room }));
}
