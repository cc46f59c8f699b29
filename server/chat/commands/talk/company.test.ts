import { describe, expect, it } from 'vitest';
import { TalkStage } from '../../../../test/support/chat/talkers.ts';

/** 1 and 2 are fox (tls and psk), 3 owl, 4 a guest on plain, 5 a moderator; fox and owl are in the attic too. */
function house(): TalkStage {
  const stage = new TalkStage()
    .seat(1, 'fox')
    .seat(2, 'fox', 'user', 'psk')
    .seat(3, 'owl')
    .guest(4, 'ana')
    .seat(5, 'mod', 'moderator');
  for (const id of [1, 3]) stage.say(id, { type: 'join', room: 'attic' });
  return stage.silence();
}

describe('who', () => {
  it('names each member once, with role, presence and wire', () => {
    const stage = house().say(3, { type: 'presence', state: 'away' }).silence();
    stage.say(4, { type: 'who', ref: 'w' });
    expect(stage.transcript()).toEqual([
      [
        4,
        {
          type: 'members',
          ref: 'w',
          room: 'lobby',
          count: 4,
          members: [
            { name: 'fox', role: 'user', presence: 'here', via: 'psk' },
            { name: 'owl', role: 'user', presence: 'away', via: 'tls' },
            { name: 'ana', role: 'guest', presence: 'here', via: 'plain' },
            { name: 'mod', role: 'moderator', presence: 'here', via: 'tls' },
          ],
        },
      ],
    ]);
  });

  it('is for members of the room, and for moderators and the operator', () => {
    const stage = house();
    for (const id of [4, 5]) stage.say(id, { type: 'who', room: 'attic' });
    expect(stage.take(4)).toMatchObject([{ code: 'not_joined', room: 'attic' }]);
    expect(stage.take(5)).toMatchObject([{ room: 'attic', count: 2, members: [{ via: 'tls' }, {}] }]);
    stage.operate({ type: 'who', room: 'attic', ref: 'w' });
    expect(stage.operatorHeard()).toMatchObject([{ type: 'members', count: 2, ref: 'w' }]);
  });

  it('tells whether the other end of a private conversation is here', () => {
    const stage = house().say(4, { type: 'who', room: '@owl' });
    expect(stage.take(4)).toMatchObject([{ room: '@owl', count: 2 }]);
    stage.disconnect(3).silence().say(4, { type: 'who', room: '@owl' });
    expect(stage.take(4)).toMatchObject([{ code: 'no_such_member', room: '@owl' }]);
  });
});

describe('presence', () => {
  it('is told to everyone who shares a room, once for each change', () => {
    const stage = house().say(1, { type: 'presence', state: 'away' }, { type: 'presence', state: 'away' });
    const away = { type: 'presence', name: 'fox', state: 'away' };
    expect(stage.transcript()).toEqual([2, 3, 4, 5].map((id) => [id, away]));
    stage.wait(2_000).say(2, { type: 'presence', state: 'here' });
    expect(stage.take(3)).toEqual([{ ...away, state: 'here' }]);
  });

  it('is not told to those who share none, and is reset when a member comes back', () => {
    const stage = house()
      .say(4, { type: 'leave', room: 'lobby' })
      .say(3, { type: 'presence', state: 'away' });
    expect(stage.types(4)).toEqual(['left']);
    stage.disconnect(3).seat(6, 'owl').say(6, { type: 'who', room: '@fox' });
    expect(stage.take(6)).toMatchObject([{ members: [{ name: 'owl', presence: 'here' }, {}] }]);
  });

  it('is told once in two seconds if it changes all the time, and only its last value', () => {
    const stage = house();
    for (let i = 0; i < 50; i++)
      stage.say(4, { type: 'presence', state: i % 2 === 0 ? 'away' : 'here' }).wait(20);
    const told = { type: 'presence', name: 'ana' };
    expect(stage.take(3)).toEqual([{ ...told, state: 'away' }]);
    stage.wait(1_000);
    expect(stage.take(3)).toEqual([{ ...told, state: 'here' }]);
    expect(stage.take(4)).toEqual([]);
    stage.wait(10_000);
    expect(stage.take(3)).toEqual([]);
  });

  it('is not told again if it is unchanged when the two seconds are over', () => {
    const stage = house();
    for (const state of ['away', 'here', 'away'] as const) stage.say(4, { type: 'presence', state });
    stage.silence().wait(2_000);
    expect(stage.transcript()).toEqual([]);
    expect(stage.core.state.members.get('ana')?.presence).toBe('away');
  });

  it('is told, however the clock is set in the meantime', () => {
    const stage = house().say(4, { type: 'presence', state: 'away' }).jump(-86_400_000).wait(2_000);
    stage.silence().say(4, { type: 'presence', state: 'here' });
    expect(stage.types(3)).toEqual(['presence']);
  });

  it('is refused before the first join', () => {
    const stage = house().connect(9).silence().say(9, { type: 'presence', state: 'away' });
    expect(stage.transcript()).toMatchObject([[9, { code: 'not_joined' }]]);
  });
});

describe('typing', () => {
  it('is passed on to the others in the room, and stored nowhere', () => {
    const stage = house().say(1, { type: 'typing', room: 'Attic' });
    expect(stage.transcript()).toEqual([[3, { type: 'typing', room: 'attic', name: 'fox' }]]);
    expect([stage.commits, stage.asked]).toEqual([[], []]);
  });

  it('is passed on at most every two seconds, for each room and connection', () => {
    const stage = house();
    for (const at of [0, 1_999, 2_000, 2_500]) {
      stage.now = 10_000 + at;
      stage.say(1, { type: 'typing', room: 'attic' });
    }
    expect(stage.types(3)).toEqual(['typing', 'typing']);
    stage.say(1, { type: 'typing', room: 'lobby' }).say(2, { type: 'typing', room: 'lobby' });
    expect(stage.types(4)).toEqual(['typing', 'typing']);
  });

  it('is passed on, however the clock is set in the meantime', () => {
    const stage = house().say(1, { type: 'typing', room: 'attic' }).jump(-86_400_000).wait(2_000);
    stage.say(1, { type: 'typing', room: 'attic' });
    expect(stage.types(3)).toEqual(['typing', 'typing']);
  });

  it('keeps few records, whatever rooms the signals name', () => {
    const stage = house();
    for (let i = 0; i < 100; i++) stage.say(1, { type: 'typing', room: `@n${i}` });
    expect(stage.core.state.sessions.get(1)?.typed?.size).toBeLessThan(20);
  });

  it('goes to the other end of a private conversation', () => {
    const stage = house().say(3, { type: 'typing', room: '@fox' });
    const notice = { type: 'typing', room: '@owl', name: 'owl' };
    expect(stage.transcript()).toEqual([
      [1, notice],
      [2, notice],
    ]);
  });

  it('is not passed on from a member who may not speak', () => {
    const stage = house();
    const attic = stage.core.state.rooms.get('attic')!;
    attic.record = {
      name: 'attic',
      access: 'public',
      locked: true,
      slow: 0,
      createdBy: 'operator',
      created: 0,
      invited: [],
    };
    stage.say(1, { type: 'typing', room: 'attic' }).say(4, { type: 'typing', room: 'attic' });
    expect(stage.transcript()).toMatchObject([[4, { code: 'not_joined' }]]);
  });
});
