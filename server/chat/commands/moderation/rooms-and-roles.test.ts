import { describe, expect, it } from 'vitest';
import { BOSS, GUEST, MOD, USER, crowd } from '../../../../test/support/chat/crowd.ts';
import { Stage } from '../../../../test/support/chat/stage.ts';

describe('lock', () => {
  it('lets only moderators speak, until it is lifted, and outlives a restart', () => {
    const stage = crowd().say(MOD, { type: 'lock', room: 'lobby', locked: true, ref: 'k' });
    expect(stage.take(MOD)).toMatchObject([
      { type: 'notice', event: 'locked' },
      { type: 'done', ref: 'k' },
    ]);
    expect(stage.take(USER)).toMatchObject([{ text: 'mod locked #lobby.' }]);
    stage.say(USER, { type: 'say', text: 'x' }).say(MOD, { type: 'say', text: 'y' });
    expect(stage.take(USER)).toMatchObject([{ code: 'room_locked' }, { type: 'message', text: 'y' }]);
    const again = new Stage({ seed: { rooms: [...stage.world.rooms.values()] } });
    again.connect(1).say(1, { type: 'join' }, { type: 'say', text: 'x' });
    expect(again.last(1, 'error').code).toBe('room_locked');
    stage.say(
      MOD,
      { type: 'lock', room: 'lobby', locked: false },
      { type: 'lock', room: 'none', locked: true },
    );
    expect(stage.last(MOD, 'error')).toMatchObject({ code: 'no_such_room', room: 'none' });
    stage.heard.clear();
    stage.say(USER, { type: 'say', text: 'x' });
    expect(stage.types(USER)).toEqual(['ack']);
  });

  it('changes nothing when it cannot be stored', () => {
    const stage = crowd({
      saveRoom: () => {
        throw new Error('disk');
      },
    }).say(MOD, { type: 'lock', room: 'lobby', locked: true });
    expect(stage.last(MOD, 'error').code).toBe('storage_failed');
    stage.say(USER, { type: 'say', text: 'x' });
    expect(stage.types(USER)).toEqual(['ack']);
  });
});

describe('slow', () => {
  it('makes members wait between two messages', () => {
    const stage = crowd().say(MOD, { type: 'slow', room: 'lobby', seconds: 5 });
    expect(stage.take(GUEST)).toMatchObject([{ type: 'notice', event: 'slowed', seconds: 5 }]);
    stage.say(GUEST, { type: 'say', text: 'a' }, { type: 'say', text: 'b' });
    expect(stage.take(GUEST)).toMatchObject([{ type: 'ack' }, { code: 'slow_mode', retry_after: 5 }]);
  });
});

describe('appoint', () => {
  it('takes effect at once, on every open connection', () => {
    const stage = crowd().arrive(9, 'ula');
    stage.say(BOSS, { type: 'appoint', name: 'ula', role: 'moderator' });
    expect(stage.last(USER, 'notice')).toMatchObject({
      event: 'role',
      name: 'ula',
      role: 'moderator',
      by: 'boss',
    });
    for (const id of [USER, 9]) {
      stage.take(id);
      stage.say(id, { type: 'bans' });
      expect(stage.types(id)).toEqual(['bans']);
    }
    stage.say(BOSS, { type: 'appoint', name: 'ula', role: 'user' }).take(9);
    stage.say(9, { type: 'bans' });
    expect(stage.take(9)).toMatchObject([{ type: 'error', code: 'forbidden' }]);
    expect(stage.audit.at(-1)).toMatchObject({ event: 'moderation.refused', actor: 'ula', detail: 'bans' });
  });

  it('takes effect for a login that was under way', () => {
    const stage = crowd();
    stage.connect(9, 'tls');
    stage.hold = true;
    stage.say(9, { type: 'login', name: 'mod', password: 'correct horse battery' });
    stage.hold = false;
    stage.disconnect(MOD).say(BOSS, { type: 'appoint', name: 'mod', role: 'user' }).release();
    expect(stage.last(9, 'auth_success').role).toBe('user');
  });

  it('is for accounts only, and not for those of the same rank', () => {
    const stage = crowd();
    stage.addAccount('chief', 'admin');
    stage.say(BOSS, { type: 'appoint', name: 'gus', role: 'moderator', ref: 'a' });
    expect(stage.take(BOSS)).toMatchObject([{ code: 'no_such_member', ref: 'a' }]);
    stage.say(BOSS, { type: 'appoint', name: 'chief', role: 'user' });
    expect(stage.take(BOSS)).toMatchObject([{ code: 'outranked' }]);
  });

  it('never leaves the server without an admin, even when two step down at the same time', () => {
    const stage = crowd();
    stage.say(BOSS, { type: 'appoint', name: 'boss', role: 'user' });
    expect(stage.take(BOSS)).toMatchObject([{ code: 'last_admin' }]);
    stage.addAccount('chief', 'admin');
    stage.arrive(9, 'chief').heard.clear();
    stage.hold = true;
    stage.say(BOSS, { type: 'appoint', name: 'boss', role: 'user' });
    stage.say(9, { type: 'appoint', name: 'chief', role: 'user' }).release();
    expect(stage.last(BOSS, 'done').of).toBe('appoint');
    expect(stage.last(9, 'error').code).toBe('last_admin');
    expect(stage.world.answers.countAdmins({})).toBe(1);
  });
});
