/** Anyone who guesses at logins learns nothing and gets nowhere; the soak `guessing` also looks at the time it takes. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Siege } from '../soak/guess-rate.ts';
import { Guesser } from '../soak/guesser.ts';
import { PASSWORD } from '../soak/watched-server.ts';
import { type TestServer, startTestServer } from '../support/servers/server.ts';
import { LIMITS } from '#protocol/limits';

const UNKNOWN_DEVICE = '00'.repeat(32);

describe('a login that fails', () => {
  let test: TestServer;
  let replies: Set<string>;
  beforeAll(async () => {
    test = await startTestServer({
      policy: { mode: 'optional', registration: true, passwordWires: ['tls'] },
    });
    // An account for each guess: none is guessed at so often that it is throttled.
    for (const name of ['ana', 'ben', 'cem', 'dan', 'eva', 'banned', 'factor'])
      await test.server.operate({ type: 'register', name, password: PASSWORD });
    await test.server.operate({ type: 'ban', name: 'banned' });
    const factor = await test.store.answers.accountByKey({ key: 'factor' });
    const secondFactor = { secret: 'A'.repeat(32), lastStep: 0, recovery: [] };
    await test.store.answers.setSecondFactor({ id: factor?.id ?? -1, secondFactor });
    replies = new Set();
  });
  afterAll(() => test.close());

  it.each([
    ['an unknown name', 'nobody', {}],
    ['a name that cannot exist', '\u0007', {}],
    ['a wrong password', 'ana', {}],
    ['a password that is too long', 'ben', { password: 'x'.repeat(LIMITS.passwordInput) }],
    ['the right password and more than bcrypt sees', 'cem', { password: PASSWORD.padEnd(100, 'x') }],
    ['an empty password', 'dan', { password: '' }],
    ['a device that nobody knows', 'eva', { device: UNKNOWN_DEVICE }],
    ['an unknown name and device', 'nobody-else', { device: UNKNOWN_DEVICE }],
    ['a wrong password of a banned account', 'banned', {}],
    ['a wrong password where a second factor is needed', 'factor', {}],
  ])('has the same answer, byte for byte, for %s', async (_, name, more) => {
    const guesser = await Guesser.dial(test.target('tls'));
    const { reply } = await guesser.guess(name, more);
    await guesser.close();
    replies.add(reply);
    expect(JSON.parse(reply)).toMatchObject({ type: 'auth_failed', code: 'bad_credentials', ref: 'REF' });
    expect([...replies]).toHaveLength(1);
  });
});

describe('guesses at one account from ever-changing addresses', () => {
  let siege: Siege;
  afterEach(() => siege.close());

  it('are checked ten times at most, and do not keep the owner out', async () => {
    siege = await Siege.start();
    const device = await siege.own();
    const codes: string[] = [];
    for (let guess = 0; guess < 60; guess++) codes.push(await siege.guess());
    expect(codes.filter((code) => code === 'bad_credentials').length).toBeLessThanOrEqual(10);
    expect(new Set(codes)).toEqual(new Set(['bad_credentials', 'rate_limited']));
    expect(await siege.ownerLogsIn(device)).toBe(true);
  });
});
