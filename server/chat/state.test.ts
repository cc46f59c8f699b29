import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Session } from './sessions.ts';
import type { ChatState } from './state.ts';
import { TalkStage } from '../../test/support/chat/talkers.ts';
import { LIMITS } from '#protocol/limits';
import { type ClientMessage, DEFAULT_ROOM } from '#protocol/messages';

type Step = { readonly id: number } & (
  | { readonly do: 'seat' | 'guest' | 'disconnect' }
  | { readonly do: 'say'; readonly message: ClientMessage }
  | { readonly do: 'hold' | 'release' }
);

const IDS = [1, 2, 3, 4, 5, 6] as const;

const room = fc.constantFrom('lobby', 'attic', 'den', 'hut', '@fox', '@ana');
const message: fc.Arbitrary<ClientMessage> = fc.oneof(
  { weight: 4, arbitrary: room.map((name) => ({ type: 'join', room: name }) as const) },
  { weight: 3, arbitrary: room.map((name) => ({ type: 'leave', room: name }) as const) },
  { weight: 2, arbitrary: room.map((name) => ({ type: 'say', room: name, text: 'hi' }) as const) },
  room.map((name) => ({ type: 'create', room: name, access: 'invite' }) as const),
  room.map((name) => ({ type: 'create', room: name, access: 'public' }) as const),
  room.map((name) => ({ type: 'invite', room: name, name: 'ana' }) as const),
  room.map((name) => ({ type: 'uninvite', room: name, name: 'ana' }) as const),
  room.map((name) => ({ type: 'remove', room: name }) as const),
  fc.nat(20).map((id) => ({ type: 'delete', id }) as const),
  fc.nat(20).map((id) => ({ type: 'edit', id, text: 'ho' }) as const),
  fc.nat(20).map((id) => ({ type: 'say', text: 'hi', reply_to: id }) as const),
  fc.constantFrom('here' as const, 'away' as const).map((state) => ({ type: 'presence', state }) as const),
  fc.constant({ type: 'unread' } as const),
  fc.constant({ type: 'bye' } as const),
);
const step: fc.Arbitrary<Step> = fc.record({ id: fc.constantFrom(...IDS) }).chain(({ id }) =>
  fc.oneof(
    { weight: 8, arbitrary: message.map((one) => ({ id, do: 'say', message: one }) as const) },
    { weight: 2, arbitrary: fc.constantFrom('seat', 'guest').map((what) => ({ id, do: what }) as const) },
    fc.constantFrom('disconnect', 'hold', 'release').map((what) => ({ id, do: what }) as const),
  ),
);

/** Odd connections belong to fox, the others to guests. */
function play(stage: TalkStage, step: Step): void {
  const { id } = step;
  const isOpen = stage.core.state.sessions.has(id);
  if (step.do === 'hold') stage.hold = true;
  else if (step.do === 'release') stage.release();
  else if (step.do === 'disconnect') stage.disconnect(id);
  else if (step.do === 'say') stage.say(id, step.message);
  else if (!isOpen) enter(stage, id);
  for (const [closed] of stage.closed.splice(0)) stage.disconnect(closed);
}

function enter(stage: TalkStage, id: number): void {
  if (id % 2 === 1) stage.seat(id, 'fox');
  else stage.guest(id, ['ana', 'bo', 'cy'][id / 2 - 1] as string);
}

type Seen = Pick<ChatState, 'sessions' | 'rooms' | 'pendingCommits'>;

/** `settled`: nothing waits for the store, so members without an invitation are out. */
function check({ sessions, rooms, pendingCommits }: Seen, settled: boolean): void {
  expect(pendingCommits).toBeGreaterThanOrEqual(0);
  for (const session of sessions.values()) checkSession(session, rooms);
  for (const { name, people, audience, record } of rooms.values()) {
    expect(people.size > 0 || name === DEFAULT_ROOM || record !== undefined).toBe(true);
    const inside = [...sessions.values()].filter((session) => session.rooms.has(name));
    expect(new Set(inside.map(({ id }) => id))).toEqual(audience);
    for (const [member, count] of people) {
      expect(inside.filter((session) => session.member === member)).toHaveLength(count);
      if (settled && record?.access === 'invite') expect(record.invited).toContain(member.author);
    }
    expect([...people.values()].reduce((sum, count) => sum + count, 0)).toBe(audience.size);
  }
}

function checkSession(
  { id, member, rooms: own, pendingAsks, pendingLoads }: Session,
  rooms: Seen['rooms'],
): void {
  expect(own.size === 0 || member !== undefined).toBe(true);
  for (const name of own) expect(rooms.get(name)?.audience.has(id)).toBe(true);
  if (member) expect([...member.sessions].map((session) => session.id)).toContain(id);
  expect(pendingAsks).toBeGreaterThanOrEqual(0);
  expect(pendingAsks).toBeLessThanOrEqual(LIMITS.pendingAsks);
  expect(pendingLoads).toBeGreaterThanOrEqual(0);
}

describe('whatever happens', () => {
  it('rooms, connections and members agree on who is where', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const stage = new TalkStage();
        for (const id of IDS) enter(stage, id);
        for (const one of steps) {
          play(stage, one);
          check(stage.core.state, !stage.hold);
        }
        stage.release();
        check(stage.core.state, true);
        expect(stage.core.state.pendingCommits).toBe(0);
        for (const session of stage.core.state.sessions.values())
          expect([session.pendingAsks, session.pendingLoads]).toEqual([0, 0]);
      }),
      { numRuns: 300 },
    );
  });

  it('private messages are heard by their two ends only', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const stage = new TalkStage().seat(11, 'fox').seat(12, 'owl').seat(13, 'elk').silence();
        for (const id of IDS) enter(stage, id);
        stage.say(12, { type: 'say', room: '@fox', text: 'secret' });
        for (const one of steps) play(stage, one);
        stage.release().say(12, { type: 'edit', id: 1, text: 'secret 2' });
        for (const [id, heard] of stage.transcript()) {
          if (id === 12 || (id % 2 === 1 && id !== 13)) continue;
          expect(JSON.stringify(heard)).not.toContain('secret');
        }
      }),
      { numRuns: 200 },
    );
  });
});
