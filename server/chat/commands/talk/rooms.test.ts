import { describe, expect, it } from 'vitest';
import { roomRecord } from '../../../../test/support/chat/chat-records.ts';
import { TalkStage } from '../../../../test/support/chat/talkers.ts';
import { LIMITS } from '#protocol/limits';

/** 1 and 2 are fox, 3 owl, 4 a guest, 5 a moderator; fox has created the den, which is invite-only. */
function den(): TalkStage {
  const stage = new TalkStage()
    .seat(1, 'fox')
    .seat(2, 'fox')
    .seat(3, 'owl')
    .guest(4, 'ana')
    .seat(5, 'mod', 'moderator');
  return stage.say(1, { type: 'create', room: 'Den', access: 'invite' }).silence();
}

const full = () => {
  throw Object.assign(new Error('full'), { code: 'read_only' });
};

describe('create', () => {
  it('makes a room that is stored and stays when it is empty', () => {
    const stage = den().say(1, { type: 'create', room: 'Attic', access: 'public', ref: 'c' });
    expect(stage.transcript()).toEqual([
      [1, { type: 'done', of: 'create', ref: 'c', text: '#attic has been created.' }],
    ]);
    expect(stage.world.rooms.get('attic')).toEqual({
      name: 'attic',
      access: 'public',
      locked: false,
      slow: 0,
      createdBy: 'account:1',
      created: 1_000,
      invited: ['account:1'],
    });
    stage.say(3, { type: 'join', room: 'attic' }, { type: 'leave', room: 'attic' });
    expect(stage.core.state.rooms.has('attic')).toBe(true);
  });

  it('makes a room permanent if its maker is alone in it, but not if others are there', () => {
    const stage = den().say(1, { type: 'join', room: 'hut' }).say(2, { type: 'join', room: 'hut' });
    stage.say(4, { type: 'join', room: 'hall' }).silence();
    stage.say(1, { type: 'create', room: 'hut', access: 'public' });
    stage.say(1, { type: 'create', room: 'hall', access: 'invite', ref: 'c' });
    expect(stage.take(1)).toMatchObject([{ type: 'done' }, { code: 'room_exists', room: 'hall', ref: 'c' }]);
  });

  it.each([
    ['the lobby', 'lobby', 'room_exists'],
    ['an existing room, visible or not', 'den', 'room_exists'],
    ['an invalid name', '-', 'bad_name'],
  ])('is refused for %s', (_, room, code) => {
    const stage = den().say(3, { type: 'create', room, access: 'public', ref: 'c' });
    expect(stage.take(3)).toMatchObject([{ code, ref: 'c', room }]);
  });

  it('takes the name before it is stored', () => {
    const stage = den();
    stage.hold = true;
    stage.say(1, { type: 'create', room: 'hut', access: 'invite' });
    stage.say(3, { type: 'create', room: 'hut', access: 'public' }, { type: 'join', room: 'hut' });
    stage.release();
    expect(stage.take(1)).toMatchObject([{ type: 'done' }]);
    expect(stage.take(3)).toMatchObject([{ code: 'room_exists' }, { code: 'not_invited' }]);
    expect(stage.world.rooms.get('hut')?.createdBy).toBe('account:1');
  });

  it('leaves nothing behind when it cannot be stored', () => {
    const stage = new TalkStage({ answers: { saveRoom: full } }).seat(1, 'fox');
    stage.say(1, { type: 'create', room: 'hut', access: 'invite', ref: 'c' });
    expect(stage.take(1)).toMatchObject([{ code: 'read_only', ref: 'c' }]);
    expect(stage.core.state.rooms.has('hut')).toBe(false);
  });

  it('has a cap for each account, but not for moderators', () => {
    const stage = den();
    for (const [id, code] of [
      [1, 'too_many'],
      [5, undefined],
    ] as const) {
      for (let i = 0; i <= LIMITS.roomsPerAccount; i++)
        stage.say(id, { type: 'create', room: `r${id}-${i}`, access: 'public' });
      expect(stage.take(id).at(-1)).toMatchObject(code ? { code } : { type: 'done' });
    }
  });

  it('has a cap for the server', () => {
    const rooms = Array.from({ length: LIMITS.rooms - 1 }, (_, i) => ({ ...HALL, name: `r${i}` }));
    const stage = new TalkStage({ seed: { rooms } }).seat(5, 'mod', 'moderator');
    stage.say(5, { type: 'create', room: 'more', access: 'public' });
    expect(stage.take(5)).toMatchObject([{ code: 'too_many_rooms', room: 'more' }]);
  });

  it('is for accounts', () => {
    const stage = den().say(4, { type: 'create', room: 'hut', access: 'public', ref: 'c' });
    expect(stage.take(4)).toMatchObject([{ code: 'auth_required', ref: 'c' }]);
  });
});

describe('an invite-only room', () => {
  it('can be entered by its maker and by moderators, and by nobody else', () => {
    const stage = den();
    for (const id of [1, 3, 4, 5]) stage.say(id, { type: 'join', room: 'den' });
    expect(stage.take(1)).toMatchObject([{ type: 'joined', room: 'den' }, { type: 'member_joined' }]);
    expect(stage.take(3)).toMatchObject([{ code: 'not_invited', room: 'den' }]);
    expect(stage.take(4)).toMatchObject([{ code: 'not_invited', room: 'den' }]);
    expect(stage.take(5)).toMatchObject([{ type: 'joined', room: 'den' }]);
  });

  it('cannot be entered by someone who asked before it was made', () => {
    const stage = den();
    stage.hold = true;
    stage.say(4, { type: 'join', room: 'hut' });
    stage.say(1, { type: 'create', room: 'hut', access: 'invite' });
    stage.release();
    expect(stage.take(4)).toMatchObject([{ code: 'not_invited', room: 'hut' }]);
    expect(stage.core.state.rooms.get('hut')?.people.size).toBe(0);
  });

  it('gives no history, search, list of members or typing to those outside', () => {
    const stage = den().say(
      3,
      { type: 'history', room: 'den' },
      { type: 'search', room: 'den', text: 'x' },
      { type: 'who', room: 'den' },
      { type: 'typing', room: 'den' },
      { type: 'read', room: 'den', id: 1 },
    );
    expect(stage.take(3).map((message) => 'code' in message && message.code)).toEqual(
      Array(5).fill('not_joined'),
    );
  });
});

describe('invite', () => {
  it('tells every connection of the invited member, which may enter from then on', () => {
    const stage = den().say(1, { type: 'invite', room: 'den', name: 'OWL', ref: 'i' });
    expect(stage.transcript()).toEqual([
      [3, { type: 'invited', room: 'den', by: 'fox' }],
      [1, { type: 'done', of: 'invite', ref: 'i', text: 'owl may now enter #den.' }],
    ]);
    expect(stage.world.rooms.get('den')?.invited).toEqual(['account:1', 'account:2']);
    stage.say(3, { type: 'join', room: 'den' });
    expect(stage.take(3)).toMatchObject([{ type: 'joined', room: 'den' }]);
  });

  it('reaches guests who are here, and accounts whether they are here or not', () => {
    const stage = den();
    stage.addAccount('yak');
    stage.say(5, { type: 'invite', room: 'den', name: 'ana' }, { type: 'invite', room: 'den', name: 'yak' });
    expect(stage.take(4)).toMatchObject([{ type: 'invited', by: 'mod' }]);
    expect(stage.take(5)).toMatchObject([{ type: 'done' }, { type: 'done' }]);
    expect(stage.world.rooms.get('den')?.invited).toHaveLength(3);
    stage.disconnect(4).silence();
    stage.say(5, { type: 'invite', room: 'den', name: 'ana', ref: 'i' });
    expect(stage.take(5)).toMatchObject([{ code: 'no_such_member', got: 'ana', ref: 'i' }]);
  });

  it('happens once', () => {
    const stage = den();
    for (let i = 0; i < 2; i++) stage.say(1, { type: 'invite', room: 'den', name: 'owl' });
    expect(stage.types(3)).toEqual(['invited']);
    expect(stage.types(1)).toEqual(['done', 'done']);
  });

  it('takes effect twice when two members invite at the same time', () => {
    const stage = den();
    stage.hold = true;
    stage
      .say(1, { type: 'invite', room: 'den', name: 'owl' })
      .say(5, { type: 'invite', room: 'den', name: 'ana' });
    stage.release();
    expect(stage.world.rooms.get('den')?.invited).toHaveLength(3);
  });

  it.each([
    ['into a room that does not exist', 1, 'hut', 'owl', 'no_such_room'],
    ['into a room that the member cannot see', 3, 'den', 'owl', 'not_invited'],
    ['of nobody', 1, 'den', 'nobody', 'no_such_member'],
  ])('is refused %s', (_, who, room, name, code) => {
    const stage = den().say(who, { type: 'invite', room, name, ref: 'i' });
    expect(stage.take(who)).toMatchObject([{ code, ref: 'i', room }]);
  });

  it('is refused to members who were invited themselves', () => {
    const stage = den().say(1, { type: 'invite', room: 'den', name: 'owl' }).silence();
    stage.say(3, { type: 'invite', room: 'den', name: 'ana', ref: 'i' });
    expect(stage.transcript()).toMatchObject([[3, { code: 'forbidden', ref: 'i' }]]);
  });

  it('changes nothing in a room that is open to everyone', () => {
    const stage = den().say(1, { type: 'invite', room: 'lobby', name: 'owl' });
    expect(stage.transcript()).toMatchObject([[1, { type: 'done', text: '#lobby is open to everyone.' }]]);
  });

  it('has a cap', () => {
    const invited = Array.from({ length: LIMITS.invitations }, (_, i) => `account:${i + 10}`);
    const stage = new TalkStage({ seed: { rooms: [{ ...HALL, access: 'invite', invited }] } })
      .seat(5, 'mod', 'moderator')
      .seat(3, 'owl');
    stage.say(5, { type: 'invite', room: 'hall', name: 'owl' });
    expect(stage.take(5)).toMatchObject([{ code: 'too_many', room: 'hall' }]);
  });

  it('is taken back when it cannot be stored', () => {
    const room = { ...HALL, access: 'invite', createdBy: 'account:1', invited: ['account:1'] } as const;
    const stage = new TalkStage({ seed: { rooms: [room] }, answers: { saveRoom: full } });
    stage.seat(1, 'fox').seat(3, 'owl').say(1, { type: 'invite', room: 'hall', name: 'owl', ref: 'i' });
    stage.say(3, { type: 'join', room: 'hall' });
    expect(stage.take(1).at(-1)).toMatchObject({ code: 'read_only', ref: 'i' });
    expect(stage.take(3)).toMatchObject([{ code: 'not_invited' }]);
  });
});

describe('rooms', () => {
  it('shows which rooms are locked and slow, and invite-only rooms only to invited members', () => {
    const hall = { ...HALL, locked: true, slow: 30 };
    const stage = new TalkStage({ seed: { rooms: [hall, { ...HALL, name: 'den', access: 'invite' }] } });
    stage.seat(1, 'mod', 'moderator').guest(2, 'ana').say(1, { type: 'rooms' }).say(2, { type: 'rooms' });
    const open = [
      { name: 'lobby', members: 2 },
      { name: 'hall', members: 0, access: 'public', locked: true, slow: 30 },
    ];
    expect(stage.last(2, 'rooms').rooms).toEqual(open);
    const den = { name: 'den', members: 0, access: 'invite' };
    expect(stage.last(1, 'rooms').rooms).toEqual([open[0], den, open[1]]);
    stage.operate({ type: 'rooms' });
    expect(stage.operatorHeard()).toMatchObject([{ rooms: { length: 3 } }]);
  });
});

const HALL = roomRecord({ name: 'hall' });
