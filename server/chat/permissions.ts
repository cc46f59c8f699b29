/**
 * Who may ask for what. One row for each message of a client, with the least role that may send it; what else a
 * request needs (being in the room, outranking whom it is about, owning the message) its command checks.
 */
import type { ClientMessage } from '#wire/messages';
import { type Role, hasRole } from '#wire/roles';

/** `anyone`: also before it is known who this is, where accounts are required. */
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

/** Whether someone of this role may send it; `undefined` stands for who is nobody yet where accounts are required. */
export function mayAsk(role: Role | undefined, type: ClientMessage['type']): boolean {
  const needed = NEEDED[type];
  if (needed === 'anyone') return true;
  return role !== undefined && hasRole(role, needed);
}
