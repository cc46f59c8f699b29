import { describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol/limits';
import { NOTHING, Stage, lobbyOf } from '../../test/support/chat/stage.ts';
import type { LoadRequest, SessionId } from './effects.ts';

describe('arriving', () => {
  it('welcomes with a guest name that nobody else gets', () => {
    const stage = new Stage().connect(1).connect(2);
    const [first] = stage.take(1);
    const [second] = stage.take(2);
    if (first?.type !== 'welcome' || second?.type !== 'welcome') throw new Error('no welcome');
    expect(first.name).not.toBe(second.name);
  });

  it('tells the others who has come, and the newcomer who is there', () => {
    const stage = lobbyOf('ana').connect(2, 'tls').say(2, { type: 'join', name: 'bo' });
    expect(stage.take(1)).toEqual([{ type: 'member_joined', room: 'lobby', name: 'bo', via: 'tls' }]);
    expect(stage.take(2).at(-1)).toMatchObject({
      type: 'joined',
      name: 'bo',
      members: ['ana', 'bo'],
      count: 2,
    });
  });

  it('refuses a taken name, in any spelling, with names that are free', () => {
    const stage = lobbyOf('Ana').connect(2, 'psk');
    stage.take(2);
    for (const name of ['Ana', 'ana', 'ANA', 'Ａｎａ', ' ana ']) {
      stage.say(2, { type: 'join', name });
      const [refusal] = stage.take(2);
      expect(refusal).toMatchObject({ type: 'error', code: 'name_taken', fatal: false });
      if (refusal?.type !== 'error') throw new Error('no refusal');
      expect(refusal.suggestions).toHaveLength(3);
    }
    stage.say(2, { type: 'join', name: 'Ana-psk' });
    expect(stage.take(2)).toMatchObject([{ type: 'joined', name: 'Ana-psk' }]);
  });

  it.each(['', ' ', 'a b', '-x', 'x'.repeat(33), 'a\u0007', '<b>', '\u202Eevil'])(
    'refuses the name %j',
    (name) => {
      const stage = new Stage().connect(1);
      stage.take(1);
      stage.say(1, { type: 'join', name });
      expect(stage.take(1)).toMatchObject([{ type: 'error', code: 'bad_name' }]);
    },
  );

  it('takes names of many scripts', () => {
    const stage = lobbyOf('Zoë', 'Мария', '小明', 'मीरा');
    stage.say(1, { type: 'join', room: 'lobby' });
    expect(stage.take(1)).toMatchObject([{ type: 'joined', members: ['Zoë', 'Мария', '小明', 'मीरा'] }]);
  });
});

describe('talking', () => {
  it('acknowledges to the author and tells everyone else, only after the commit', () => {
    const stage = lobbyOf('ana', 'bo', 'cy');
    stage.hold = true;
    stage.say(1, { type: 'say', text: 'hi', ref: 'r1' });
    expect([stage.types(1), stage.types(2), stage.types(3)]).toEqual([[], [], []]);
    stage.perform(stage.core.committed(stage.commits));
    expect(stage.take(1)).toEqual([{ type: 'ack', ref: 'r1', id: 1, room: 'lobby', ts: 1_000 }]);
    const message = {
      type: 'message',
      id: 1,
      room: 'lobby',
      from: 'ana',
      text: 'hi',
      ts: 1_000,
      via: 'plain',
    };
    expect([stage.take(2), stage.take(3)]).toEqual([[message], [message]]);
  });

  it('goes on counting where the store stopped', () => {
    const stage = new Stage({ seed: { lastId: 41 } })
      .connect(1)
      .say(1, { type: 'join' }, { type: 'say', text: 'hi' });
    expect(stage.commits).toMatchObject([{ id: 42 }]);
  });

  it('tells the author, and nobody else, when the commit fails', () => {
    const stage = lobbyOf('ana', 'bo');
    stage.hold = true;
    stage.say(1, { type: 'say', text: 'hi', ref: 'r1' });
    stage.perform(stage.core.commitFailed(stage.commits));
    expect(stage.take(1)).toMatchObject([{ type: 'error', code: 'storage_failed', ref: 'r1', fatal: false }]);
    expect(stage.take(2)).toEqual([]);
    stage.hold = false;
    stage.say(1, { type: 'say', text: 'hi', ref: 'r1' });
    expect(stage.types(1)).toEqual(['ack']);
  });

  it('stores a message sent again under the same ref once', () => {
    const stage = lobbyOf('ana', 'bo').say(
      1,
      { type: 'say', text: 'hi', ref: 'r1' },
      { type: 'say', text: 'hi', ref: 'r1' },
    );
    expect(stage.take(1)).toMatchObject([
      { type: 'ack', id: 1 },
      { type: 'ack', id: 1 },
    ]);
    expect(stage.types(2)).toEqual(['message']);
  });

  it('refuses what is said outside a room, or before the first join', () => {
    const stage = lobbyOf('ana').connect(2);
    stage.take(2);
    stage.say(1, { type: 'say', room: 'attic', text: 'hi', ref: 'r' }).say(2, { type: 'say', text: 'hi' });
    expect(stage.take(1)).toMatchObject([{ type: 'error', code: 'not_joined', ref: 'r', room: 'attic' }]);
    expect(stage.take(2)).toMatchObject([{ type: 'error', code: 'not_joined' }]);
    expect(stage.commits).toEqual([]);
  });

  it('refuses more messages than may wait for the store', () => {
    const stage = lobbyOf('ana');
    stage.hold = true;
    for (let i = 0; i <= LIMITS.commitQueue; i++) stage.say(1, { type: 'say', text: 'x' });
    expect(stage.take(1)).toMatchObject([{ type: 'error', code: 'busy' }]);
    expect(stage.commits).toHaveLength(LIMITS.commitQueue);
  });
});

describe('rooms', () => {
  it('keeps what is said in a room inside it', () => {
    const stage = lobbyOf('ana', 'bo', 'cy');
    stage.say(1, { type: 'join', room: 'Attic' }).say(2, { type: 'join', room: 'attic' });
    for (const id of [1, 2, 3]) stage.take(id);
    stage.say(1, { type: 'say', text: 'up here' });
    expect(stage.take(2)).toMatchObject([{ type: 'message', room: 'attic', text: 'up here' }]);
    expect(stage.take(3)).toEqual([]);
  });

  it('lists them, the fullest first, and forgets an empty one', () => {
    const stage = lobbyOf('ana', 'bo').say(1, { type: 'join', room: 'attic' });
    stage.take(1);
    stage.say(1, { type: 'rooms' });
    expect(stage.take(1)).toEqual([
      {
        type: 'rooms',
        rooms: [
          { name: 'lobby', members: 2 },
          { name: 'attic', members: 1 },
        ],
      },
    ]);
    stage.say(1, { type: 'leave', room: 'attic' }, { type: 'rooms' });
    expect(stage.take(1)).toEqual([
      { type: 'left', room: 'attic' },
      { type: 'rooms', rooms: [{ name: 'lobby', members: 2 }] },
    ]);
  });

  it('tells those who stay that someone has left', () => {
    const stage = lobbyOf('ana', 'bo').say(1, { type: 'leave', room: 'lobby' });
    expect(stage.take(2)).toEqual([{ type: 'member_left', room: 'lobby', name: 'ana' }]);
  });

  it('has a cap for each member, even when the joins come at once', () => {
    const stage = lobbyOf('ana');
    stage.hold = true;
    const joins = Array.from(
      { length: LIMITS.roomsPerMember },
      (_, i) => ({ type: 'join', room: `r${i}` }) as const,
    );
    stage.say(1, ...joins);
    for (const load of stage.loads.splice(1)) stage.perform(stage.core.loaded(load, NOTHING));
    expect(stage.types(1).filter((type) => type === 'error')).toHaveLength(1);
  });

  it('has a cap on requests that wait for the store', () => {
    const stage = lobbyOf('ana');
    stage.hold = true;
    for (let i = 0; i < LIMITS.pendingLoads + 1; i++) stage.say(1, { type: 'history' });
    expect(stage.take(1)).toMatchObject([{ type: 'error', code: 'busy' }]);
  });
});

describe('history', () => {
  it('gives a joiner what the store has, and lets the joiner in only then', () => {
    const stage = lobbyOf('ana').connect(2);
    stage.take(2);
    stage.hold = true;
    stage.say(2, { type: 'join', name: 'bo', after: 7, limit: 3 });
    expect(stage.loads.at(-1)).toEqual({
      session: 2,
      purpose: 'join',
      query: { room: 'lobby', after: 7, limit: 3, changes: {} },
    });
    stage.say(1, { type: 'say', text: 'during' });
    stage.perform(stage.core.committed(stage.commits));
    expect(stage.take(2)).toEqual([]);
    const messages = [{ id: 8, from: 'ana', text: 'during', ts: 1_000, via: 'plain' }];
    stage.perform(stage.core.loaded(stage.loads.at(-1) as LoadRequest, { messages, more: true }));
    expect(stage.take(2)).toMatchObject([{ type: 'joined', messages, more: true }]);
  });

  it('is only for members of the room', () => {
    const stage = lobbyOf('ana').say(1, { type: 'history', room: 'attic' });
    expect(stage.take(1)).toMatchObject([{ type: 'error', code: 'not_joined' }]);
  });
});

describe('going and coming back', () => {
  const tokenOf = (stage: Stage, id: SessionId): string => {
    stage.say(id, { type: 'join' });
    const joined = stage.take(id).at(-1);
    if (joined?.type !== 'joined') throw new Error('not joined');
    return joined.token ?? '';
  };

  it('keeps the name for the holder of the token, and gives it to others after a while', () => {
    const stage = lobbyOf('ana', 'bo');
    stage.perform(stage.core.disconnect(1, stage.now));
    expect(stage.take(2)).toEqual([{ type: 'member_left', room: 'lobby', name: 'ana' }]);
    stage.connect(3).say(3, { type: 'join', name: 'ana' });
    expect(stage.types(3)).toEqual(['welcome', 'error']);
    stage.now += LIMITS.nameHold;
    stage.say(3, { type: 'join', name: 'ana' });
    expect(stage.types(3)).toEqual(['joined']);
  });

  it('frees the name at once after bye', () => {
    const stage = lobbyOf('ana').say(1, { type: 'bye' });
    expect(stage.closed).toEqual([[1, 'done']]);
    stage.perform(stage.core.disconnect(1, stage.now));
    stage.connect(2).say(2, { type: 'join', name: 'ana' });
    expect(stage.types(2)).toEqual(['welcome', 'joined']);
  });

  it('moves the member to a new connection and closes the old one', () => {
    const stage = lobbyOf('ana', 'bo');
    const token = tokenOf(stage, 1);
    stage.connect(3, 'tls').say(3, { type: 'join', name: 'ana', token });
    expect(stage.take(3).at(-1)).toMatchObject({ type: 'joined', name: 'ana', token });
    expect(stage.take(1)).toMatchObject([{ type: 'error', code: 'replaced', fatal: true }]);
    expect(stage.closed).toEqual([[1, 'replaced']]);
    stage.perform(stage.core.disconnect(1, stage.now));
    stage.say(3, { type: 'say', text: 'me again' });
    expect(stage.take(2).at(-1)).toMatchObject({ type: 'message', from: 'ana', via: 'tls' });
  });

  it('acknowledges on the new connection what was sent on the old one', () => {
    const stage = lobbyOf('ana', 'bo');
    const token = tokenOf(stage, 1);
    stage.hold = true;
    stage.say(1, { type: 'say', text: 'hi', ref: 'r1' });
    stage.perform(stage.core.disconnect(1, stage.now));
    stage.hold = false;
    stage.connect(3).say(3, { type: 'join', token }, { type: 'say', text: 'hi', ref: 'r1' });
    stage.take(3);
    stage.perform(stage.core.committed(stage.commits));
    expect(stage.take(3)).toMatchObject([{ type: 'ack', ref: 'r1', id: 1 }]);
    expect(stage.commits).toHaveLength(1);
  });

  it('stores a message once, however long ago it was first sent, and acknowledges it again', () => {
    const stage = lobbyOf('ana', 'bo');
    const token = tokenOf(stage, 1);
    stage.say(1, { type: 'say', text: 'hi', ref: 'r1' });
    const [said] = stage.take(1);
    stage.disconnect(1).take(2);
    stage.now += 10 * LIMITS.nameHold;
    stage.connect(3).say(3, { type: 'join', token });
    for (const id of [2, 3]) stage.take(id);
    stage.say(3, { type: 'say', text: 'hi', ref: 'r1' });
    expect(said).toMatchObject({ type: 'ack', ref: 'r1', id: 1 });
    expect([stage.take(3), stage.take(2)]).toEqual([[said], []]);
    expect(stage.world.said.size).toBe(1);
  });

  it('remembers no more absent members than its cap', () => {
    const stage = new Stage();
    const tokens: string[] = [];
    for (let i = 1; i <= LIMITS.absentMembers + 2; i++) {
      stage.connect(i).say(i, { type: 'join', name: `m${i}` });
      const joined = stage.take(i).at(-1);
      if (joined?.type === 'joined') tokens.push(joined.token ?? '');
      stage.perform(stage.core.disconnect(i, stage.now));
    }
    stage.connect(1).say(1, { type: 'join', name: 'm1' });
    expect(stage.types(1)).toEqual(['welcome', 'joined']);
    expect(new Set(tokens).size).toBe(LIMITS.absentMembers + 2);
  });

  it('remembers as many absent members, however many are connected and have joined nothing', () => {
    const stage = new Stage();
    const lurkers = Array.from({ length: 50 }, (_, i) => LIMITS.absentMembers + 10 + i);
    for (const id of lurkers) stage.connect(id);
    for (let i = 1; i <= LIMITS.absentMembers + 2; i++) {
      stage.connect(i).say(i, { type: 'join', name: `m${i}` });
      stage.perform(stage.core.disconnect(i, stage.now));
    }
    expect(stage.core.state.members.size).toBe(LIMITS.absentMembers);
    for (const id of lurkers) stage.say(id, { type: 'join' });
    expect(stage.core.state.members.size).toBe(LIMITS.absentMembers + lurkers.length);
  });
});
