/** `uninvite`: withdraws an invitation. A member with no other right to be in the room is put out of it at once. */
import { mayEnter, objectionToInviting, roomNamed } from './access.ts';
import { putOut } from './leave.ts';
import { findPerson } from './venue.ts';
import { type Command, type Context, ask, audit, done, withoutUndefined, refuse } from '../command.ts';
import { announce } from '../moderation/notice.ts';
import { linesOf } from '../moderation/whom.ts';
import { canModerate } from '../ranks.ts';
import type { Effect, Peer } from '../../effects.ts';
import type { RoomRecord } from '../../records.ts';
import type { Room } from '../../sessions.ts';
import type { Client } from '#protocol/messages';

type Ref = string | undefined;

export const uninvite: Command<Client<'uninvite'>> = (context, message) => {
  const { state, session } = context;
  const { name, ref } = message;
  const room = roomNamed(state, message.room);
  const code = objectionToInviting(session, room);
  if (code || !room)
    return refuse(session, code ?? 'no_such_room', withoutUndefined({ ref, room: message.room }));
  return findPerson(context, { name, ref }, (person, later) => {
    // The room may have been removed in the meantime.
    if (roomNamed(later.state, room.name) !== room)
      return refuse(session, 'no_such_room', withoutUndefined({ ref, room: room.name }));
    return person
      ? withdraw(later, room, person, ref)
      : refuse(session, 'no_such_member', withoutUndefined({ ref, room: room.name, got: name }));
  });
};

function withdraw(context: Context, room: Room, person: Peer, ref: Ref): Effect[] {
  const { session } = context;
  const { record, name } = room;
  if (record?.access !== 'invite') return [done(session, 'uninvite', ref, `#${name} is open to everyone.`)];
  if (!record.invited.includes(person.author))
    return [done(session, 'uninvite', ref, `${person.name} has no invitation to #${name}.`)];
  // Without its own invitation, the maker could neither undo that nor manage the room.
  if (record.createdBy === person.author && !canModerate(session))
    return refuse(session, 'forbidden', withoutUndefined({ ref, room: name }));
  return save(context, room, { record, person, ref });
}

function save(
  context: Context,
  room: Room,
  { record, person, ref }: { readonly record: RoomRecord; readonly person: Peer; readonly ref: Ref },
): Effect[] {
  const { author } = person;
  // Changed before it is stored, so that two changes at the same time do not undo each other.
  const after = { ...record, invited: record.invited.filter((one) => one !== author) };
  room.record = after;
  const undo = (): undefined => {
    if (room.record && !room.record.invited.includes(author))
      room.record = { ...room.record, invited: [...room.record.invited, author] };
  };
  return ask(context, 'saveRoom', { room: after, ref }, (_, saved) => tell(saved, room, person, ref), undo);
}

function tell(context: Context, room: Room, person: Peer, ref: Ref): Effect[] {
  const { state, session } = context;
  const { name } = room;
  const did = `withdrew ${person.name}'s invitation to #${name}`;
  const inside = linesOf(state, person.author).filter(
    (line) => line.rooms.has(name) && !mayEnter(line, room),
  );
  return [
    audit(context, 'room.uninvited', { subject: person.name, room: name }),
    announce(context, { event: 'uninvited', did, person, room: name }),
    ...inside.flatMap((line) => putOut(state, line, name, 'uninvited')),
    done(session, 'uninvite', ref, `You ${did}.`),
  ];
}
