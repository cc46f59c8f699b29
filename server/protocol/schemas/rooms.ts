/** Which rooms there are, who is in them, and what is unread there. */
import * as v from 'valibot';
import type { ClientRows } from './client-row.ts';
import {
  by,
  count,
  described,
  id,
  name,
  optionalRoom,
  ref,
  role,
  room,
  type,
  via,
  wholeNumber,
} from './fields.ts';

export const PRESENCES = ['here', 'away'] as const;
export const ROOM_ACCESS = ['public', 'invite'] as const;

const access = described(
  v.picklist(ROOM_ACCESS),
  'public: anyone may enter; invite: only invited members may, and others do not see that the room exists.',
);
const presence = described(v.picklist(PRESENCES), 'here or away, as the member says itself.');

export const ROOMS_FROM_CLIENT = {
  rooms: {
    right: 'guest',
    rate: 'ask',
    answers: ['rooms'],
    sending: 'session',
    schema: v.object({ type: type('rooms', 'Asks which rooms there are.') }),
  },
  create: {
    right: 'user',
    rate: 'sign',
    answers: ['done'],
    sending: 'change',
    schema: v.object({
      type: type('create', 'Makes a permanent room. Nobody is in it yet, not even its maker.'),
      room,
      access,
      ref,
    }),
  },
  invite: {
    right: 'user',
    rate: 'say',
    answers: ['done'],
    sending: 'change',
    schema: v.object({ type: type('invite', 'Lets a member into an invite-only room.'), room, name, ref }),
  },
  uninvite: {
    right: 'user',
    rate: 'say',
    answers: ['done'],
    sending: 'change',
    schema: v.object({
      type: type(
        'uninvite',
        'Withdraws an invitation. A member who is in the room because of it is removed from it at once.',
      ),
      room,
      name,
      ref,
    }),
  },
  remove: {
    right: 'user',
    rate: 'sign',
    answers: ['done'],
    sending: 'change',
    schema: v.object({
      type: type(
        'remove',
        'Removes a permanent room, with its invitations, its mutes and everything that was said in it.',
      ),
      room,
      ref,
    }),
  },
  who: {
    right: 'guest',
    rate: 'ask',
    answers: ['members'],
    sending: 'read',
    schema: v.object({
      type: type('who', 'Asks who is in a room, with roles and presence.'),
      room: optionalRoom,
      ref,
    }),
  },
  presence: {
    right: 'guest',
    rate: 'ask',
    answers: [],
    sending: 'signal',
    schema: v.object({
      type: type('presence', 'Says whether the member is at the keyboard.'),
      state: presence,
    }),
  },
  typing: {
    right: 'guest',
    rate: 'ask',
    answers: [],
    sending: 'signal',
    schema: v.object({
      type: type('typing', 'Says that the member is typing: forwarded, never stored.'),
      room,
    }),
  },
  read: {
    right: 'user',
    rate: 'ask',
    answers: [],
    sending: 'signal',
    schema: v.object({
      type: type('read', 'Everything in this room up to this id has been read.'),
      room,
      id,
    }),
  },
  unread: {
    right: 'user',
    rate: 'look',
    answers: ['unread'],
    sending: 'read',
    schema: v.object({
      type: type('unread', 'Asks how much is unread, in every room with a read marker.'),
      ref,
    }),
  },
} as const satisfies ClientRows;

export const ROOMS_FROM_SERVER = {
  rooms: v.object({
    type: type('rooms', 'The rooms this member can see.'),
    rooms: described(
      v.array(
        v.object({
          name: described(v.string(), 'Name of a room.'),
          members: described(v.number(), 'How many are in it.'),
          access: v.optional(access),
          locked: v.optional(described(v.literal(true), 'Only moderators may speak.')),
          slow: v.optional(
            described(wholeNumber, 'Seconds that each member must wait between two messages.'),
          ),
        }),
      ),
      'The rooms, each with how many are in it.',
    ),
  }),
  invited: v.object({ type: type('invited', 'This member may enter a room now.'), room, by }),
  members: v.object({
    type: type('members', 'Who is in a room.'),
    ref,
    room,
    count,
    members: described(
      v.array(v.object({ name: described(v.string(), 'Who.'), role, presence, via })),
      'Each member with role, presence and the wire it is on.',
    ),
  }),
  presence: v.object({
    type: type('presence', 'A member of a shared room says whether it is at the keyboard.'),
    name: described(v.string(), 'Who.'),
    state: presence,
  }),
  typing: v.object({
    type: type('typing', 'A member is typing: even the pauses of a conversation are data.'),
    room,
    name: described(v.string(), 'Who.'),
  }),
  unread: v.object({
    type: type('unread', 'How much this account has not read.'),
    ref,
    rooms: described(
      v.array(
        v.object({
          room,
          unread: described(wholeNumber, 'Messages after the read marker.'),
          read: described(wholeNumber, 'The read marker: everything up to this id was read.'),
          last: described(wholeNumber, 'Id of the last message.'),
        }),
      ),
      'Every room with a read marker.',
    ),
  }),
} as const;
