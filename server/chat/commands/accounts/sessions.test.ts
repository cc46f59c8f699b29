import { describe, expect, it } from 'vitest';
import { PASSWORD, Stage, WITH_ACCOUNTS } from '../../../../test/support/chat/stage.ts';
import { LIMITS } from '#protocol/limits';

/** Ana on connections 1 and 2, each with a login of its own, in the lobby with bo on 3. */
function anaTwice(): { stage: Stage; tokens: string[] } {
  const stage = new Stage({ policy: WITH_ACCOUNTS });
  stage.addAccount('ana');
  stage.addAccount('bo');
  const tokens = [1, 2].map((id) => {
    stage.connect(id, 'tls').say(id, { type: 'login', name: 'ana', password: PASSWORD });
    const { token } = stage.last(id, 'auth_success');
    stage.say(id, { type: 'join' });
    return token;
  });
  stage.arrive(3, 'bo');
  for (const id of [1, 2, 3]) stage.take(id);
  return { stage, tokens };
}

const resumed = (stage: Stage, id: number, token: string): Stage =>
  stage.connect(id, 'tls').say(id, { type: 'resume', token, ref: 't' });

describe('resume', () => {
  it('returns a new token each time, and keeps the login alive', () => {
    const { stage, tokens } = anaTwice();
    stage.now += LIMITS.loginIdle - 1;
    resumed(stage, 4, tokens[0] as string);
    const first = stage.last(4, 'auth_success');
    expect(first).toMatchObject({ ref: 't', name: 'ana', expires: stage.now + LIMITS.loginIdle });
    stage.now += LIMITS.loginIdle - 1;
    resumed(stage, 5, first.token);
    expect(stage.last(5, 'auth_success').token).not.toBe(first.token);
  });

  it('is refused when the login has not been used for long', () => {
    const { stage, tokens } = anaTwice();
    stage.now += LIMITS.loginIdle;
    resumed(stage, 4, tokens[0] as string);
    expect(stage.last(4, 'auth_failed')).toMatchObject({ code: 'session_unknown', ref: 't' });
  });

  it('accepts the previous token for a short time, since the answer may have been lost', () => {
    const { stage, tokens } = anaTwice();
    const [token = ''] = tokens;
    resumed(stage, 4, token).disconnect(4);
    stage.now += LIMITS.tokenGrace - 1;
    resumed(stage, 5, token);
    expect(stage.last(5, 'auth_success').name).toBe('ana');
  });

  it('takes the previous token for stolen after that: the login ends, and with it all its connections', () => {
    const { stage, tokens } = anaTwice();
    const [token = ''] = tokens;
    resumed(stage, 4, token);
    const { token: newer } = stage.last(4, 'auth_success');
    stage.now += LIMITS.tokenGrace;
    resumed(stage, 5, token);
    expect(stage.last(5, 'auth_failed')).toMatchObject({ code: 'session_stolen' });
    expect(stage.last(4, 'error')).toMatchObject({ code: 'session_stolen', fatal: true });
    expect(stage.closed).toEqual([
      [1, 'session_stolen'],
      [4, 'session_stolen'],
    ]);
    expect(stage.audit.at(-1)).toMatchObject({ event: 'session.token_reused', subject: 'ana' });
    resumed(stage, 6, newer);
    expect(stage.last(6, 'auth_failed')).toMatchObject({ code: 'session_unknown' });
  });

  it('takes every earlier token for stolen, however often the login was resumed since', () => {
    const { stage, tokens } = anaTwice();
    const [token = ''] = tokens;
    resumed(stage, 4, token);
    const { token: second } = stage.last(4, 'auth_success');
    resumed(stage, 5, second);
    const { token: third } = stage.last(5, 'auth_success');
    resumed(stage, 6, token);
    expect(stage.last(6, 'auth_failed')).toMatchObject({ code: 'session_stolen' });
    expect(stage.last(5, 'error')).toMatchObject({ code: 'session_stolen', fatal: true });
    expect(stage.audit.at(-1)).toMatchObject({ event: 'session.token_reused', subject: 'ana' });
    resumed(stage, 7, third);
    expect(stage.last(7, 'auth_failed')).toMatchObject({ code: 'session_unknown' });
  });

  it('looks again when another connection was faster with the same token', () => {
    const { stage, tokens } = anaTwice();
    const [token = ''] = tokens;
    stage.hold = true;
    resumed(stage, 4, token);
    resumed(stage, 5, token).release();
    expect([stage.last(4, 'auth_success').name, stage.last(5, 'auth_success').name]).toEqual(['ana', 'ana']);
  });
});

describe('the sessions of an account', () => {
  it('are listed newest first, with those in use', () => {
    const { stage } = anaTwice();
    stage.now += 1_000;
    stage.arrive(4, 'ana', 'psk').disconnect(2);
    stage.take(1);
    stage.say(1, { type: 'sessions', ref: 's' });
    const { sessions, ref } = stage.last(1, 'sessions');
    expect(ref).toBe('s');
    expect(sessions.map(({ via, connected, current }) => [via, connected, current])).toEqual([
      ['psk', true, false],
      ['tls', true, true],
      ['tls', false, false],
    ]);
  });

  it('end one by one, or all others at once; their connections are closed and can say nothing more', () => {
    const { stage } = anaTwice();
    stage.say(1, { type: 'sessions' });
    const other = stage.last(1, 'sessions').sessions.find(({ current }) => !current)?.id ?? '';
    stage.say(3, { type: 'revoke', session: other });
    expect(stage.take(3)).toMatchObject([{ type: 'error', code: 'session_unknown' }]);
    stage.say(1, { type: 'revoke', session: other, ref: 'x' });
    expect(stage.take(1)).toMatchObject([{ type: 'done', of: 'revoke', ref: 'x' }]);
    expect(stage.last(2, 'error')).toMatchObject({ code: 'session_revoked' });
    stage.say(2, { type: 'say', text: 'still here?' }, { type: 'sessions' });
    expect(stage.take(2)).toMatchObject([{ code: 'not_joined' }, { code: 'auth_required' }]);
    stage.arrive(4, 'ana').say(1, { type: 'revoke', session: 'others' });
    expect(stage.closed.map(([id]) => id)).toEqual([2, 4]);
    expect(stage.world.logins.size).toBe(2);
  });
});

describe('one login more than an account may have', () => {
  it('ends the one not used for longest, and closes its connections', () => {
    const stage = new Stage({ policy: WITH_ACCOUNTS });
    stage.addAccount('ana');
    for (let id = 1; id <= LIMITS.loginSessions; id++) {
      stage.arrive(id, 'ana');
      stage.now += 1;
    }
    const { token } = stage.last(1, 'auth_success');
    const [oldest = ''] = stage.world.logins.keys();
    expect(stage.closed).toEqual([]);
    stage.arrive(99, 'ana');
    expect(stage.closed).toEqual([[1, 'session_revoked']]);
    expect(stage.last(1, 'error')).toMatchObject({ code: 'session_revoked', fatal: true });
    expect(stage.world.logins.size).toBe(LIMITS.loginSessions);
    expect(stage.audit).toContainEqual(
      expect.objectContaining({
        event: 'session.ended',
        actor: 'ana',
        detail: `${oldest} made room for another`,
      }),
    );
    stage.say(1, { type: 'say', text: 'still here?' });
    expect(stage.take(1)).toMatchObject([{ code: 'not_joined' }]);
    resumed(stage, 100, token);
    expect(stage.last(100, 'auth_failed')).toMatchObject({ code: 'session_unknown' });
  });
});

describe('logout', () => {
  it('ends this login; the connection stays open as a guest with another name', () => {
    const { stage, tokens } = anaTwice();
    stage.say(1, { type: 'logout', ref: 'o' });
    expect(stage.take(1)).toMatchObject([{ type: 'done', of: 'logout', ref: 'o' }]);
    // Her other connection is still there.
    expect(stage.take(3)).toEqual([]);
    stage.say(1, { type: 'join' });
    expect(stage.last(1, 'joined').name).not.toBe('ana');
    resumed(stage, 4, tokens[0] as string);
    expect(stage.last(4, 'auth_failed')).toMatchObject({ code: 'session_unknown' });
    resumed(stage, 5, tokens[1] as string);
    expect(stage.last(5, 'auth_success').name).toBe('ana');
  });
});

describe('password', () => {
  it('is changed with the old one, which ends all other logins', () => {
    const { stage, tokens } = anaTwice();
    stage.say(1, { type: 'password', old: PASSWORD, new: 'another good one', ref: 'p' });
    expect(stage.take(1)).toMatchObject([{ type: 'done', of: 'password', ref: 'p' }]);
    expect(stage.closed).toEqual([[2, 'session_revoked']]);
    resumed(stage, 4, tokens[1] as string);
    expect(stage.last(4, 'auth_failed')).toMatchObject({ code: 'session_unknown' });
    stage.say(4, { type: 'login', name: 'ana', password: PASSWORD });
    expect(stage.last(4, 'auth_failed')).toMatchObject({ code: 'bad_credentials' });
    stage.say(4, { type: 'login', name: 'ana', password: 'another good one' });
    expect(stage.last(4, 'auth_success').name).toBe('ana');
    expect(JSON.stringify(stage.audit)).not.toContain('another good one');
  });

  it.each([
    ['wrong', 'another good one', 'bad_credentials'],
    [PASSWORD, 'short', 'weak_password'],
  ])('from %j to %j is refused: %s', (old, fresh, code) => {
    const { stage } = anaTwice();
    stage.say(1, { type: 'password', old, new: fresh, ref: 'p' });
    expect(stage.take(1)).toMatchObject([{ type: 'error', code, ref: 'p' }]);
    expect(stage.closed).toEqual([]);
  });

  it('counts for the throttle of logins', () => {
    const stage = new Stage({
      policy: WITH_ACCOUNTS,
      answers: {
        mayLogin: ({ trusted }) => (trusted ? { allowed: false, retryAfter: 7 } : { allowed: true }),
      },
    });
    stage.addAccount('ana');
    stage.arrive(1, 'ana').say(1, { type: 'password', old: PASSWORD, new: 'another good one' });
    expect(stage.last(1, 'error')).toMatchObject({ code: 'rate_limited', retry_after: 7 });
  });

  it('is not changed by a connection whose login has ended in the meantime', () => {
    const { stage } = anaTwice();
    stage.hold = true;
    stage.say(1, { type: 'password', old: PASSWORD, new: 'another good one' });
    stage.hold = false;
    stage.say(2, { type: 'revoke', session: 'others' }).release();
    expect(stage.last(1, 'error')).toMatchObject({ code: 'session_unknown' });
    expect(stage.asked).not.toContain('setPassword');
  });
});
