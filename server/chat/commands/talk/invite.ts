/** `invite`: allows someone to enter an invite-only room, and tells them so. */
import { objectionToInviting, roomNamed } from './access.ts';
import { connectionsOf, findPerson, isReachable } from './venue.ts';
import { type Command, type Context, ask, done, withoutUndefined, nameOf, refuse } from '../command.ts';
import type { Effect, Peer } from '../../effects.ts';
import type { RoomRecord } from '../../records.ts';
import type { Room } from '../../sessions.ts';
import { LIMITS } from '#protocol/limits';
import type { Client } from '#protocol/messages';

type Invite = Client<'invite'>;

export const invite: Command<Invite> = (context, message) => {
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
    return person && isReachable(later.state, person)
      ? letIn(later, room, person, ref)
      : refuse(session, 'no_such_member', withoutUndefined({ ref, room: room.name, got: name }));
  });
};

function letIn(context: Context, room: Room, person: Peer, ref: string | undefined): Effect[] {
  const { session } = context;
  const { record, name } = room;
  if (record?.access !== 'invite') return [done(session, 'invite', ref, `#${name} is open to everyone.`)];
  if (record.invited.includes(person.author))
    return [done(session, 'invite', ref, `${person.name} may already enter #${name}.`)];
  if (record.invited.length >= LIMITS.invitations)
    return refuse(session, 'too_many', withoutUndefined({ ref, room: name }));
  return save(context, room, { record, person, ref });
}

function save(
  context: Context,
  room: Room,
  {
    record,
    person,
    ref,
  }: { readonly record: RoomRecord; readonly person: Peer; readonly ref: string | undefined },
): Effect[] {
  const { author, name } = person;
  const by = nameOf(context.session);
  // Changed before it is stored, so that two invitations at the same time do not undo each other.
  const after = { ...record, invited: [...record.invited, author] };
  room.record = after;
  const undo = (): undefined => {
    if (room.record)
      room.record = { ...room.record, invited: room.record.invited.filter((one) => one !== author) };
  };
  return ask(
    context,
    'saveRoom',
    { room: after, ref },
    (_, { state, session }) => [
      { kind: 'send', to: connectionsOf(state, person), message: { type: 'invited', room: room.name, by } },
      done(session, 'invite', ref, `${name} may now enter #${room.name}.`),
    ],
    undo,
  );
}
