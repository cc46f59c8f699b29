import { describe, expect, it } from 'vitest';
import { BOSS, GUEST, MOD, PEER, USER, crowd } from '../../../../test/support/chat/crowd.ts';

describe('unmute', () => {
  it('is announced to the muted member, even if it has joined no room, and to those in its rooms', () => {
    const stage = crowd().say(MOD, { type: 'mute', name: 'ula', seconds: 60 });
    stage.connect(9, 'tls').say(9, { type: 'login', name: 'ula', password: 'correct horse battery' });
    stage.heard.clear();
    stage.say(MOD, { type: 'unmute', name: 'ULA', ref: 'u' });
    const notice = {
      type: 'notice',
      event: 'unmuted',
      name: 'ula',
      by: 'mod',
      text: 'mod let ula speak again.',
    };
    for (const id of [USER, 9, GUEST]) expect(stage.take(id)).toMatchObject([notice]);
    expect(stage.take(MOD)).toMatchObject([
      notice,
      { type: 'done', ref: 'u', text: 'You let ula speak again.' },
    ]);
  });

  it('is announced to a guest that came back under its name', () => {
    const stage = crowd().say(MOD, { type: 'mute', name: 'gus', seconds: 600 });
    stage.disconnect(GUEST);
    stage.now += 60_000;
    stage.connect(9).say(9, { type: 'join', room: 'attic', name: 'gus' }, { type: 'say', text: 'x' });
    expect(stage.last(9, 'error').code).toBe('muted');
    stage.say(MOD, { type: 'unmute', name: 'gus' });
    expect(stage.take(9)).toMatchObject([{ type: 'notice', event: 'unmuted' }]);
  });

  it('in one room is announced there, and leaves a mute on the whole server in force', () => {
    const stage = crowd()
      .say(GUEST, { type: 'join', room: 'attic' })
      .say(USER, { type: 'join', room: 'hut' });
    stage.say(
      MOD,
      { type: 'mute', name: 'gus', seconds: 60, room: 'attic' },
      { type: 'mute', name: 'gus', seconds: 60 },
    );
    stage.heard.clear();
    stage.say(MOD, { type: 'unmute', name: 'gus', room: 'Attic' });
    expect(stage.take(GUEST)).toMatchObject([{ room: 'attic', text: 'mod let gus speak again in #attic.' }]);
    expect(stage.take(USER)).toEqual([]);
    stage.say(GUEST, { type: 'say', text: 'x', room: 'attic' });
    expect(stage.take(GUEST)).toMatchObject([{ code: 'muted' }]);
  });
});

describe('unban', () => {
  it('is announced to moderators, for the banned one is not here', () => {
    const stage = crowd().say(MOD, { type: 'ban', name: 'ula', address: '198.51.100.0/24' });
    stage.heard.clear();
    stage.say(MOD, { type: 'unban', name: 'ula', address: '198.51.100.0/24', ref: 'u' });
    const text = 'mod lifted the ban on ula and 198.51.100.0/24.';
    for (const id of [PEER, BOSS])
      expect(stage.take(id)).toMatchObject([{ type: 'notice', event: 'unbanned', name: 'ula', text }]);
    expect(stage.take(MOD)).toMatchObject([{ text }, { type: 'done', ref: 'u' }]);
    expect([stage.take(GUEST), stage.take(USER)]).toEqual([[], []]);
  });
});
