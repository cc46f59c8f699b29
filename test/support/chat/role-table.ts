/** Who may ask for what: the cells that the chat core and the server on every wire are held against. */
import type { ClientMessage } from '#protocol/messages';

export const ACTORS = ['nobody', 'guest', 'user', 'moderator', 'admin', 'operator'] as const;
export type Actor = (typeof ACTORS)[number];
type Type = ClientMessage['type'];

/** For each message what becomes of it, in the order of the actors. `-` stands for auth_required. */
export const TABLE: Readonly<Record<Type, string>> = {
  join: '- ok ok ok ok forbidden',
  leave: '- ok ok ok ok not_joined',
  say: '- ok ok ok ok not_joined',
  edit: '- ok ok ok ok not_joined',
  delete: '- not_yours not_yours ok ok ok',
  history: '- ok ok ok ok not_joined',
  search: '- ok ok ok ok not_joined',
  rooms: '- ok ok ok ok ok',
  create: '- - ok ok ok ok',
  invite: '- - ok ok ok ok',
  uninvite: '- - ok ok ok ok',
  remove: '- - forbidden ok ok ok',
  who: '- ok ok ok ok not_joined',
  presence: '- ok ok ok ok not_joined',
  typing: '- ok ok ok ok not_joined',
  read: '- - ok ok ok -',
  unread: '- - ok ok ok -',
  ping: 'ok ok ok ok ok ok',
  bye: 'ok ok ok ok ok ok',
  register: 'ok ok already_logged_in already_logged_in already_logged_in ok',
  login: 'ok ok already_logged_in already_logged_in already_logged_in forbidden',
  second_factor:
    'no_second_factor no_second_factor already_logged_in already_logged_in already_logged_in forbidden',
  resume: 'session_unknown session_unknown already_logged_in already_logged_in already_logged_in forbidden',
  logout: '- - ok ok ok forbidden',
  password: '- - ok ok ok forbidden',
  sessions: '- - ok ok ok forbidden',
  revoke: '- - ok ok ok forbidden',
  totp_begin: '- - ok ok ok forbidden',
  totp_confirm: '- - ok ok ok forbidden',
  totp_remove: '- - ok ok ok forbidden',
  mute: '- - forbidden ok ok ok',
  unmute: '- - forbidden ok ok ok',
  kick: '- - forbidden ok ok ok',
  ban: '- - forbidden ok ok ok',
  unban: '- - forbidden ok ok ok',
  bans: '- - forbidden ok ok ok',
  lock: '- - forbidden ok ok ok',
  slow: '- - forbidden ok ok ok',
  appoint: '- - forbidden forbidden ok ok',
};

/** [who, what, the code of its refusal or `ok`] */
export const CELLS: readonly (readonly [Actor, Type, string])[] = Object.entries(TABLE).flatMap(
  ([type, row]) =>
    row.split(' ').map((code, column) => {
      const actor = ACTORS[column] as Actor;
      return [actor, type as Type, code === '-' ? 'auth_required' : code] as const;
    }),
);
