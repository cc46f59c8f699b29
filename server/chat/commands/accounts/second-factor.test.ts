import { describe, expect, it } from 'vitest';
import { PASSWORD, Stage, WITH_ACCOUNTS } from '../../../../test/support/chat/stage.ts';
import { codeAt } from '../../../../test/support/chat/memory-world.ts';
import { LIMITS } from '#protocol/limits';
import type { ClientMessage } from '#protocol/messages';

/** Ana is on connection 1 and has just set up her second factor. */
function withSecondFactor(): { stage: Stage; recovery: string[] } {
  const stage = new Stage({ policy: WITH_ACCOUNTS });
  stage.addAccount('ana');
  stage.arrive(1, 'ana').say(1, { type: 'totp_begin', password: PASSWORD });
  stage.say(1, { type: 'totp_confirm', code: codeAt(stage.now) });
  const { codes } = stage.last(1, 'recovery_codes');
  stage.now += 30_000;
  return { stage, recovery: codes };
}

const enter = (stage: Stage, id: number, code: string): Stage =>
  stage
    .connect(id, 'tls')
    .say(id, { type: 'login', name: 'ana', password: PASSWORD }, { type: 'second_factor', code });

describe('a second factor', () => {
  it('takes effect only once it is confirmed, and needs the password', () => {
    const stage = new Stage({ policy: WITH_ACCOUNTS });
    stage.addAccount('ana');
    stage.arrive(1, 'ana').say(1, { type: 'totp_begin', password: 'wrong' });
    expect(stage.last(1, 'error')).toMatchObject({ code: 'bad_credentials' });
    stage.say(1, { type: 'totp_confirm', code: codeAt(stage.now) });
    expect(stage.last(1, 'error')).toMatchObject({ code: 'no_second_factor' });
    stage.say(1, { type: 'totp_begin', password: PASSWORD });
    expect(stage.last(1, 'totp')).toMatchObject({ secret: 'JBSWY3DP', uri: 'otpauth://totp/Wireglass:ana' });
    stage.say(1, { type: 'totp_confirm', code: '999999' });
    expect(stage.last(1, 'error')).toMatchObject({ code: 'second_factor_wrong' });
    expect(stage.world.accounts.get(1)?.secondFactor).toBeUndefined();
    stage.say(1, { type: 'totp_confirm', code: codeAt(stage.now) });
    expect(new Set(stage.last(1, 'recovery_codes').codes).size).toBe(LIMITS.recoveryCodes);
  });

  it('is asked for after the right password only', () => {
    const { stage } = withSecondFactor();
    stage.connect(2, 'tls').say(2, { type: 'login', name: 'ana', password: 'wrong' });
    expect(stage.last(2, 'auth_failed')).toMatchObject({ code: 'bad_credentials' });
    stage.say(2, { type: 'second_factor', code: codeAt(stage.now) });
    expect(stage.last(2, 'auth_failed')).toMatchObject({ code: 'no_second_factor' });
    stage.say(2, { type: 'login', name: 'ana', password: PASSWORD, ref: 'x' });
    expect(stage.take(2)).toEqual([{ type: 'second_factor_required', ref: 'x' }]);
    stage.say(2, { type: 'join' });
    expect(stage.last(2, 'joined').name).not.toBe('ana');
    stage.say(2, { type: 'second_factor', code: codeAt(stage.now) });
    expect(stage.last(2, 'auth_success')).toMatchObject({ name: 'ana', second_factor: true });
  });

  it('accepts each code once', () => {
    const { stage } = withSecondFactor();
    enter(stage, 2, codeAt(stage.now));
    expect(stage.last(2, 'auth_success').name).toBe('ana');
    enter(stage, 3, codeAt(stage.now));
    expect(stage.last(3, 'auth_failed')).toMatchObject({ code: 'second_factor_wrong' });
  });

  it('accepts each recovery code once, however it is typed, and says how many are left', () => {
    const { stage, recovery } = withSecondFactor();
    const [code = ''] = recovery;
    expect(code).toMatch(/^[0-9a-f]{4}(-[0-9a-f]{4}){3}$/);
    enter(stage, 2, code.toUpperCase().replaceAll('-', ' '));
    expect(stage.last(2, 'auth_success').recovery_left).toBe(LIMITS.recoveryCodes - 1);
    enter(stage, 3, code);
    expect(stage.last(3, 'auth_failed')).toMatchObject({ code: 'second_factor_wrong' });
    expect(JSON.stringify([...stage.world.accounts.values(), ...stage.audit])).not.toContain(
      code.replaceAll('-', ''),
    );
  });

  it('asks for the password again after five wrong codes', () => {
    const { stage } = withSecondFactor();
    enter(stage, 2, '111111');
    for (let i = 0; i < 4; i++) stage.say(2, { type: 'second_factor', code: '111111' });
    stage.take(2);
    stage.say(2, { type: 'second_factor', code: codeAt(stage.now) });
    expect(stage.take(2)).toMatchObject([{ type: 'auth_failed', code: 'no_second_factor' }]);
    expect(stage.audit.filter(({ event }) => event === 'login.second_factor_failed')).toHaveLength(5);
  });

  it('is awaited for two minutes; after that the login begins with the password again', () => {
    const { stage } = withSecondFactor();
    const code = (): ClientMessage => ({ type: 'second_factor', code: codeAt(stage.now), ref: 'c' });
    const begin: ClientMessage = { type: 'login', name: 'ana', password: PASSWORD };
    stage.connect(2, 'tls').say(2, begin).take(2);
    stage.now += LIMITS.halfLogin;
    stage.say(2, code(), code());
    expect(stage.take(2)).toMatchObject([
      { type: 'auth_failed', code: 'second_factor_expired', ref: 'c' },
      { type: 'auth_failed', code: 'no_second_factor' },
    ]);
    stage.say(2, begin);
    stage.now += LIMITS.halfLogin - 1;
    stage.say(2, code());
    expect(stage.last(2, 'auth_success').name).toBe('ana');
  });

  it('can be removed again, with the password', () => {
    const { stage } = withSecondFactor();
    stage.say(1, { type: 'totp_remove', password: PASSWORD, ref: 'x' });
    expect(stage.take(1)).toMatchObject([{ type: 'done', of: 'totp_remove', ref: 'x' }]);
    stage.say(1, { type: 'totp_remove', password: PASSWORD });
    expect(stage.take(1)).toMatchObject([{ type: 'error', code: 'no_second_factor' }]);
    stage.connect(2, 'tls').say(2, { type: 'login', name: 'ana', password: PASSWORD });
    expect(stage.last(2, 'auth_success').second_factor).toBe(false);
  });
});
