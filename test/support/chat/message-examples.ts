/** For each message: the fields it must have, and one message with all it may have. */
import type { CLIENT_MESSAGES, SERVER_MESSAGES } from '#protocol/messages';

export type Examples<T> = Record<keyof T, { readonly least: object; readonly most: object }>;

export const TOKEN = '00112233445566778899aabbccddeeff';
const SECRET = TOKEN + TOKEN;
export const STORED = { id: 41, from: 'ada', text: 'hi', ts: 1_700_000_000_000, via: 'psk' };
const same = (fields: object) => ({ least: fields, most: fields });
const withRef = (fields: object) => ({ least: fields, most: { ...fields, ref: 'r1' } });

export const CLIENT_EXAMPLES: Examples<typeof CLIENT_MESSAGES> = {
  join: {
    least: {},
    most: { room: 'lobby', name: 'ada', token: TOKEN, after: 7, changed_after: 6, limit: 100 },
  },
  leave: same({ room: 'lobby' }),
  say: { least: { text: 'hi' }, most: { text: 'hi', room: 'lobby', ref: 'r1', reply_to: 40 } },
  edit: withRef({ id: 41, text: 'ho' }),
  delete: withRef({ id: 41 }),
  history: { least: {}, most: { room: '@bob', before: 9, after: 3, limit: 0 } },
  search: { least: { text: 'tea' }, most: { text: 'tea', room: 'lobby', before: 9, limit: 5, ref: 'r1' } },
  rooms: same({}),
  create: withRef({ room: 'attic', access: 'invite' }),
  invite: withRef({ room: 'attic', name: 'bob' }),
  uninvite: withRef({ room: 'attic', name: 'bob' }),
  remove: withRef({ room: 'attic' }),
  who: { least: {}, most: { room: 'lobby', ref: 'r1' } },
  presence: same({ state: 'away' }),
  typing: same({ room: 'lobby' }),
  read: same({ room: 'lobby', id: 41 }),
  unread: withRef({}),
  ping: withRef({}),
  bye: same({}),
  register: withRef({ name: 'ada', password: 'correct horse' }),
  login: {
    least: { name: 'ada', password: 'correct horse' },
    most: { name: 'ada', password: 'correct horse', device: SECRET, ref: 'r1' },
  },
  second_factor: withRef({ code: '123456' }),
  resume: withRef({ token: SECRET }),
  logout: withRef({}),
  password: withRef({ old: 'correct horse', new: 'battery staple' }),
  sessions: withRef({}),
  revoke: withRef({ session: 'others' }),
  totp_begin: withRef({ password: 'correct horse' }),
  totp_confirm: withRef({ code: '123456' }),
  totp_remove: withRef({ password: 'correct horse' }),
  mute: {
    least: { name: 'bob', seconds: 60 },
    most: { name: 'bob', seconds: 60, room: 'lobby', reason: 'shouting', ref: 'r1' },
  },
  unmute: { least: { name: 'bob' }, most: { name: 'bob', room: 'lobby', ref: 'r1' } },
  kick: { least: { name: 'bob' }, most: { name: 'bob', room: 'lobby', reason: 'shouting', ref: 'r1' } },
  ban: {
    least: {},
    most: { name: 'bob', address: '10.0.0.0/8', seconds: 60, reason: 'shouting', ref: 'r1' },
  },
  unban: { least: {}, most: { name: 'bob', address: '10.0.0.1', ref: 'r1' } },
  bans: withRef({}),
  lock: withRef({ room: 'lobby', locked: true }),
  slow: withRef({ room: 'lobby', seconds: 10 }),
  appoint: withRef({ name: 'bob', role: 'moderator' }),
};

const HERE = { members: ['ada', 'bob'], count: 2 };
const WELCOME = {
  protocol: 1,
  server: 'wireglass',
  wire: 'tls+psk',
  name: 'guest-1',
  room: 'lobby',
  ...HERE,
  text: 'Hello',
};
const JOINED = { room: 'lobby', name: 'ada', ...HERE, messages: [STORED], more: false };
const CHANGED = { ...STORED, id: 42, reply_to: 40, edited: 1_700_000_001_000, deleted: true };
export const PAGE = { room: 'lobby', messages: [STORED, CHANGED], more: true };
const REFUSED = { code: 'name_taken', message: 'someone else has this name', fatal: false };
const DEVICE = { created: 1, seen: 2, via: 'tls', address: '10.0.0.1', connected: true, current: false };

export const SERVER_EXAMPLES: Examples<typeof SERVER_MESSAGES> = {
  welcome: { least: WELCOME, most: { ...WELCOME, tapped: true, flag: 'flag-k2f2-vu7h-9mq4' } },
  joined: { least: JOINED, most: { ...JOINED, token: TOKEN, changed: 9, more_changed: true } },
  left: { least: { room: 'lobby' }, most: { room: 'lobby', reason: 'room_removed' } },
  member_joined: same({ room: 'lobby', name: 'bob', via: 'tls' }),
  members_changed: {
    least: { room: 'lobby', count: 3 },
    most: {
      room: 'lobby',
      count: 3,
      joined: [{ name: 'bob', via: 'tls' }],
      left: ['cy'],
      joined_count: 40,
      left_count: 20,
    },
  },
  member_left: same({ room: 'lobby', name: 'bob' }),
  renamed: { least: { name: 'ada', now: 'calm-owl' }, most: { name: 'ada', now: 'calm-owl', you: true } },
  message: {
    least: { ...STORED, room: 'lobby' },
    most: { ...STORED, account: true, room: 'lobby', reply_to: 40 },
  },
  ack: withRef({ id: 41, room: 'lobby', ts: 1 }),
  edited: {
    least: { room: 'lobby', id: 41, text: 'ho', edited: 1, by: 'ada' },
    most: { room: 'lobby', id: 41, text: 'ho', edited: 1, by: 'ada', ref: 'r1', change: 7 },
  },
  deleted: {
    least: { room: 'lobby', id: 41, by: 'ada' },
    most: { room: 'lobby', id: 41, by: 'ada', ref: 'r1', change: 8 },
  },
  history: same(PAGE),
  found: withRef({ messages: [{ ...STORED, room: 'lobby' }], more: false }),
  rooms: {
    least: { rooms: [] },
    most: { rooms: [{ name: 'lobby', members: 2, access: 'invite', locked: true, slow: 5 }] },
  },
  invited: same({ room: 'attic', by: 'ada' }),
  members: withRef({
    room: 'lobby',
    count: 1,
    members: [{ name: 'ada', role: 'admin', presence: 'away', via: 'tls' }],
  }),
  presence: same({ name: 'ada', state: 'here' }),
  typing: same({ room: 'lobby', name: 'ada' }),
  unread: withRef({ rooms: [{ room: 'lobby', unread: 3, read: 38, last: 41 }] }),
  pong: withRef({}),
  done: withRef({ of: 'mute', text: 'bob is muted' }),
  error: {
    least: REFUSED,
    most: {
      ...REFUSED,
      expected: 'a',
      got: 'b',
      ref: 'r1',
      room: 'lobby',
      suggestions: ['ada2'],
      retry_after: 3,
    },
  },
  bye: same({ reason: 'shutting_down', text: 'x' }),
  auth_required: same({ mode: 'required', allowed: true, register: false, text: 'x' }),
  auth_success: {
    least: { name: 'ada', role: 'user', token: SECRET, session: 's1', expires: 9, second_factor: false },
    most: {
      name: 'ada',
      role: 'user',
      token: SECRET,
      session: 's1',
      expires: 9,
      second_factor: true,
      device: SECRET,
      recovery_left: 9,
      ref: 'r1',
    },
  },
  second_factor_required: withRef({}),
  auth_failed: {
    least: { code: 'bad_credentials', message: 'x' },
    most: { code: 'rate_limited', message: 'x', retry_after: 30, suggestions: ['ada2'], ref: 'r1' },
  },
  sessions: withRef({ sessions: [{ id: 's1', ...DEVICE }] }),
  totp: withRef({ secret: 'GEZDGNBV', uri: 'otpauth://totp/Wireglass:ada?secret=GEZDGNBV' }),
  recovery_codes: withRef({ codes: ['abcd-efgh'] }),
  notice: {
    least: { event: 'locked', by: 'ada', ts: 1, text: 'x' },
    most: {
      event: 'muted',
      room: 'lobby',
      name: 'bob',
      by: 'ada',
      until: 9,
      seconds: 5,
      role: 'moderator',
      reason: 'shouting',
      ts: 1,
      text: 'x',
    },
  },
  bans: {
    least: { bans: [{ kind: 'ban', by: 'ada', ts: 1 }] },
    most: {
      bans: [
        {
          kind: 'mute',
          name: 'bob',
          address: '10.0.0.1',
          room: 'lobby',
          by: 'ada',
          reason: 'shouting',
          ts: 1,
          until: 9,
        },
      ],
      ref: 'r1',
    },
  },
};
