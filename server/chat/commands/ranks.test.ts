import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOSS, GUEST, MOD, PEER, USER, crowd } from '../../../test/support/chat/crowd.ts';
import { codeAt } from '../../../test/support/chat/memory-world.ts';
import { PASSWORD, type Stage } from '../../../test/support/chat/stage.ts';
import type { ClientMessage } from '#protocol/messages';

const NEWCOMER = 6;
const TOKEN = 'ab'.repeat(32);

const name = fc.constantFrom('mod', 'peer', 'boss', 'ula', 'gus', 'new', 'раураl', '<b>');
const password = fc.constantFrom(PASSWORD, 'another good one', 'x');
const room = fc.constantFrom('lobby', 'attic', '@ula', '');
const seconds = fc.constantFrom(0, 1, 60);
const code = fc.constantFrom(codeAt(1_000), '123456', 'zzzz');
const address = fc.constantFrom('192.0.2.0/24', '192.0.2.4', '::/0', 'x');
const role = fc.constantFrom('user', 'moderator', 'admin');

const request = <T extends ClientMessage['type']>(
  type: T,
  fields: Record<string, fc.Arbitrary<unknown>> = {},
) => fc.record({ type: fc.constant(type), ...fields }) as unknown as fc.Arbitrary<ClientMessage>;

const message = fc.oneof(
  request('login', { name, password }),
  request('register', { name, password }),
  request('second_factor', { code }),
  request('resume', { token: fc.constant(TOKEN) }),
  request('logout'),
  request('password', { old: password, new: password }),
  request('sessions'),
  request('revoke', { session: fc.constantFrom('others', 'none') }),
  request('totp_begin', { password }),
  request('totp_confirm', { code }),
  request('totp_remove', { password }),
  request('mute', { name, seconds }),
  request('mute', { name, seconds, room }),
  request('unmute', { name }),
  request('kick', { name }),
  request('kick', { name, room }),
  request('ban', { name, address }),
  request('ban', { address, seconds }),
  request('unban', { name }),
  request('bans'),
  request('lock', { room, locked: fc.boolean() }),
  request('slow', { room, seconds }),
  request('appoint', { name, role }),
  request('join', { room }),
  request('say', { text: fc.constant('hi') }),
);

type Step = readonly [id: number, message: ClientMessage | 'hold' | 'release' | 'leave'];
const stepsOf = (...ids: number[]): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.tuple(
      fc.constantFrom(...ids),
      fc.oneof({ weight: 9, arbitrary: message }, fc.constantFrom('hold', 'release', 'leave')),
    ),
    { maxLength: 40 },
  );

function play(stage: Stage, [id, what]: Step): void {
  if (what === 'hold') stage.hold = true;
  else if (what === 'release') stage.release();
  else if (what === 'leave') stage.disconnect(id).connect(id, 'tls');
  else stage.say(id, what);
  for (const [closed] of stage.closed.splice(0)) stage.disconnect(closed);
}

/** What only moderators may change. */
function order(stage: Stage): unknown {
  const { sanctions, rooms } = stage.core.state;
  return {
    sanctions: [...sanctions.values()],
    written: [...stage.world.sanctions.values()],
    rooms: [...rooms.values()].map(({ name: room, record }) => [room, record]).filter(([, record]) => record),
    roles: [...stage.world.accounts.values()].slice(0, 4).map((account) => [account.name, account.role]),
    inside: [MOD, PEER, BOSS].map((id) => stage.core.state.sessions.get(id)?.login?.account.role),
  };
}

describe('whatever the requests,', () => {
  it('nobody without the rank changes what only moderators may change', () => {
    fc.assert(
      fc.property(stepsOf(USER, GUEST, NEWCOMER), (steps) => {
        const stage = crowd({
          // Everyone except ula keeps their password to themselves.
          verifyPassword: ({ password: tried, hash }) =>
            tried === PASSWORD && hash?.startsWith('ula') === true,
          hashPassword: () => 'ula',
        }).connect(NEWCOMER, 'tls');
        stage.world.change(4, { passwordHash: 'ula' });
        const before = order(stage);
        for (const step of steps) play(stage, step);
        stage.release();
        expect(order(stage)).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it('an admin remains, accounts know their connections, and no question is forgotten', () => {
    fc.assert(
      fc.property(stepsOf(MOD, PEER, BOSS, USER, GUEST, NEWCOMER), (steps) => {
        const stage = crowd().connect(NEWCOMER, 'tls');
        for (const step of steps) play(stage, step);
        stage.release();
        for (const [closed] of stage.closed.splice(0)) stage.disconnect(closed);
        expect(stage.world.answers.countAdmins({})).toBeGreaterThanOrEqual(1);
        const keys = [...stage.world.accounts.values()].map((account) => account.key);
        expect(new Set(keys)).toEqual(new Set(stage.core.state.accountsByKey.keys()));
        for (const session of stage.core.state.sessions.values()) {
          expect(session.pendingAsks).toBe(0);
          if (session.login) expect(session.login.account.connections.has(session)).toBe(true);
          if (session.login) expect(stage.world.logins.has(session.login.session.id)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
