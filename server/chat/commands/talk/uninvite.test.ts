import { describe, expect, it } from 'vitest';
import { TalkStage } from '../../../../test/support/chat/talkers.ts';

/** 1 is fox, 2 and 3 are owl, 4 a guest, 5 a moderator; the den is fox's, and owl and the guest are invited. */
function den(options = {}): TalkStage {
  const stage = new TalkStage(options)
    .seat(1, 'fox')
    .seat(2, 'owl')
    .seat(3, 'owl')
    .guest(4, 'ana')
    .seat(5, 'mod', 'moderator');
  stage.say(1, { type: 'create', room: 'den', access: 'invite' });
  for (const name of ['owl', 'ana', 'mod']) stage.say(1, { type: 'invite', room: 'den', name });
  for (const id of [1, 2, 4, 5]) stage.say(id, { type: 'join', room: 'den' });
  stage.audit.length = 0;
  return stage.silence();
}

describe('uninvite', () => {
  it('puts the member out at once, tells it and the room, and keeps it out', () => {
    const stage = den().say(1, { type: 'uninvite', room: 'Den', name: 'OWL', ref: 'u' });
    const did = "withdrew owl's invitation to #den.";
    const notice = {
      type: 'notice',
      event: 'uninvited',
      room: 'den',
      name: 'owl',
      by: 'fox',
      text: `fox ${did}`,
    };
    expect(stage.take(2)).toMatchObject([notice, { type: 'left', room: 'den', reason: 'uninvited' }]);
    expect(stage.take(3)).toMatchObject([notice]);
    expect(stage.take(4)).toMatchObject([notice, { type: 'member_left', room: 'den', name: 'owl' }]);
    expect(stage.take(1)).toMatchObject([
      notice,
      { type: 'done', of: 'uninvite', ref: 'u', text: `You ${did}` },
      { type: 'member_left' },
    ]);
    expect(stage.world.rooms.get('den')?.invited).toEqual(['account:1', expect.any(String), 'account:3']);
    expect(stage.audit).toMatchObject([
      { event: 'room.uninvited', actor: 'fox', subject: 'owl', room: 'den' },
    ]);
    stage.say(2, { type: 'join', room: 'den' }, { type: 'say', text: 'x', room: 'den' });
    expect(stage.take(2)).toMatchObject([{ code: 'not_invited' }, { code: 'not_joined' }]);
  });

  it('stops a join that was under way', () => {
    const stage = den();
    stage.hold = true;
    stage.say(3, { type: 'join', room: 'den' }).say(1, { type: 'uninvite', room: 'den', name: 'owl' });
    stage.release();
    expect(stage.take(3).at(-1)).toMatchObject({ type: 'notice', event: 'uninvited' });
    expect(stage.core.state.rooms.get('den')?.audience.has(3)).toBe(false);
  });

  it('leaves members in the room who may be there without an invitation', () => {
    const stage = den().say(1, { type: 'uninvite', room: 'den', name: 'mod' });
    expect(stage.types(5)).toEqual(['notice']);
    expect(stage.core.state.rooms.get('den')?.audience.has(5)).toBe(true);
  });

  it('is only for members who may invite', () => {
    const stage = den();
    stage.say(5, { type: 'uninvite', room: 'den', name: 'ana' });
    expect(stage.last(4, 'left')).toEqual({ type: 'left', room: 'den', reason: 'uninvited' });
    stage.operate({ type: 'uninvite', room: 'den', name: 'owl', ref: 'o' });
    expect(stage.operatorHeard()).toMatchObject([{ type: 'done', ref: 'o' }]);
    stage.silence().say(1, { type: 'invite', room: 'den', name: 'owl' }).silence();
    stage.say(2, { type: 'uninvite', room: 'den', name: 'mod', ref: 'u' });
    expect(stage.transcript()).toMatchObject([[2, { code: 'forbidden', ref: 'u' }]]);
  });

  it('of the maker of the room is for moderators alone', () => {
    const stage = den().say(1, { type: 'uninvite', room: 'den', name: 'fox', ref: 'u' });
    expect(stage.transcript()).toMatchObject([[1, { code: 'forbidden', ref: 'u' }]]);
    stage.say(5, { type: 'uninvite', room: 'den', name: 'fox' });
    expect(stage.last(1, 'left').reason).toBe('uninvited');
    // The maker can still remove a room that counts as its own.
    stage.say(1, { type: 'remove', room: 'den' });
    expect(stage.last(1, 'done').of).toBe('remove');
  });

  it.each([
    ['a member without one', 1, 'den', 'yak', { text: 'yak has no invitation to #den.' }],
    ['in a room that is open to everyone', 1, 'lobby', 'owl', { text: '#lobby is open to everyone.' }],
    ['of nobody', 1, 'den', 'nobody', { code: 'no_such_member', got: 'nobody' }],
    ['in a room that does not exist', 1, 'hut', 'owl', { code: 'no_such_room' }],
    ['in a room that the member cannot see', 6, 'den', 'owl', { code: 'not_invited' }],
  ])('%s changes nothing', (_, who, room, name, answer) => {
    const stage = den().seat(6, 'elk');
    stage.addAccount('yak');
    stage.asked.length = 0;
    stage.say(who, { type: 'uninvite', room, name, ref: 'u' });
    expect(stage.transcript()).toMatchObject([[who, { ...answer, ref: 'u' }]]);
    expect(stage.asked).not.toContain('saveRoom');
  });

  it('is taken back when it cannot be stored', () => {
    let isFull = false;
    const stage = den({
      answers: {
        saveRoom: () => {
          if (isFull) throw Object.assign(new Error('full'), { code: 'read_only' });
        },
      },
    });
    isFull = true;
    stage.say(1, { type: 'uninvite', room: 'den', name: 'owl', ref: 'u' });
    expect(stage.transcript()).toMatchObject([[1, { code: 'read_only', ref: 'u' }]]);
    stage.say(3, { type: 'join', room: 'den' });
    expect(stage.last(3, 'joined').room).toBe('den');
  });
});
