/** Transcripts of logging in and out, with nothing said in between. */
import { describe, expect, it } from 'vitest';
import {
  accountJoined,
  authRequired,
  failed,
  hear,
  joined,
  loggedIn,
  makeSession,
  openSession,
  refusal,
  sent,
  sentRef,
  stored,
  success,
  welcome,
  welcomeOnTls,
} from '../../test/support/chat/transcript.ts';
import { LocalProtocolError, RemoteProtocolError } from '#protocol/errors';
import type { ServerMessage } from '#protocol/messages';

describe('a login', () => {
  it('lets an open guest into its rooms again as the account, from the last message it saw', () => {
    const session = openSession({ name: 'gast' });
    hear(session, { type: 'message', room: 'lobby', ...stored(7) });
    const key = session.ask({ type: 'login', name: 'ana', password: 'p' });
    expect(sent(session)).toEqual([{ type: 'login', name: 'ana', password: 'p', ref: 'r-1' }]);
    expect(hear(session, success('r-1')).map(({ type }) => type)).toEqual(['answer', 'auth_success']);
    expect(session.role).toBe('user');
    expect(sent(session)).toEqual([{ type: 'join', room: 'lobby', after: 7, limit: 100 }]);
    expect(hear(session, { ...accountJoined, messages: [stored(8)] })).toMatchObject([
      { type: 'joined', name: 'ana', resumed: true },
      { type: 'message', id: 8 },
      { type: 'ready', name: 'ana', resumed: true },
    ]);
    expect(sent(session)).toMatchObject([{ type: 'unread' }]);
    expect(key).toBe(2);
  });

  it('waits for what is under way, and nothing is said in between', () => {
    const session = openSession();
    session.say('as a guest');
    session.ask({ type: 'login', name: 'ana', password: 'p' });
    const late = session.say('too early to know as whom');
    expect(sent(session)).toMatchObject([{ type: 'say', text: 'as a guest', ref: 'r-1' }]);
    hear(session, { type: 'ack', ref: 'r-1', id: 9, room: 'lobby', ts: 5 });
    expect(sent(session)).toMatchObject([{ type: 'login', ref: 'r-2' }]);
    expect(hear(session, success('r-2'))).toContainEqual(
      expect.objectContaining({
        type: 'refused',
        key: late,
        refusal: expect.objectContaining({ code: 'not_sent' }) as unknown,
      }),
    );
    expect(sent(session).map(({ type }) => type)).toEqual(['join']);
  });

  it('asks for the second factor in between, and accepts it', () => {
    const session = openSession();
    const key = session.ask({ type: 'login', name: 'ana', password: 'p' });
    sent(session);
    expect(hear(session, { type: 'second_factor_required', ref: 'r-1' })).toEqual([
      {
        type: 'answer',
        key,
        answer: { kind: 'reply', reply: { type: 'second_factor_required', ref: 'r-1' } },
      },
    ]);
    const wrong = session.ask({ type: 'second_factor', code: '000000' });
    sent(session);
    expect(hear(session, failed('r-2', 'second_factor_wrong'))).toMatchObject([
      { type: 'refused', key: wrong, refusal: { code: 'second_factor_wrong' } },
    ]);
    session.ask({ type: 'second_factor', code: '123456' });
    expect(sent(session)).toEqual([{ type: 'second_factor', code: '123456', ref: 'r-3' }]);
    hear(session, success('r-3'));
    expect(session.name).toBe('ana');
  });

  it('that is refused leaves everything as it was, with the time to wait', () => {
    const session = openSession({ name: 'gast' });
    const key = session.ask({ type: 'login', name: 'ana', password: 'p' });
    sent(session);
    expect(hear(session, { ...failed('r-1', 'rate_limited'), retry_after: 30 })).toEqual([
      {
        type: 'refused',
        key,
        refusal: { code: 'rate_limited', message: 'refused: rate_limited', suggestions: [], retryAfter: 30 },
      },
    ]);
    expect([session.rooms, session.role]).toEqual([['lobby'], undefined]);
  });

  it('is never sent on another connection than the one it was typed for', () => {
    const session = openSession();
    const keys = [
      session.ask({ type: 'login', name: 'ana', password: 'p' }),
      session.ask({ type: 'password', old: 'p', new: 'q' }),
    ];
    sent(session);
    session.connected();
    expect(hear(session, welcome)).toMatchObject([
      ...keys.map((key) => ({ type: 'refused', key, refusal: { code: 'connection_lost' } })),
      { type: 'welcome' },
    ]);
    expect(sent(session).map(({ type }) => type)).toEqual(['join']);
  });
});

describe('where the server has accounts, and nobody has logged in', () => {
  const own = { ...stored(4, 'ana'), account: true as const };
  const entered = (change: Parameters<typeof joined>[0], ...before: ServerMessage[]) => {
    const session = makeSession();
    session.connected();
    hear(session, ...before);
    sent(session);
    const [, message] = hear(session, joined({ messages: [own], ...change }));
    return { hasAccount: session.hasAccount, role: session.role, message };
  };
  const known = { token: undefined };

  it('a user without a token speaks as an account: the server knows by the connection whose it is', () => {
    expect(entered(known, welcomeOnTls, authRequired())).toMatchObject({
      hasAccount: true,
      role: undefined,
      message: { id: 4, own: true },
    });
  });

  it('a guest does not, nor does anybody of a server without accounts', () => {
    const guest = { hasAccount: false, message: { id: 4, own: false } };
    expect(entered({}, welcomeOnTls, authRequired())).toMatchObject(guest);
    expect(entered(known, welcomeOnTls)).toMatchObject(guest);
  });
});

describe('where an account is required', () => {
  it('no room is joined and nothing is said before the login', () => {
    const session = makeSession();
    session.connected();
    expect(hear(session, welcomeOnTls, authRequired({ mode: 'required' })).map(({ type }) => type)).toEqual([
      'welcome',
      'auth_required',
      'login_needed',
    ]);
    expect(sent(session)).toEqual([]);
    expect(() => session.say('x')).toThrow(LocalProtocolError);
    expect(session.goOnAsGuest()).toBe(false);
    session.ask({ type: 'register', name: 'ana', password: 'p' });
    expect(sent(session)).toEqual([{ type: 'register', name: 'ana', password: 'p', ref: 'r-2' }]);
    hear(session, success('r-2'));
    expect(sent(session)).toEqual([{ type: 'join', room: 'lobby', limit: 20 }]);
  });

  it('a join that went out before this was known is refused without harm', () => {
    const session = makeSession();
    session.connected();
    hear(session, welcomeOnTls);
    expect(sent(session).map(({ type }) => type)).toEqual(['join']);
    expect(hear(session, authRequired({ mode: 'required' })).at(-1)).toEqual({ type: 'login_needed' });
    expect(hear(session, refusal('auth_required', { room: 'lobby' }))).toEqual([]);
    session.ask({ type: 'login', name: 'ana', password: 'p' });
    expect(sent(session).map(({ type }) => type)).toEqual(['login']);
  });

  it('what waited for the first login is said after it', () => {
    const session = makeSession({ loginFirst: true });
    session.say('typed before anyone was here');
    session.connected();
    hear(session, welcomeOnTls, authRequired({ mode: 'required' }));
    session.ask({ type: 'login', name: 'ana', password: 'p' });
    const ref = sentRef(session);
    hear(session, success(ref));
    sent(session);
    hear(session, accountJoined);
    expect(sent(session).map(({ type }) => type)).toEqual(['unread', 'say']);
  });
});

describe('logging out', () => {
  it('leaves nobody logged in, and the person decides how to continue', () => {
    const session = loggedIn();
    session.ask({ type: 'logout' });
    const ref = sentRef(session);
    expect(hear(session, { type: 'done', ref, of: 'logout', text: 'Bye.' }).map(({ type }) => type)).toEqual([
      'answer',
      'login_needed',
    ]);
    expect(sent(session)).toEqual([]);
    expect(session.goOnAsGuest()).toBe(true);
    expect(sent(session)).toMatchObject([{ type: 'join', name: 'ana' }]);
  });

  it('a new role counts at once', () => {
    const session = loggedIn();
    const notice = {
      type: 'notice',
      event: 'role',
      name: 'ana',
      role: 'moderator',
      by: 'root',
      ts: 1,
      text: '',
    } as const;
    expect(hear(session, notice)).toEqual([notice]);
    expect(session.role).toBe('moderator');
  });
});

it.each([
  ['answers under a ref nobody used', { type: 'done', ref: 'x', of: 'mute', text: '' }],
  ['answers with something else', { type: 'bans', ref: 'r-1', bans: [] }],
] as const)('a server that %s breaks the protocol', (_, message) => {
  const session = openSession();
  session.ask({ type: 'search', text: 'x' });
  sent(session);
  expect(() => hear(session, message as never)).toThrow(RemoteProtocolError);
});
