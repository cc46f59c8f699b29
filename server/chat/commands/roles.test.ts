import { describe, expect, it } from 'vitest';
import { PASSWORD, Stage, WITH_ACCOUNTS } from '../../../test/support/chat/stage.ts';
import { ACTORS, type Actor, CELLS } from '../../../test/support/chat/role-table.ts';
import { CLIENT_EXAMPLES } from '../../../test/support/chat/message-examples.ts';
import { codeAt } from '../../../test/support/chat/memory-world.ts';
import { NO_CONNECTION } from '../sessions.ts';
import { type ClientMessage, type ServerMessage, rowOf } from '#protocol/messages';

type Type = ClientMessage['type'];

const ME = 1;
const USER = 2;
const GUEST = 3;
const ROLE_OF = { user: 'user', moderator: 'moderator', admin: 'admin' } as const;

/** The actor, the user `ula` (author of message 1) and the guest `gus` are in the lobby; the rooms `den` and `hall` are ula's. */
function sceneWith(actor: Actor): Stage {
  const mode = actor === 'nobody' ? 'required' : 'optional';
  const stage = new Stage({ policy: { ...WITH_ACCOUNTS, mode } });
  stage.addAccount('ula');
  stage.arrive(USER, 'ula').say(USER, { type: 'say', text: 'tea' });
  stage.say(USER, { type: 'create', room: 'den', access: 'invite' });
  stage.say(USER, { type: 'create', room: 'hall', access: 'public' });
  stage.connect(GUEST, 'tls').say(GUEST, { type: 'join', name: 'gus' }).connect(ME, 'tls');
  if (actor === 'guest') stage.say(ME, { type: 'join', name: 'me' });
  else if (actor !== 'nobody' && actor !== 'operator') {
    stage.addAccount('me', ROLE_OF[actor]);
    stage.say(ME, { type: 'login', name: 'me', password: PASSWORD }, { type: 'join' });
  }
  stage.heard.clear();
  return stage;
}

/** What each actor sends, so that only the role can be in the way. Messages that are needed first come first. */
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
  uninvite: [
    { type: 'create', room: 'nook', access: 'invite' },
    { type: 'invite', room: 'nook', name: 'ula' },
    { type: 'uninvite', room: 'nook', name: 'ula' },
  ],
  remove: [{ type: 'remove', room: 'hall' }],
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

/** What the actor hears after the last message. */
function heardAfter(actor: Actor, type: Type): ServerMessage[] {
  const stage = sceneWith(actor);
  const messages = REQUESTS[type] ?? [{ type, ...CLIENT_EXAMPLES[type].least } as ClientMessage];
  const line = actor === 'operator' ? NO_CONNECTION : ME;
  for (const message of messages) {
    stage.heard.clear();
    if (actor === 'operator') stage.operate(message);
    else stage.say(ME, message);
  }
  return stage.take(line);
}

/** The code of its refusal, or `ok`. */
function outcome(actor: Actor, type: Type): string {
  const heard = heardAfter(actor, type);
  const refusal = heard.find((message) => message.type === 'error' || message.type === 'auth_failed');
  return refusal?.code ?? 'ok';
}

describe('who may send what:', () => {
  it('every message has a cell for everyone', () => {
    expect(CELLS).toHaveLength(ACTORS.length * Object.keys(CLIENT_EXAMPLES).length);
  });

  it.each(CELLS)('%s, %s: %s', (actor, type, code) => expect(outcome(actor, type)).toBe(code));
});

describe('the answers in the row of a message are those that come:', () => {
  const answered = CELLS.filter(([actor, , code]) => code === 'ok' && actor !== 'operator');

  it.each(answered)('%s, %s', (actor, type) => {
    const { answers } = rowOf(type);
    const heard = heardAfter(actor, type).map((message) => message.type);
    const came = heard.filter((type) => answers.includes(type));
    expect(came).toHaveLength(answers.length === 0 ? 0 : 1);
  });
});
