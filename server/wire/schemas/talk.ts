/** Rooms, what is said in them, and who is there. */
import * as v from 'valibot';
import { LIMITS } from '../limits.ts';
import {
  by,
  count,
  described,
  from,
  id,
  members,
  more,
  name,
  optionalRoom,
  pageSize,
  ref,
  role,
  room,
  shortText,
  text,
  ts,
  type,
  via,
  wholeNumber,
} from './fields.ts';

export const WIRE_NAMES = ['plain', 'psk', 'tls', 'tls+psk'] as const;
export const PRESENCES = ['here', 'away'] as const;
export const ROOM_ACCESS = ['public', 'invite'] as const;

const sayRef = v.optional(
  described(
    shortText(LIMITS.ref),
    "The sender's own name for this message. The acknowledgement repeats it, and a message sent again under the same ref is stored once.",
  ),
);
const replyTo = v.optional(
  described(wholeNumber, 'Id of the message of the same room that this one answers.'),
);
const edited = v.optional(
  described(wholeNumber, 'When it was last changed: milliseconds since 1970-01-01 UTC.'),
);
const deleted = v.optional(
  described(v.literal(true), 'The message was taken back or removed; its text is gone from the server.'),
);
const change = v.optional(
  described(
    wholeNumber,
    'Number of this change: higher than those of all changes before it, in whichever room.',
  ),
);
const access = described(
  v.picklist(ROOM_ACCESS),
  'public: anyone may enter; invite: only who was invited, and others do not see that the room exists.',
);
const presence = described(v.picklist(PRESENCES), 'here or away, as the member says itself.');

export const storedMessage = v.object({
  id,
  from,
  text: described(v.pipe(v.string(), v.maxLength(LIMITS.text)), 'What was said; empty where it was deleted.'),
  ts,
  via,
  reply_to: replyTo,
  edited,
  deleted,
});
const storedMessages = described(v.array(storedMessage), 'What was said before, oldest first.');
const foundMessage = v.object({ ...storedMessage.entries, room });

export const TALK_FROM_CLIENT = {
  join: v.object({
    type: type('join', 'Asks to enter a room. The first join also settles the name of a guest.'),
    room: optionalRoom,
    name: v.optional(
      described(
        v.pipe(v.string(), v.maxLength(256)),
        'The name asked for; without one the guest name of the welcome is kept. Who has logged in has the name of the account.',
      ),
    ),
    token: v.optional(
      described(
        v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
        'From an earlier joined: takes the same member up again after a lost connection. Whoever reads it on a plain wire can do the same.',
      ),
    ),
    after: v.optional(described(wholeNumber, 'Resume: send what was said after this id.')),
    changed_after: v.optional(
      described(
        wholeNumber,
        'Resume: also tell, as edited and deleted, what was done since this change to messages up to after.',
      ),
    ),
    limit: v.optional(described(pageSize, 'At most this many messages of history.')),
  }),
  leave: v.object({ type: type('leave', 'Leaves a room.'), room }),
  say: v.object({
    type: type('say', 'Says something in a room.'),
    text,
    room: optionalRoom,
    ref: sayRef,
    reply_to: replyTo,
  }),
  edit: v.object({ type: type('edit', 'Changes a message of one’s own.'), id, text, ref }),
  delete: v.object({
    type: type('delete', 'Takes a message of one’s own back; a moderator may remove any.'),
    id,
    ref,
  }),
  history: v.object({
    type: type('history', 'Asks for stored messages of a room the member is in.'),
    room: optionalRoom,
    before: v.optional(described(wholeNumber, 'Only messages before this id, the newest of them.')),
    after: v.optional(described(wholeNumber, 'Only messages after this id, the oldest of them.')),
    limit: v.optional(described(pageSize, 'At most this many.')),
  }),
  search: v.object({
    type: type('search', 'Looks for words in what was said in the rooms the member is in.'),
    text: described(
      shortText(LIMITS.searchText),
      'Words that must all occur; "several words" must follow each other.',
    ),
    room: v.optional(described(shortText(LIMITS.roomName), 'Only in this room.')),
    before: v.optional(described(wholeNumber, 'Only messages before this id.')),
    limit: v.optional(described(pageSize, 'At most this many.')),
    ref,
  }),
  rooms: v.object({ type: type('rooms', 'Asks which rooms there are.') }),
  create: v.object({
    type: type('create', 'Makes a room that stays, and enters nobody into it.'),
    room,
    access,
    ref,
  }),
  invite: v.object({ type: type('invite', 'Lets a member into an invite-only room.'), room, name, ref }),
  uninvite: v.object({
    type: type('uninvite', 'Withdraws an invitation. Whoever is in the room by it is put out at once.'),
    room,
    name,
    ref,
  }),
  remove: v.object({
    type: type(
      'remove',
      'Removes a room that was made to stay, with its invitations and mutes and what was said in it.',
    ),
    room,
    ref,
  }),
  who: v.object({
    type: type('who', 'Asks who is in a room, with roles and presence.'),
    room: optionalRoom,
    ref,
  }),
  presence: v.object({ type: type('presence', 'Says whether one is at the keyboard.'), state: presence }),
  typing: v.object({ type: type('typing', 'Says that one is typing: forwarded, never stored.'), room }),
  read: v.object({
    type: type('read', 'Everything in this room up to this id has been read.'),
    room,
    id,
  }),
  unread: v.object({
    type: type('unread', 'Asks how much is unread, in every room with a read marker.'),
    ref,
  }),
  ping: v.object({ type: type('ping', 'Asks for a pong: is anyone there?'), ref }),
  bye: v.object({ type: type('bye', 'Says that the client is leaving for good.') }),
} as const;

export const TALK_FROM_SERVER = {
  welcome: v.object({
    type: type('welcome', 'The first frame on every connection, before the client has said anything.'),
    protocol: described(v.number(), 'Version of this protocol.'),
    server: described(v.string(), 'Name of the server software.'),
    wire: described(v.picklist(WIRE_NAMES), 'The wire this connection uses.'),
    name: described(v.string(), 'A guest name kept free for this client until it joins.'),
    room: described(v.string(), 'The room to begin in.'),
    members,
    count,
    text: described(v.string(), 'The same in words, for a person who looks at the bytes.'),
  }),
  joined: v.object({
    type: type('joined', 'The client is in the room now.'),
    room,
    name: described(v.string(), 'The name the others see.'),
    token: v.optional(
      described(
        v.string(),
        'Secret of this guest: takes it up again after a lost connection. An account has none here.',
      ),
    ),
    members,
    count,
    messages: storedMessages,
    more,
    changed: v.optional(
      described(wholeNumber, 'Number of the last change there was: a later changed_after begins with it.'),
    ),
    more_changed: v.optional(
      described(
        v.literal(true),
        'More messages were changed since changed_after than are told; the newest are.',
      ),
    ),
  }),
  left: v.object({
    type: type('left', 'The client is no longer in the room.'),
    room,
    reason: v.optional(
      described(v.string(), 'Why, as an error code, where the client did not ask to leave.'),
    ),
  }),
  member_joined: v.object({
    type: type('member_joined', 'Someone else came into the room.'),
    room,
    name: described(v.string(), 'Who.'),
    via,
  }),
  member_left: v.object({
    type: type('member_left', 'Someone else left the room or lost the connection.'),
    room,
    name: described(v.string(), 'Who.'),
  }),
  message: v.object({
    type: type('message', 'Something that was said.'),
    id,
    room,
    from,
    text,
    ts,
    via,
    reply_to: replyTo,
  }),
  ack: v.object({
    type: type('ack', 'The message is stored. It survives a crash of the server from now on.'),
    ref: sayRef,
    id,
    room,
    ts,
  }),
  edited: v.object({
    type: type('edited', 'A message was changed by its author.'),
    ref,
    room,
    id,
    text,
    edited: described(wholeNumber, 'When: milliseconds since 1970-01-01 UTC.'),
    by,
    change,
  }),
  deleted: v.object({
    type: type('deleted', 'A message was taken back or removed.'),
    ref,
    room,
    id,
    by,
    change,
  }),
  history: v.object({
    type: type('history', 'A page of stored messages, oldest first.'),
    room,
    messages: storedMessages,
    more,
  }),
  found: v.object({
    type: type('found', 'What a search found, newest first.'),
    ref,
    messages: described(v.array(foundMessage), 'The messages, each with its room.'),
    more,
  }),
  rooms: v.object({
    type: type('rooms', 'The rooms this member can see.'),
    rooms: described(
      v.array(
        v.object({
          name: described(v.string(), 'Name of a room.'),
          members: described(v.number(), 'How many are in it.'),
          access: v.optional(access),
          locked: v.optional(described(v.literal(true), 'Only moderators may speak.')),
          slow: v.optional(described(wholeNumber, 'Seconds each member has to wait between two messages.')),
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
  pong: v.object({ type: type('pong', 'Yes.'), ref }),
  done: v.object({
    type: type('done', 'The request was carried out, and what it changed is stored.'),
    ref,
    of: described(v.string(), 'The type of the request.'),
    text: described(v.string(), 'The same in words.'),
  }),
  error: v.object({
    type: type('error', 'Something was refused.'),
    code: described(v.string(), 'Which rule, from the table of error codes.'),
    message: described(v.string(), 'The same in words.'),
    fatal: described(v.boolean(), 'True when the connection is closed after this frame.'),
    expected: v.optional(described(v.string(), 'What would have been right.')),
    got: v.optional(described(v.string(), 'What came instead.')),
    ref,
    room: v.optional(described(v.string(), 'The room that the refused request was about.')),
    suggestions: v.optional(described(v.array(v.string()), 'Names that are free.')),
    retry_after: v.optional(described(wholeNumber, 'Seconds after which it may work.')),
  }),
  bye: v.object({
    type: type('bye', 'The server is going away; the connection ends after this frame.'),
    reason: described(v.string(), 'Why, as an error code.'),
    text: described(v.string(), 'The same in words.'),
  }),
} as const;
