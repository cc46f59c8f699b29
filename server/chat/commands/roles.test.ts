import { describe, expect, it } from 'vitest';
import { PASSWORD, Stage, WITH_ACCOUNTS } from '../../../test/support/stage.ts';
import { CLIENT_EXAMPLES } from '../../../test/support/message-examples.ts';
import { codeAt } from '../../../test/support/memory-world.ts';
import { OPERATOR } from '../core.ts';
import type { ClientMessage } from '#wire/messages';

const ACTORS = ['nobody', 'guest', 'user', 'moderator', 'admin', 'operator'] as const;
type Actor = (typeof ACTORS)[number];
type Type = ClientMessage['type'];

const ME = 1;
const USER = 2;
const GUEST = 3;
const ROLE_OF = { user: 'user', moderator: 'moderator', admin: 'admin' } as const;

/** The actor, a user `ula` who has said message 1, and a guest `gus`, all in the lobby, and a room `den` of ula's. */
function sceneWith(actor: Actor): Stage {
  const mode = actor === 'nobody' ? 'required' : 'optional';
  const stage = new Stage({ policy: { ...WITH_ACCOUNTS, mode } });
  stage.addAccount('ula');
  stage.arrive(USER, 'ula').say(USER, { type: 'say', text: 'tea' });
  stage.say(USER, { type: 'create', room: 'den', access: 'invite' });
  stage.connect(GUEST, 'tls').say(GUEST, { type: 'join', name: 'gus' }).connect(ME, 'tls');
  if (actor === 'guest') stage.say(ME, { type: 'join', name: 'me' });
  else if (actor !== 'nobody' && actor !== 'operator') {
    stage.addAccount('me', ROLE_OF[actor]);
    stage.say(ME, { type: 'login', name: 'me', password: PASSWORD }, { type: 'join' });
  }
  stage.heard.clear();
  return stage;
}

/** What to send, such that nothing but the role can be in the way; where more is needed, that comes before. */
const REQUESTS: Partial<Record<Type, readonly ClientMessage[]>> = {
  say: [{ type: 'say', text: 'hi', room: 'lobby' }],
  edit: [
    { type: 'say', text: 'mine', room: 'lobby' },
    { type: 'edit', id: 2, text: 'changed' },
  ],
  delete: [{ type: 'delete', id: 1 }],
  history: [{ type: 'history', room: 'lobby' }],
  read: [{ type: 'read', room: 'lobby', id: 1 }],
  create: [{ type: 'create', room: 'attic', access: 'public' }],
  invite: [
    { type: 'create', room: 'nook', access: 'invite' },
    { type: 'invite', room: 'nook', name: 'ula' },
  ],
  register: [{ type: 'register', name: 'newcomer', password: PASSWORD }],
  login: [{ type: 'login', name: 'ula', password: PASSWORD }],
  password: [{ type: 'password', old: PASSWORD, new: 'another good one' }],
  totp_begin: [{ type: 'totp_begin', password: PASSWORD }],
  totp_confirm: [
    { type: 'totp_begin', password: PASSWORD },
    { type: 'totp_confirm', code: codeAt(1_000) },
  ],
  totp_remove: [
    { type: 'totp_begin', password: PASSWORD },
    { type: 'totp_confirm', code: codeAt(1_000) },
    { type: 'totp_remove', password: PASSWORD },
  ],
  mute: [{ type: 'mute', name: 'gus', seconds: 60 }],
  unmute: [
    { type: 'mute', name: 'gus', seconds: 60 },
    { type: 'unmute', name: 'gus' },
  ],
  kick: [{ type: 'kick', name: 'gus' }],
  ban: [{ type: 'ban', name: 'gus' }],
  unban: [
    { type: 'ban', name: 'gus' },
    { type: 'unban', name: 'gus' },
  ],
  lock: [{ type: 'lock', room: 'lobby', locked: true }],
  slow: [{ type: 'slow', room: 'lobby', seconds: 5 }],
  appoint: [{ type: 'appoint', name: 'ula', role: 'moderator' }],
};

/** What the last of the messages came to: the code of its refusal, or `ok`. */
function outcome(actor: Actor, type: Type): string {
  const stage = sceneWith(actor);
  const messages = REQUESTS[type] ?? [{ type, ...CLIENT_EXAMPLES[type].least } as ClientMessage];
  const line = actor === 'operator' ? OPERATOR : ME;
  for (const message of messages) {
    stage.heard.clear();
    if (actor === 'operator') stage.operate(message);
    else stage.say(ME, message);
  }
  const refusal = stage.take(line).find((heard) => heard.type === 'error' || heard.type === 'auth_failed');
  return refusal?.code ?? 'ok';
}
/** For each message what becomes of it, in the order of the actors. `-` stands for auth_required. */
const TABLE: Readonly<Record<Type, string>> = {
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

const CELLS = Object.entries(TABLE).flatMap(([type, row]) =>
  row.split(' ').map((code, column) => {
    const actor = ACTORS[column] as Actor;
    return [actor, type as Type, code === '-' ? 'auth_required' : code] as const;
  }),
);

describe('who may ask for what:', () => {
  it('every message has a cell for everyone', () => {
    expect(CELLS).toHaveLength(ACTORS.length * Object.keys(CLIENT_EXAMPLES).length);
  });

  it.each(CELLS)('%s, %s: %s', (actor, type, code) => expect(outcome(actor, type)).toBe(code));
});
