/** `unmute`: lifts the mute in a room, or every mute of a member. */
import { lift } from './impose.ts';
import { announce, audience } from './notice.ts';
import { type Command, audit, done, withoutUndefined } from '../command.ts';
import { concerns, inForce, suspectOf } from '../../sanctions.ts';
import type { Client } from '#protocol/messages';
import { cleanRoom, nameKey } from '#protocol/names';

export const unmute: Command<Client<'unmute'>> = (context, message) => {
  const { ref } = message;
  const room = message.room === undefined ? undefined : (cleanRoom(message.room) ?? '');
  const key = nameKey(message.name);
  const { state, now } = context;
  // The name may be that of a guest who was recognised as someone muted under another name.
  const suspects = [{ key }, ...[...(state.members.get(key)?.sessions ?? [])].map((line) => suspectOf(line))];
  const mutes = inForce(state, now).filter(
    (one) =>
      one.kind === 'mute' &&
      (room === undefined || one.room === room) &&
      suspects.some((suspect) => concerns(one, suspect)),
  );
  return lift(context, mutes, ref, (lifted, then) => {
    const { state } = then;
    const name = lifted[0]?.name ?? message.name;
    const did = `let ${name} speak again${room === undefined ? '' : ` in #${room}`}`;
    // A guest that came back under the same name was muted, too, although the server takes it for another guest.
    const muted = [...state.sessions.values()].filter((line) =>
      lifted.some((mute) => concerns(mute, suspectOf(line))),
    );
    return [
      audit(then, 'moderation.unmuted', withoutUndefined({ subject: name, room })),
      announce(then, { event: 'unmuted', did, name, room }, audience(state, muted, room)),
      done(then.session, 'unmute', ref, `You ${did}.`),
    ];
  });
};
