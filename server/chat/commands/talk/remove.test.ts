import { describe, expect, it } from 'vitest';
import { muteOf, roomRecord } from '../../../../test/support/chat/chat-records.ts';
import { PASSWORD } from '../../../../test/support/chat/stage.ts';
import { TalkStage } from '../../../../test/support/chat/talkers.ts';
import { accountAuthor } from '../../authors.ts';
import { LIMITS } from '#protocol/limits';

/** 1 and 2 are fox, 3 owl, 4 a guest, 5 a moderator, all in the attic, which belongs to fox. */
function attic(options = {}): TalkStage {
  const stage = new TalkStage(options)
    .seat(1, 'fox')
    .seat(2, 'fox')
    .seat(3, 'owl')
    .guest(4, 'ana')
    .seat(5, 'mod', 'moderator');
  stage.say(1, { type: 'create', room: 'Attic', access: 'public' });
  for (const id of [1, 2, 3, 4, 5]) stage.say(id, { type: 'join', room: 'attic' });
  return stage.silence();
}

const full = () => {
  throw Object.assign(new Error('full'), { code: 'read_only' });
};

describe('remove', () => {
  it('tells everyone in the room, and puts them out of it', () => {
    const stage = attic().say(1, { type: 'remove', room: 'ATTIC', ref: 'r' });
    const notice = {
      type: 'notice',
      event: 'removed',
      room: 'attic',
      by: 'fox',
      text: 'fox removed #attic.',
    };
    const left = { type: 'left', room: 'attic', reason: 'room_removed' };
    expect(stage.take(1)).toMatchObject([
      notice,
      left,
      { type: 'done', of: 'remove', ref: 'r', text: 'You removed #attic. Messages deleted: 0.' },
    ]);
    for (const id of [2, 3, 4, 5]) expect(stage.take(id)).toMatchObject([notice, left]);
    expect([stage.core.state.rooms.has('attic'), stage.world.rooms.has('attic')]).toEqual([false, false]);
    stage.say(3, { type: 'say', text: 'x', room: 'attic' }, { type: 'say', text: 'x' });
    expect(stage.take(3)).toMatchObject([
      { code: 'not_joined', room: 'attic' },
      { type: 'ack', room: 'lobby' },
    ]);
    expect(stage.audit).toMatchObject([
      { event: 'room.removed', actor: 'fox', room: 'attic', detail: 'messages deleted: 0' },
    ]);
  });

  it('deletes what was said: for the maker, since the room was made; for a moderator, all of it', () => {
    for (const [who, left] of [
      [1, [1]],
      [5, []],
    ] as const) {
      const stage = new TalkStage().seat(1, 'fox').seat(5, 'mod', 'moderator');
      stage.say(1, { type: 'join', room: 'attic' }, { type: 'say', text: 'before' });
      stage.now += 1;
      stage.say(1, { type: 'create', room: 'attic', access: 'invite' }, { type: 'say', text: 'after' });
      stage.say(who, { type: 'remove', room: 'attic' });
      expect([...stage.world.said.keys()]).toEqual(left);
    }
  });

  it('removes invitations and mutes, so that a new room with this name starts without them', () => {
    const stage = attic().say(5, { type: 'mute', name: 'ana', seconds: 60, room: 'attic' });
    stage.say(5, { type: 'mute', name: 'owl', seconds: 60 }, { type: 'remove', room: 'attic' });
    expect([...stage.world.sanctions.values()].map(({ name }) => name)).toEqual(['owl']);
    stage.say(4, { type: 'join', room: 'attic' }, { type: 'say', text: 'x' });
    expect(stage.last(4, 'ack').room).toBe('attic');
    stage
      .say(4, { type: 'leave', room: 'attic' })
      .say(3, { type: 'create', room: 'attic', access: 'invite' });
    expect(stage.world.rooms.get('attic')?.invited).toEqual([accountAuthor(2)]);
  });

  it('is for its maker, for moderators and for the operator', () => {
    for (const who of [1, 5]) {
      const stage = attic().say(who, { type: 'remove', room: 'attic' });
      expect(stage.last(who, 'done').of).toBe('remove');
    }
    const stage = attic();
    stage.say(3, { type: 'remove', room: 'attic', ref: 'r' });
    stage.say(4, { type: 'remove', room: 'attic', ref: 'r' });
    expect(stage.take(3)).toMatchObject([{ code: 'forbidden', room: 'attic', ref: 'r' }]);
    expect(stage.take(4)).toMatchObject([{ code: 'auth_required', ref: 'r' }]);
    stage.operate({ type: 'remove', room: 'attic', ref: 'o' });
    expect(stage.operatorHeard()).toMatchObject([{ type: 'done', ref: 'o' }]);
    expect(stage.take(1)).toMatchObject([{ by: 'operator' }, { type: 'left' }]);
  });

  it.each([
    ['the lobby', 'lobby', 'default_room'],
    ['a temporary room', 'hut', 'not_kept'],
    ['a room that does not exist', 'none', 'no_such_room'],
    ['an invalid name', '-', 'no_such_room'],
  ])('is refused for %s', (_, room, code) => {
    const stage = attic().say(3, { type: 'join', room: 'hut' }).silence();
    stage.say(5, { type: 'remove', room, ref: 'r' });
    expect(stage.transcript()).toMatchObject([[5, { code, room, ref: 'r' }]]);
  });

  it('is refused for the lobby, even when a moderator has changed it', () => {
    const stage = attic().say(5, { type: 'slow', room: 'lobby', seconds: 5 }).silence();
    stage.operate({ type: 'remove', room: 'lobby' });
    expect(stage.operatorHeard()).toMatchObject([{ code: 'default_room' }]);
    expect(stage.core.state.rooms.has('lobby')).toBe(true);
  });

  it('does not reveal an invite-only room to others', () => {
    const den = roomRecord({ name: 'den', access: 'invite' });
    const stage = new TalkStage({ seed: { rooms: [den] } }).seat(3, 'owl');
    stage.say(3, { type: 'remove', room: 'den' });
    expect(stage.take(3)).toMatchObject([{ code: 'not_invited' }]);
  });
});

describe('while a room is being removed', () => {
  function going(): TalkStage {
    const stage = attic().say(3, { type: 'say', text: 'one', room: 'attic' }).silence();
    stage.hold = true;
    return stage.say(1, { type: 'remove', room: 'attic' });
  }

  it('nothing can be said in it, and no reply that was under way comes after the deletion', () => {
    const stage = attic().say(3, { type: 'say', text: 'one', room: 'attic' }).silence();
    stage.hold = true;
    stage.say(4, { type: 'say', text: 'two', room: 'attic', reply_to: 1, ref: 'x' });
    stage.say(1, { type: 'remove', room: 'attic' });
    stage.say(3, { type: 'say', text: 'three', room: 'attic', ref: 'y' }).release();
    expect(stage.commits).toHaveLength(1);
    expect(stage.take(4)).toContainEqual(expect.objectContaining({ code: 'no_such_message', ref: 'x' }));
    expect(stage.take(3)).toContainEqual(expect.objectContaining({ code: 'room_removed', ref: 'y' }));
    expect(stage.world.said.size).toBe(0);
  });

  it('nothing can be changed in it that would bring it back', () => {
    const stage = going();
    stage.say(
      5,
      { type: 'lock', room: 'attic', locked: true },
      { type: 'slow', room: 'attic', seconds: 5 },
      { type: 'mute', name: 'ana', seconds: 5, room: 'attic' },
      { type: 'invite', room: 'attic', name: 'owl' },
      { type: 'remove', room: 'attic' },
    );
    stage.say(5, { type: 'create', room: 'attic', access: 'public' }).release();
    const codes = stage.take(5).flatMap((message) => (message.type === 'error' ? [message.code] : []));
    expect(codes).toEqual([...Array<string>(5).fill('no_such_room'), 'room_exists']);
    expect([stage.world.rooms.size, stage.world.sanctions.size]).toEqual([0, 0]);
  });

  it.each(['invite', 'uninvite'] as const)(
    'an %s comes too late if its member is still being looked up',
    (type) => {
      const stage = new TalkStage().seat(1, 'fox').seat(5, 'mod', 'moderator');
      stage.connect(6, 'tls');
      stage.say(1, { type: 'create', room: 'den', access: 'invite' }).silence();
      stage.hold = true;
      stage
        // Until the account is created, its name must be looked up.
        .say(6, { type: 'register', name: 'yak', password: PASSWORD })
        .say(1, { type, room: 'den', name: 'yak', ref: 'i' })
        .say(5, { type: 'remove', room: 'den' })
        .release();
      expect(stage.take(1)).toMatchObject([{ code: 'no_such_room', ref: 'i' }]);
      expect(stage.world.rooms.size).toBe(0);
    },
  );

  it('the room goes on as before when it could not be removed', () => {
    const stage = attic({ answers: { removeRoom: full } }).say(1, {
      type: 'remove',
      room: 'attic',
      ref: 'r',
    });
    expect(stage.transcript()).toMatchObject([[1, { code: 'read_only', ref: 'r' }]]);
    stage.say(3, { type: 'say', text: 'x', room: 'attic' });
    expect(stage.types(3)).toEqual(['ack']);
  });
});

describe('a client that was not connected when an invite-only room was removed', () => {
  it('does not unknowingly come back into a public room of that name', () => {
    const stage = new TalkStage().seat(1, 'fox').say(1, { type: 'create', room: 'den', access: 'invite' });
    stage.say(1, { type: 'join', room: 'den' }, { type: 'say', text: 'psst' });
    stage.operate({ type: 'remove', room: 'den' });
    stage.silence().say(1, { type: 'join', room: 'den', after: 1 });
    expect(stage.take(1)).toMatchObject([{ code: 'room_removed', room: 'den' }]);
    stage.say(1, { type: 'join', room: 'den' }, { type: 'say', text: 'hi', room: 'den' });
    expect(stage.types(1)).toEqual(['joined', 'ack']);
    stage.say(1, { type: 'join', room: 'den', after: 2 });
    expect(stage.types(1)).toEqual(['joined']);
  });

  it('comes back as usual if the room was public', () => {
    const stage = attic().say(1, { type: 'remove', room: 'attic' }).silence();
    stage.say(3, { type: 'join', room: 'attic', after: 0 });
    expect(stage.types(3)).toEqual(['joined']);
  });

  it('is told so for as many removed rooms as there can be rooms', () => {
    const stage = new TalkStage().seat(5, 'mod', 'moderator');
    for (let i = 0; i <= LIMITS.rooms; i++)
      stage.say(5, { type: 'create', room: `r-${i}`, access: 'invite' }, { type: 'remove', room: `r-${i}` });
    stage.silence();
    stage.say(5, { type: 'join', room: 'r-0', after: 0 }, { type: 'join', room: 'r-1', after: 0 });
    expect(stage.take(5)).toMatchObject([
      { type: 'joined', room: 'r-0' },
      { code: 'room_removed', room: 'r-1' },
    ]);
  });
});

it('removing a room lifts its mutes from before a restart, too', () => {
  const room = roomRecord({ name: 'attic', createdBy: 'account:1' });
  const sanctions = [muteOf('account:9', { room: 'attic' })];
  const stage = new TalkStage({ seed: { rooms: [room], sanctions } }).seat(1, 'fox');
  stage.say(1, { type: 'remove', room: 'attic' });
  expect(stage.core.state.sanctions.size).toBe(0);
});
