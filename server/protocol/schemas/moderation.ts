/** Keeping order: what moderators and admins ask for, and what everyone hears about it. */
import * as v from 'valibot';
import type { ClientRows } from './client-row.ts';
import { LIMITS } from '../limits.ts';
import {
  accountRole,
  by,
  described,
  name,
  reason,
  ref,
  role,
  room,
  seconds,
  shortText,
  ts,
  type,
  wholeNumber,
} from './fields.ts';

/** What a notice can be about. */
export const NOTICES = [
  'muted',
  'unmuted',
  'kicked',
  'banned',
  'unbanned',
  'locked',
  'unlocked',
  'slowed',
  'removed',
  'uninvited',
  'role',
] as const;

const optionalRoom = v.optional(
  described(shortText(LIMITS.roomName), 'Only in this room; when left out, on the whole server.'),
);
const duration = described(seconds, 'For how many seconds.');
const optionalDuration = v.optional(
  described(seconds, 'For how many seconds; when left out, until it is lifted.'),
);
const address = described(
  shortText(LIMITS.address),
  'An IP address, or a range of them as address/bits. An IPv6 address without bits stands for its /64.',
);
const until = v.optional(described(wholeNumber, 'Until when: milliseconds since 1970-01-01 UTC.'));
const whom = {
  name: v.optional(name),
  address: v.optional(address),
} as const;

export const MODERATION_FROM_CLIENT = {
  mute: {
    right: 'moderator',
    rate: 'ask',
    answers: ['done'],
    sending: 'change',
    schema: v.object({
      type: type('mute', 'Lets a member read but not speak for a time.'),
      name,
      seconds: duration,
      room: optionalRoom,
      reason,
      ref,
    }),
  },
  unmute: {
    right: 'moderator',
    rate: 'ask',
    answers: ['done'],
    sending: 'change',
    schema: v.object({
      type: type('unmute', 'Lets a muted member speak again.'),
      name,
      room: optionalRoom,
      ref,
    }),
  },
  kick: {
    right: 'moderator',
    rate: 'ask',
    answers: ['done'],
    sending: 'change',
    schema: v.object({
      type: type('kick', 'Removes a member from a room, or from the server. It may come back.'),
      name,
      room: optionalRoom,
      reason,
      ref,
    }),
  },
  ban: {
    right: 'moderator',
    rate: 'ask',
    answers: ['done'],
    sending: 'change',
    schema: v.object({
      type: type('ban', 'Keeps an account, a guest’s name or an address out. Give name, address, or both.'),
      ...whom,
      seconds: optionalDuration,
      reason,
      ref,
    }),
  },
  unban: {
    right: 'moderator',
    rate: 'ask',
    answers: ['done'],
    sending: 'change',
    schema: v.object({ type: type('unban', 'Lifts a ban.'), ...whom, ref }),
  },
  bans: {
    right: 'moderator',
    rate: 'ask',
    answers: ['bans'],
    sending: 'read',
    schema: v.object({ type: type('bans', 'Asks for the bans and mutes in force.'), ref }),
  },
  lock: {
    right: 'moderator',
    rate: 'ask',
    answers: ['done'],
    sending: 'change',
    schema: v.object({
      type: type('lock', 'Lets only moderators speak in a room, or everyone again.'),
      room,
      locked: described(v.boolean(), 'True to lock, false to unlock.'),
      ref,
    }),
  },
  slow: {
    right: 'moderator',
    rate: 'ask',
    answers: ['done'],
    sending: 'change',
    schema: v.object({
      type: type('slow', 'Makes members wait between two messages in a room.'),
      room,
      seconds: described(seconds, 'Seconds between two messages of the same member; 0 turns it off.'),
      ref,
    }),
  },
  appoint: {
    right: 'admin',
    rate: 'ask',
    answers: ['done'],
    sending: 'change',
    schema: v.object({ type: type('appoint', 'Gives an account a role.'), name, role: accountRole, ref }),
  },
} as const satisfies ClientRows;

export const MODERATION_FROM_SERVER = {
  notice: v.object({
    type: type('notice', 'Something about the order in a room or on the server.'),
    event: described(v.picklist(NOTICES), 'What happened.'),
    room: v.optional(room),
    name: v.optional(described(v.string(), 'Name of the member concerned.')),
    by,
    until,
    seconds: v.optional(described(wholeNumber, 'For slowed: seconds between two messages.')),
    role: v.optional(role),
    reason,
    ts,
    text: described(v.string(), 'The same in words.'),
  }),
  bans: v.object({
    type: type('bans', 'The bans and mutes in force.'),
    ref,
    bans: described(
      v.array(
        v.object({
          kind: described(v.picklist(['ban', 'mute']), 'Which of the two.'),
          name: v.optional(described(v.string(), 'Who.')),
          address: v.optional(described(v.string(), 'Which address or range.')),
          room: v.optional(described(v.string(), 'Where, when not everywhere.')),
          by,
          reason,
          ts,
          until,
        }),
      ),
      'Newest first.',
    ),
  }),
} as const;
