import { describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol/limits';
import type { ClientMessage } from '#protocol/messages';
import { PASSWORD, Stage, type StageOptions, WITH_ACCOUNTS } from '../../../../test/support/chat/stage.ts';

const login = (name: string, password = PASSWORD): ClientMessage => ({
  type: 'login',
  name,
  password,
  ref: 'l',
});
const register = (name: string, password = PASSWORD): ClientMessage => ({
  type: 'register',
  name,
  password,
  ref: 'r',
});

function stageWith(options: StageOptions = {}): Stage {
  return new Stage({ policy: WITH_ACCOUNTS, ...options });
}

describe('register', () => {
  it('makes an account and logs in to it, and takes the guest out of every room', () => {
    const stage = stageWith().connect(1, 'tls').say(1, { type: 'join', name: 'ana' });
    stage.take(1);
    stage.say(1, register('Ana'));
    const [success, ...rest] = stage.take(1);
    expect(rest).toEqual([]);
    expect(success).toMatchObject({
      type: 'auth_success',
      ref: 'r',
      name: 'Ana',
      role: 'user',
      second_factor: false,
    });
    expect(success).toMatchObject({ token: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect(success).toMatchObject({ expires: stage.now + LIMITS.loginIdle });
    stage.say(1, { type: 'say', text: 'hi' });
    expect(stage.take(1)).toMatchObject([{ type: 'error', code: 'not_joined' }]);
    stage.say(1, { type: 'join' });
    expect(stage.last(1, 'joined')).toMatchObject({ name: 'Ana' });
    expect(stage.audit.map(({ event, actor }) => [event, actor])).toEqual([
      ['account.registered', 'ana'],
      ['login.succeeded', 'Ana'],
    ]);
  });

  it('stores nothing that a thief of the database could log in with', () => {
    const stage = stageWith().connect(1, 'tls').say(1, register('ana'));
    const { token, device } = stage.last(1, 'auth_success');
    const kept = JSON.stringify([[...stage.world.logins.values()], [...stage.world.devices]]);
    expect(kept).not.toContain(token);
    expect(kept).not.toContain(device);
    expect(JSON.stringify(stage.audit)).not.toMatch(new RegExp(`${PASSWORD}|${token}`));
  });

  it('refuses a name that an account or someone else has, and one that only looks like it', () => {
    const stage = stageWith();
    stage.addAccount('paypal');
    stage.connect(1, 'tls').say(1, { type: 'join', name: 'bo' }).connect(2, 'tls');
    stage.take(2);
    for (const name of ['paypal', 'PAYPAL', 'paypaI', 'bo', 'B0']) {
      stage.say(2, register(name));
      expect(stage.take(2)).toMatchObject([{ type: 'auth_failed', code: 'name_taken', ref: 'r' }]);
    }
    stage.say(2, register('раураl'));
    expect(stage.take(2)).toMatchObject([{ type: 'auth_failed', code: 'bad_name' }]);
  });

  it('lets no guest have the name of an account, and lets only one of two register it at once', () => {
    const stage = stageWith().connect(1, 'tls').connect(2, 'tls').connect(3, 'tls');
    stage.hold = true;
    stage.say(1, register('ana')).say(2, register('Ana')).say(3, { type: 'join', name: 'ana' });
    expect(stage.last(2, 'auth_failed')).toMatchObject({ code: 'name_taken' });
    expect(stage.last(3, 'error')).toMatchObject({ code: 'name_taken' });
    stage.release();
    expect(stage.last(1, 'auth_success')).toMatchObject({ name: 'ana' });
  });

  it('says what is wrong with a password, and leaves the name free', () => {
    const stage = stageWith().connect(1, 'tls').say(1, register('ana', 'short'));
    expect(stage.last(1, 'auth_failed')).toMatchObject({
      code: 'weak_password',
      suggestions: ['too short', 'more words'],
    });
    stage.say(1, register('ana'));
    expect(stage.last(1, 'auth_success').name).toBe('ana');
  });

  it('leaves the name free when the store has no answer', () => {
    const answers = {
      createAccount: () => {
        throw Object.assign(new Error('full'), { code: 'read_only' });
      },
    };
    const stage = stageWith({ answers }).connect(1, 'tls').say(1, register('ana'));
    expect(stage.last(1, 'auth_failed')).toMatchObject({ code: 'read_only', ref: 'r' });
    expect([...stage.core.state.accountsByKey.keys()]).toEqual([]);
  });

  it('is open to the operator where clients may not register, and then logs nobody in', () => {
    const stage = stageWith({ policy: { ...WITH_ACCOUNTS, registration: false } }).connect(1, 'tls');
    stage.say(1, register('ana'));
    expect(stage.last(1, 'auth_failed')).toMatchObject({ code: 'no_registration' });
    stage.operate(register('ana'));
    expect(stage.operatorHeard()).toMatchObject([{ type: 'done', of: 'register', ref: 'r' }]);
    stage.operate(register('ana'));
    expect(stage.operatorHeard()).toMatchObject([{ type: 'error', code: 'name_taken', ref: 'r' }]);
    stage.say(1, login('ana'));
    expect(stage.last(1, 'auth_success')).toMatchObject({ name: 'ana' });
  });
});

describe('login', () => {
  it.each([
    ['a wrong password', 'ana', 'wrong'],
    ['an unknown name', 'nobody', PASSWORD],
    ['an invalid name', '<b>', PASSWORD],
    ['a password that is longer than bcrypt reads', 'ana', PASSWORD.padEnd(73, 'x')],
  ])('answers %s alike, after the same questions', (_, name, password) => {
    const stage = stageWith();
    stage.addAccount('ana');
    stage.connect(1, 'tls');
    stage.take(1);
    stage.say(1, login(name, password));
    expect(stage.take(1)).toEqual([
      {
        type: 'auth_failed',
        ref: 'l',
        code: 'bad_credentials',
        message: 'the name or the password is wrong',
      },
    ]);
    expect(stage.asked).toEqual(['mayLogin', 'accountByKey', 'verifyPassword']);
    expect(stage.audit).toMatchObject([{ event: 'login.failed', address: '192.0.2.1', via: 'tls' }]);
    expect(JSON.stringify(stage.audit)).not.toContain(password);
  });

  it('asks the same questions whether a device secret is known, unknown, or comes with an unknown name', () => {
    const asked = (name: string, device: string): readonly string[] => {
      const stage = stageWith();
      stage.addAccount('ana');
      stage.connect(1, 'tls').say(1, { type: 'login', name, password: 'wrong', device });
      return stage.asked;
    };
    const device = 'ab'.repeat(32);
    expect(asked('ana', device)).toEqual(['accountByKey', 'knowsDevice', 'mayLogin', 'verifyPassword']);
    expect(asked('nobody', device)).toEqual(asked('ana', device));
  });

  it('trusts a device that it has given a secret to, for that account only', () => {
    const trusted: boolean[] = [];
    const answers: StageOptions['answers'] = {
      mayLogin: (input) => {
        trusted.push(input.trusted);
        return { allowed: true };
      },
    };
    const stage = stageWith({ answers });
    stage.addAccount('ana');
    stage.addAccount('bo');
    stage.connect(1, 'tls').say(1, login('ana'));
    const { device = '' } = stage.last(1, 'auth_success');
    stage.connect(2, 'tls').say(2, { type: 'login', name: 'ana', password: PASSWORD, device });
    expect(stage.last(2, 'auth_success').device).toBeUndefined();
    stage.connect(3, 'tls').say(3, { type: 'login', name: 'bo', password: PASSWORD, device });
    expect(trusted).toEqual([false, true, false]);
  });

  it('is slowed down before anything is looked up', () => {
    const stage = stageWith({ answers: { mayLogin: () => ({ allowed: false, retryAfter: 9 }) } });
    stage.connect(1, 'tls').say(1, login('ana'));
    expect(stage.last(1, 'auth_failed')).toMatchObject({ code: 'rate_limited', retry_after: 9 });
    expect(stage.asked).toEqual(['mayLogin']);
    expect(stage.audit).toMatchObject([{ event: 'login.throttled' }]);
  });

  it.each([
    ['guests', 'tls', 'no_accounts'],
    ['optional', 'plain', 'unsafe_wire'],
    ['required', 'plain', 'unsafe_wire'],
  ] as const)('where accounts are %s, on %s: %s, and no secret is looked at', (mode, wire, code) => {
    const stage = stageWith({ policy: { ...WITH_ACCOUNTS, mode } }).connect(1, wire);
    stage.take(1);
    stage.say(
      1,
      login('ana'),
      register('bo'),
      { type: 'resume', token: 'ab'.repeat(32) },
      { type: 'second_factor', code: '000000' },
    );
    expect(stage.take(1)).toMatchObject(Array.from({ length: 4 }, () => ({ type: 'auth_failed', code })));
    expect(stage.asked).toEqual([]);
  });

  it('succeeds once on a connection, even when two are tried at the same time', () => {
    const stage = stageWith();
    stage.addAccount('ana');
    stage.addAccount('bo');
    stage.connect(1, 'tls');
    stage.take(1);
    stage.say(1, login('ana'), login('bo'));
    expect(stage.types(1)).toEqual(['auth_success', 'auth_failed']);
    stage.hold = true;
    stage.connect(2, 'tls').say(2, login('ana'), login('bo')).release();
    expect(stage.types(2)).toEqual(['welcome', 'auth_required', 'auth_success', 'auth_failed']);
    expect([...stage.world.logins.values()].map(({ account }) => account)).toEqual([1, 1]);
  });

  it('leaves no login session behind when the connection has gone in the meantime', () => {
    const stage = stageWith();
    stage.addAccount('ana');
    stage.connect(1, 'tls');
    stage.hold = true;
    stage.say(1, login('ana')).disconnect(1).release();
    expect(stage.world.logins.size).toBe(0);
  });

  it('with the old password is void when the password is changed in the meantime', () => {
    const stage = stageWith({
      answers: {
        startSession: ({ session }) => {
          stage.world.logins.set(session.id, session);
          stage.world.change(1, { passwordHash: 'another' });
          return [];
        },
      },
    });
    stage.addAccount('ana');
    stage.connect(1, 'tls').say(1, login('ana'));
    expect(stage.last(1, 'auth_failed')).toMatchObject({ code: 'bad_credentials' });
    expect(stage.world.logins.size).toBe(0);
  });
});

it('passwords of those who are logged in, and those that the operator sets, do not wait behind the guesses of strangers', () => {
  const lanes: string[] = [];
  const stage: Stage = stageWith({
    answers: {
      verifyPassword: ({ password, hash, trusted = false }) => {
        lanes.push(`verify ${trusted ? 'first' : 'in line'}`);
        return hash === `hash of ${password}`;
      },
      hashPassword: ({ password, trusted = false }) => {
        lanes.push(`hash ${trusted ? 'first' : 'in line'}`);
        return `hash of ${password}`;
      },
    },
  });
  stage.addAccount('ana');
  stage.arrive(1, 'ana').say(1, { type: 'password', old: PASSWORD, new: 'another fine password' });
  stage.connect(2, 'tls').say(2, register('ben')).operate(register('cem'));
  expect(lanes).toEqual(['verify in line', 'verify first', 'hash first', 'hash in line', 'hash first']);
});
