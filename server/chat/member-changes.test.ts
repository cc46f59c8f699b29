import { describe, expect, it } from 'vitest';
import { Stage, lobbyOf } from '../../test/support/chat/stage.ts';
import { LIMITS } from '#protocol/limits';

/** A lobby of these members, which from now on is told of changes only by `tell`. */
function gathering(...names: string[]): Stage {
  const stage = lobbyOf(...names);
  stage.gathers = true;
  stage.pauses.length = 0;
  return stage;
}

function tell(stage: Stage): void {
  stage.perform(stage.core.tellChanges('lobby'));
}

/** Members `m<id>` come on the plain wire, one connection each. */
function come(stage: Stage, first: number, last: number): void {
  for (let id = first; id <= last; id++) {
    stage.connect(id).say(id, { type: 'join', name: `m${id}` });
    stage.take(id);
  }
}

describe('who comes and goes within a short time', () => {
  it('is told in one message, in which nobody hears of itself', () => {
    const stage = gathering('ana');
    come(stage, 2, 4);
    stage.disconnect(1);
    expect(stage.pauses).toEqual([LIMITS.changesPause]);
    tell(stage);
    const [via, room] = ['plain', 'lobby'];
    const left = ['ana'];
    expect(stage.take(2)).toEqual([
      {
        type: 'members_changed',
        room,
        count: 3,
        joined: [
          { name: 'm3', via },
          { name: 'm4', via },
        ],
        left,
      },
    ]);
    expect(stage.take(3)).toEqual([
      { type: 'members_changed', room, count: 3, joined: [{ name: 'm4', via }], left },
    ]);
    expect(stage.take(4)).toEqual([{ type: 'member_left', room, name: 'ana' }]);
  });

  it('is told as before when it is one member', () => {
    const stage = gathering('ana');
    come(stage, 2, 2);
    tell(stage);
    expect(stage.take(1)).toEqual([{ type: 'member_joined', room: 'lobby', name: 'm2', via: 'plain' }]);
    expect(stage.take(2)).toEqual([]);
  });

  it('is not told if it undoes itself', () => {
    const stage = gathering('ana', 'bo');
    come(stage, 3, 3);
    stage.disconnect(3);
    stage.say(2, { type: 'leave', room: 'lobby' }, { type: 'join' });
    stage.take(2);
    tell(stage);
    expect([stage.take(1), stage.take(2)]).toEqual([[], []]);
  });

  it('is told before anything that is said in the meantime', () => {
    const stage = gathering('ana');
    come(stage, 2, 3);
    stage.say(3, { type: 'say', text: 'hi' });
    expect(stage.types(1)).toEqual(['members_changed', 'message']);
    expect(stage.types(2)).toEqual(['member_joined', 'message']);
    tell(stage);
    expect([stage.take(1), stage.take(2)]).toEqual([[], []]);
  });

  it('is named up to a cap, and counted above it', () => {
    const stage = gathering('ana');
    come(stage, 2, 1 + LIMITS.namedChanges);
    tell(stage);
    expect(stage.last(1, 'members_changed').joined).toHaveLength(LIMITS.namedChanges);
    come(stage, 100, 100 + LIMITS.namedChanges);
    stage.disconnect(2);
    tell(stage);
    const count = 2 * LIMITS.namedChanges + 1;
    expect(stage.take(1)).toEqual([
      { type: 'members_changed', room: 'lobby', count, joined_count: 17, left_count: 1 },
    ]);
  });

  it('is counted exactly for everyone who came in the middle of a crowd', () => {
    const stage = gathering('ana');
    come(stage, 2, 101);
    for (const id of [10, 20]) stage.disconnect(id);
    tell(stage);
    const heard = (id: number) => stage.take(id).map((message) => ({ ...message, type: undefined }));
    const common = { room: 'lobby', count: 99 };
    expect(heard(1)).toMatchObject([{ ...common, joined_count: 98, left_count: 0 }]);
    expect(heard(2)).toMatchObject([{ ...common, joined_count: 99, left_count: 2 }]);
    expect(heard(60)).toMatchObject([{ ...common, joined_count: 41, left_count: 2 }]);
    expect(heard(96)).toMatchObject([
      { ...common, joined: [97, 98, 99, 100, 101].map((id) => ({ name: `m${id}` })), left: ['m10', 'm20'] },
    ]);
    expect(heard(101)).toMatchObject([{ ...common, joined: [], left: ['m10', 'm20'] }]);
  });

  it('waits longer in a large room, so that a crowd is not told of each of its members', () => {
    const stage = gathering('ana');
    come(stage, 2, 1_000);
    tell(stage);
    come(stage, 1_001, 1_001);
    tell(stage);
    come(stage, 1_002, 5_000);
    tell(stage);
    come(stage, 5_001, 5_001);
    expect(stage.pauses).toEqual([50, 1_001, 1_002, 2_000]);
  });
});

it('a list of members that is too long is left out, and its length is told', () => {
  const stage = new Stage();
  come(stage, 1, LIMITS.memberList);
  stage.connect(900);
  expect(stage.take(900)).toMatchObject([{ members: { length: 200 }, count: 200 }]);
  stage.say(900, { type: 'join', name: 'one-more' });
  expect(stage.last(900, 'joined')).toMatchObject({ members: [], count: 201 });
  stage.connect(901);
  expect(stage.take(901)).toMatchObject([
    { members: [], count: 201, text: expect.stringContaining('in #lobby: 201 members.') },
  ]);
});
