/** Entering and leaving a room, and what is said in between. */
import * as v from 'valibot';
import type { ClientRows } from './client-row.ts';
import { LIMITS } from '../limits.ts';
import {
  account,
  by,
  count,
  described,
  from,
  id,
  members,
  more,
  optionalRoom,
  pageSize,
  ref,
  room,
  secret,
  shortText,
  text,
  ts,
  type,
  via,
  wholeNumber,
} from './fields.ts';

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
  described(wholeNumber, 'Number of this change: higher than those of all changes before it, in any room.'),
);

export const storedMessage = v.object({
  id,
  from,
  account,
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
  join: {
    right: 'guest',
    rate: 'look',
    answers: ['joined'],
    sending: 'session',
    schema: v.object({
      type: type('join', 'Asks to enter a room. The first join also settles the name of a guest.'),
      room: optionalRoom,
      name: v.optional(
        described(
          v.pipe(v.string(), v.maxLength(256)),
          'The name asked for; without one, the guest name of the welcome is kept. A client that has logged in has the name of the account.',
        ),
      ),
      token: v.optional(
        secret(
          v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
          'From an earlier joined: lets a client come back as the same member after a lost connection. Anyone who reads it on a plain wire can do the same.',
        ),
      ),
      after: v.optional(described(wholeNumber, 'Resume: send what was said after this id.')),
      changed_after: v.optional(
        described(
          wholeNumber,
          'Resume: also report, as edited and deleted, what was done since this change to messages up to after.',
        ),
      ),
      limit: v.optional(described(pageSize, 'At most this many messages of history.')),
    }),
  },
  leave: {
    right: 'guest',
    rate: 'ask',
    answers: ['left'],
    sending: 'session',
    schema: v.object({ type: type('leave', 'Leaves a room.'), room }),
  },
  say: {
    right: 'guest',
    rate: 'say',
    answers: ['ack'],
    sending: 'session',
    schema: v.object({
      type: type('say', 'Says something in a room.'),
      text,
      room: optionalRoom,
      ref: sayRef,
      reply_to: replyTo,
    }),
  },
  edit: {
    right: 'guest',
    rate: 'say',
    answers: ['edited'],
    sending: 'change',
    schema: v.object({ type: type('edit', 'Changes a message of the client’s own.'), id, text, ref }),
  },
  delete: {
    right: 'guest',
    rate: 'say',
    answers: ['deleted'],
    sending: 'change',
    schema: v.object({
      type: type('delete', 'Takes back a message of the client’s own; a moderator may remove any.'),
      id,
      ref,
    }),
  },
  history: {
    right: 'guest',
    rate: 'look',
    answers: ['history'],
    sending: 'session',
    schema: v.object({
      type: type('history', 'Asks for stored messages of a room the member is in.'),
      room: optionalRoom,
      before: v.optional(described(wholeNumber, 'Only messages before this id, the newest of them.')),
      after: v.optional(described(wholeNumber, 'Only messages after this id, the oldest of them.')),
      limit: v.optional(described(pageSize, 'At most this many.')),
    }),
  },
  search: {
    right: 'guest',
    rate: 'look',
    answers: ['found'],
    sending: 'read',
    schema: v.object({
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
  },
} as const satisfies ClientRows;

export const TALK_FROM_SERVER = {
  joined: v.object({
    type: type('joined', 'The client is in the room now.'),
    room,
    name: described(v.string(), 'The name the others see.'),
    token: v.optional(
      secret(
        v.string(),
        'Secret of this guest, to come back with after a lost connection. An account gets none here.',
      ),
    ),
    members,
    count,
    messages: storedMessages,
    more,
    changed: v.optional(
      described(wholeNumber, 'Number of the last change so far: a later changed_after starts from it.'),
    ),
    more_changed: v.optional(
      described(
        v.literal(true),
        'More messages were changed since changed_after than are reported; the newest are reported.',
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
    type: type('member_joined', 'One other member came into the room.'),
    room,
    name: described(v.string(), 'Who.'),
    via,
  }),
  member_left: v.object({
    type: type('member_left', 'One other member left the room or lost the connection.'),
    room,
    name: described(v.string(), 'Who.'),
  }),
  members_changed: v.object({
    type: type(
      'members_changed',
      'Several others came into the room or left it within a short time. Either all of them are named, or they are only counted.',
    ),
    room,
    count: described(wholeNumber, 'How many are in the room now.'),
    joined: v.optional(
      described(v.array(v.object({ name: described(v.string(), 'Who.'), via })), 'Those who came.'),
    ),
    left: v.optional(described(v.array(v.string()), 'Names of those who left or lost the connection.')),
    joined_count: v.optional(described(wholeNumber, 'How many came, where they are not named.')),
    left_count: v.optional(described(wholeNumber, 'How many left, where they are not named.')),
  }),
  renamed: v.object({
    type: type(
      'renamed',
      'A guest has another name now: someone made an account with its name, and from now on that name belongs to the account.',
    ),
    name: described(v.string(), 'The name until now.'),
    now: described(v.string(), 'The name from now on.'),
    you: v.optional(described(v.literal(true), 'Set when the renamed guest is the one who receives this.')),
  }),
  message: v.object({
    type: type('message', 'Something that was said.'),
    id,
    room,
    from,
    account,
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
} as const;
