/**
 * Who may send what. Each message of a client has a row with the lowest role that may send it. Other conditions of a
 * request (being in the room, outranking its target, owning the message) are checked by its command.
 */
import type { ClientMessage } from '#protocol/messages';
import { type Role, hasRole } from '#protocol/roles';

/** `anyone`: also a client that has not logged in where accounts are required. */
export type Needed = 'anyone' | Role;

export const NEEDED: { readonly [T in ClientMessage['type']]: Needed } = {
  ping: 'anyone',
  bye: 'anyone',
  register: 'anyone',
  login: 'anyone',
  second_factor: 'anyone',
  resume: 'anyone',

  join: 'guest',
  leave: 'guest',
  say: 'guest',
  edit: 'guest',
  delete: 'guest',
  history: 'guest',
  search: 'guest',
  rooms: 'guest',
  who: 'guest',
  presence: 'guest',
  typing: 'guest',

  logout: 'user',
  password: 'user',
  sessions: 'user',
  revoke: 'user',
  totp_begin: 'user',
  totp_confirm: 'user',
  totp_remove: 'user',
  create: 'user',
  invite: 'user',
  uninvite: 'user',
  remove: 'user',
  read: 'user',
  unread: 'user',

  mute: 'moderator',
  unmute: 'moderator',
  kick: 'moderator',
  ban: 'moderator',
  unban: 'moderator',
  bans: 'moderator',
  lock: 'moderator',
  slow: 'moderator',

  appoint: 'admin',
};

/** Whether this role may send the message; `undefined` is a client that has yet to log in where accounts are required. */
export function mayAsk(role: Role | undefined, type: ClientMessage['type']): boolean {
  const needed = NEEDED[type];
  if (needed === 'anyone') return true;
  return role !== undefined && hasRole(role, needed);
}
