/** `create`: creates a permanent room, which stays when everyone has left it. */
import { authorOf, mayEnter } from './access.ts';
import { type Command, type Context, ask, done, withoutUndefined, refuse } from '../command.ts';
import { canModerate } from '../ranks.ts';
import type { RoomRecord } from '../../records.ts';
import type { Effect } from '../../effects.ts';
import type { Room } from '../../sessions.ts';
import type { ErrorCode } from '#protocol/errors';
import { LIMITS } from '#protocol/limits';
import type { Client } from '#protocol/messages';
import { NAME_RULE, cleanRoom, nameKey } from '#protocol/names';

type Create = Client<'create'>;

export const create: Command<Create> = (context, { room, access, ref }) => {
  const { state, session, now } = context;
  const [name, creator] = [cleanRoom(room), authorOf(session)];
  if (name === undefined)
    return refuse(session, 'bad_name', withoutUndefined({ ref, expected: NAME_RULE, room }));
  if (creator === undefined) return refuse(session, 'auth_required', withoutUndefined({ ref, room: name }));
  const obstacle = obstacleTo(context, name, creator);
  if (obstacle) return refuse(session, obstacle, withoutUndefined({ ref, room: name }));
  const double = lookAlike(context, name);
  if (double) return refuseDouble(context, double, name, ref);
  const record: RoomRecord = {
    name,
    access,
    locked: false,
    slow: 0,
    createdBy: creator,
    created: now,
    invited: [creator],
  };
  // Reserved before it is stored: a second request for the same name finds it, and nobody slips in uninvited.
  const made = state.room(name);
  made.record = record;
  const undo = (): undefined => {
    made.record = undefined;
    state.forgetEmpty(made);
  };
  const text = `#${name} has been created${access === 'invite' ? ', for those you invite' : ''}.`;
  return ask(
    context,
    'saveRoom',
    { room: record, ref },
    (_, { session: asker }) => [done(asker, 'create', ref, text)],
    undo,
  );
};

function obstacleTo({ state, session }: Context, name: string, creator: string): ErrorCode | undefined {
  const room = state.rooms.get(name);
  if (room && (room.record !== undefined || hasOthers(room, creator))) return 'room_exists';
  if (!room && state.rooms.size >= LIMITS.rooms) return 'too_many_rooms';
  if (canModerate(session)) return undefined;
  const made = [...state.rooms.values()].filter(({ record }) => record?.createdBy === creator);
  return made.length >= LIMITS.roomsPerAccount ? 'too_many' : undefined;
}

/** A temporary room can be made permanent by a member who is alone in it. */
function hasOthers({ people }: Room, creator: string): boolean {
  return [...people.keys()].some(({ author }) => author !== creator);
}

/** Another room whose name looks like this one. */
function lookAlike({ state }: Context, name: string): Room | undefined {
  const key = nameKey(name);
  return [...state.rooms.values()].find((other) => other.name !== name && nameKey(other.name) === key);
}

/** Names the other room, unless the asker must not know of it. */
function refuseDouble({ session }: Context, other: Room, room: string, ref: string | undefined): Effect[] {
  const expected = mayEnter(session, other) ? `a name that does not look like #${other.name}` : undefined;
  return refuse(session, 'room_looks_alike', withoutUndefined({ ref, room, expected }));
}
