/** Transcripts of earlier logins: proving one on a new connection, and what was written under it. */
import { describe, expect, it } from 'vitest';
import {
  LOGIN_TOKEN,
  accountJoined,
  authRequired,
  failed,
  hear,
  loggedIn,
  makeSession,
  refusal,
  sent,
  sentRef,
  success,
  welcome,
  welcomeOnTls,
} from '../../test/support/chat/transcript.ts';
import type { SessionEvent } from './events.ts';
import type { ClientSession } from './session.ts';

const OLD = '0d'.repeat(32);

describe('an earlier login', () => {
  function resuming(wire: 'tls' | 'plain' = 'tls'): ClientSession {
    const session = makeSession();
    session.useToken(OLD);
    session.connected();
    hear(session, { ...welcome, wire });
    return session;
  }

  it('is proven before any room is joined, and gives the next token', () => {
    const session = resuming();
    hear(session, authRequired());
    expect(sent(session)).toEqual([{ type: 'resume', token: OLD, ref: 'r-1' }]);
    hear(session, success('r-1'));
    expect(sent(session)).toEqual([{ type: 'join', room: 'lobby', limit: 20 }]);
    session.connected();
    hear(session, welcomeOnTls, authRequired());
    expect(sent(session)).toMatchObject([{ type: 'resume', token: LOGIN_TOKEN }]);
  });

  it('that is no longer valid is reported, and nobody is logged in until the person decides', () => {
    const session = resuming();
    hear(session, authRequired());
    sent(session);
    expect(hear(session, failed('r-1', 'session_unknown'))).toMatchObject([
      { type: 'login_needed', refusal: { code: 'session_unknown' } },
    ]);
    expect(sent(session)).toEqual([]);
    expect(session.goOnAsGuest()).toBe(true);
    expect(sent(session)).toEqual([{ type: 'join', room: 'lobby', name: 'ana', limit: 20 }]);
  });

  it('is not given up because of a temporary failure of the server', () => {
    const session = resuming();
    hear(session, authRequired());
    sent(session);
    expect(hear(session, refusal('storage_failed', { ref: 'r-1' }))).toMatchObject([{ type: 'turned_away' }]);
    session.connected();
    hear(session, welcomeOnTls, authRequired());
    expect(sent(session)).toMatchObject([{ type: 'resume', token: OLD }]);
  });

  it('finds out by a ping that a server has no accounts', () => {
    const session = resuming();
    expect(sent(session)).toEqual([{ type: 'ping' }]);
    expect(hear(session, { type: 'pong' })).toEqual([]);
    expect(sent(session)).toMatchObject([{ type: 'resume' }]);
    expect(hear(session, refusal('no_accounts', { ref: 'r-1' }))).toMatchObject([{ type: 'login_needed' }]);
  });

  it.each([
    ['the server does not take it', false, true],
    ['the person has not agreed', true, false],
  ])('does not cross a plain wire where %s', (_, allowed, confirmed) => {
    const session = makeSession();
    session.useToken(OLD);
    if (confirmed) session.confirmPlain();
    session.connected();
    expect(hear(session, welcome, authRequired({ allowed })).at(-1)).toMatchObject({
      type: 'turned_away',
      refusal: { code: 'unsafe_wire' },
    });
    expect(sent(session)).toEqual([]);
  });

  it('crosses a plain wire if both sides agree', () => {
    const session = makeSession();
    session.useToken(OLD);
    session.confirmPlain();
    session.connected();
    hear(session, welcome, authRequired({ allowed: true }));
    expect(sent(session)).toMatchObject([{ type: 'resume' }]);
  });

  it('that the server ends is forgotten', () => {
    const session = loggedIn();
    expect(hear(session, refusal('session_revoked', { fatal: true }))).toMatchObject([{ type: 'ending' }]);
    session.connected();
    hear(session, welcomeOnTls, authRequired());
    expect(sent(session)).toEqual([]);
    expect(session.role).toBeUndefined();
  });
});

describe('what was written under one name', () => {
  it('is sent again by the same account only', () => {
    const session = loggedIn();
    session.say('mine');
    sent(session);
    session.connected();
    hear(session, welcomeOnTls, authRequired());
    const resume = { ref: sentRef(session) };
    hear(session, failed(resume.ref, 'session_unknown'));
    expect(session.pending).toBe(1);
    session.ask({ type: 'login', name: 'Ana', password: 'p' });
    const login = { ref: sentRef(session) };
    hear(session, success(login.ref));
    sent(session);
    hear(session, accountJoined);
    expect(sent(session).map(({ type }) => type)).toEqual(['unread', 'say']);
  });

  it.each([
    ['another account', 'ben'],
    ['a guest', undefined],
  ])('is not sent by %s', (_, name) => {
    const session = loggedIn();
    const key = session.say('mine');
    sent(session);
    session.connected();
    hear(session, welcomeOnTls, authRequired());
    const resume = { ref: sentRef(session) };
    hear(session, failed(resume.ref, 'session_unknown'));
    expect(becoming(session, name)).toContainEqual(
      expect.objectContaining({
        type: 'refused',
        key,
        refusal: expect.objectContaining({ code: 'not_sent' }) as unknown,
      }),
    );
    expect(session.pending).toBe(0);
  });

  function becoming(session: ClientSession, name: string | undefined): SessionEvent[] {
    if (name === undefined) {
      expect(session.goOnAsGuest()).toBe(true);
      return hear(session);
    }
    session.ask({ type: 'login', name, password: 'p' });
    const ref = sentRef(session);
    expect(session.goOnAsGuest()).toBe(false);
    return hear(session, success(ref, { name }));
  }
});
