/** `lock` and `slow`: how a moderator changes a room. The change is stored, and the room is permanent from then on. */
import { announce } from './notice.ts';
import { noSuchRoom } from './whom.ts';
import { type Command, type Context, ask, audit, done } from '../command.ts';
import { authorOf, roomNamed } from '../talk/access.ts';
import type { Effect } from '../../effects.ts';
import type { RoomRecord } from '../../records.ts';
import type { Room } from '../../sessions.ts';
import type { Client } from '#protocol/messages';

type Change = Partial<Pick<RoomRecord, 'locked' | 'slow'>>;

export const lock: Command<Client<'lock'>> = (context, { room: name, locked, ref }) => {
  const room = roomNamed(context.state, name);
  if (!room) return noSuchRoom(context, name, ref);
  const event = locked ? 'locked' : 'unlocked';
  const did = `${event} #${room.name}`;
  return change(context, room, { locked }, ref, (then) => [
    audit(then, `moderation.${event}`, { room: room.name }),
    announce(then, { event, did, room: room.name }),
    done(then.session, 'lock', ref, `You ${did}.`),
  ]);
};

export const slow: Command<Client<'slow'>> = (context, { room: name, seconds, ref }) => {
  const room = roomNamed(context.state, name);
  if (!room) return noSuchRoom(context, name, ref);
  const did =
    seconds === 0
      ? `removed the pause between messages in #${room.name}`
      : `set a pause of ${seconds} seconds between each member's messages in #${room.name}`;
  return change(context, room, { slow: seconds }, ref, (then) => [
    audit(then, 'moderation.slowed', { room: room.name, detail: `${seconds} seconds` }),
    announce(then, { event: 'slowed', did, room: room.name, seconds }),
    done(then.session, 'slow', ref, `You ${did}.`),
  ]);
};

function change(
  context: Context,
  room: Room,
  what: Change,
  ref: string | undefined,
  then: (context: Context) => Effect[],
): Effect[] {
  const before = room.record;
  // At once, so that two changes at the same time do not undo each other.
  const after: RoomRecord = { ...(before ?? newRecord(context, room.name)), ...what };
  room.record = after;
  return ask(
    context,
    'saveRoom',
    { room: after, ref },
    (_, saved) => then(saved),
    (): undefined => {
      const { locked, slow: pause } = before ?? { locked: false, slow: 0 };
      if (room.record === after) room.record = before;
      else if (room.record) room.record = { ...room.record, locked, slow: pause };
      context.state.forgetEmpty(room);
    },
  );
}

function newRecord({ session, now }: Context, name: string): RoomRecord {
  const createdBy = authorOf(session) ?? '';
  return { name, access: 'public', locked: false, slow: 0, createdBy, created: now, invited: [] };
}
