import { describe, expect, it } from 'vitest';
import { GUEST, MOD, PEER, USER, crowd } from '../../../../test/support/chat/crowd.ts';
import { PASSWORD } from '../../../../test/support/chat/stage.ts';

describe('mute', () => {
  it('lets a member read but not speak, for a time', () => {
    const stage = crowd().say(MOD, { type: 'mute', name: 'gus', seconds: 60, reason: 'noise', ref: 'm' });
    const notice = {
      type: 'notice',
      event: 'muted',
      name: 'gus',
      by: 'mod',
      reason: 'noise',
      until: 61_000,
      text: 'mod muted gus for 60 seconds: noise.',
    };
    expect(stage.take(MOD)).toMatchObject([notice, { type: 'done', of: 'mute', ref: 'm' }]);
    expect(stage.take(GUEST)).toMatchObject([notice]);
    stage.say(GUEST, { type: 'say', text: 'but' });
    expect(stage.take(GUEST)).toMatchObject([{ type: 'error', code: 'muted', retry_after: 60 }]);
    stage.say(USER, { type: 'say', text: 'calm' });
    expect(stage.types(GUEST)).toEqual(['message']);
    stage.now += 60_000;
    stage.say(GUEST, { type: 'say', text: 'but' });
    expect(stage.types(GUEST)).toEqual(['ack']);
  });

  it('in one room leaves the others open, and can be lifted', () => {
    const stage = crowd().say(GUEST, { type: 'join', room: 'attic' }, { type: 'join', room: 'lobby' });
    stage.say(MOD, { type: 'mute', name: 'gus', seconds: 60, room: 'Lobby' });
    stage.heard.clear();
    stage.say(GUEST, { type: 'say', text: 'x', room: 'lobby' }, { type: 'say', text: 'x', room: 'attic' });
    expect(stage.take(GUEST)).toMatchObject([{ type: 'error', code: 'muted' }, { type: 'ack' }]);
    stage.say(MOD, { type: 'unmute', name: 'GUS' }).take(GUEST);
    stage.say(GUEST, { type: 'say', text: 'x', room: 'lobby' });
    expect(stage.types(GUEST)).toEqual(['ack']);
    expect(stage.world.sanctions.size).toBe(0);
  });

  it('shows its reason on one line, without anything that could harm a terminal', () => {
    const stage = crowd();
    for (const reason of ['a\x1b[2J\n\u202eb', '\0']) {
      stage.say(MOD, { type: 'mute', name: 'gus', seconds: 1, reason });
    }
    expect(stage.take(GUEST)).toMatchObject([
      { reason: 'a[2J b', text: 'mod muted gus for 1 seconds: a[2J b.' },
      { text: 'mod muted gus for 1 seconds.' },
    ]);
  });

  it('is replaced by the next one of the same kind', () => {
    const stage = crowd().say(MOD, { type: 'mute', name: 'ula', seconds: 600 });
    stage.say(MOD, { type: 'mute', name: 'ula', seconds: 5 });
    stage.now += 5_000;
    stage.heard.clear();
    stage.say(USER, { type: 'say', text: 'again' });
    expect(stage.types(USER)).toEqual(['ack']);
    expect(stage.world.sanctions.size).toBe(1);
  });

  it('is not in force when it could not be stored', () => {
    const stage = crowd({
      saveSanction: () => {
        throw new Error('disk');
      },
    }).say(MOD, { type: 'mute', name: 'ula', seconds: 60, ref: 'm' });
    expect(stage.take(MOD)).toMatchObject([{ type: 'error', code: 'storage_failed', ref: 'm' }]);
    stage.say(USER, { type: 'say', text: 'still' });
    expect(stage.types(USER)).toEqual(['ack']);
  });
});

describe('rank', () => {
  it.each(['mute', 'kick', 'ban'] as const)('%s works only against members of lower rank', (type) => {
    const stage = crowd();
    for (const name of ['peer', 'boss', 'mod']) {
      stage.say(MOD, { type, name, seconds: 60, ref: 'm' });
      expect(stage.take(MOD)).toMatchObject([{ type: 'error', code: 'outranked', ref: 'm' }]);
    }
    expect(stage.closed).toEqual([]);
    stage.operate({ type, name: 'boss', seconds: 60, ref: 'o' });
    expect(stage.operatorHeard().at(-1)).toMatchObject({ type: 'done', ref: 'o' });
  });

  it('keeps a moderator from lifting what an admin has imposed on it', () => {
    const stage = crowd();
    stage.operate({ type: 'mute', name: 'mod', seconds: 60 });
    stage.heard.clear();
    stage.say(MOD, { type: 'unmute', name: 'mod' });
    expect(stage.take(MOD)).toMatchObject([{ type: 'error', code: 'outranked' }]);
    expect(stage.world.sanctions.size).toBe(1);
  });
});

describe('kick', () => {
  it('puts a member out of one room', () => {
    const stage = crowd().say(MOD, { type: 'kick', name: 'gus', room: 'lobby', reason: 'out' });
    expect(stage.take(GUEST)).toMatchObject([
      { type: 'notice', event: 'kicked', reason: 'out' },
      { type: 'left' },
    ]);
    expect(stage.take(USER)).toMatchObject([{ type: 'notice' }, { type: 'member_left', name: 'gus' }]);
    expect(stage.closed).toEqual([]);
    stage.say(MOD, { type: 'kick', name: 'gus', room: 'lobby' });
    expect(stage.last(MOD, 'error').code).toBe('no_such_member');
  });

  it('puts every connection of an account off the server, even one that has joined no room', () => {
    const stage = crowd();
    stage.connect(9, 'tls').say(9, { type: 'login', name: 'ula', password: PASSWORD });
    stage.say(MOD, { type: 'kick', name: 'ula' });
    expect(stage.closed).toEqual([
      [USER, 'kicked'],
      [9, 'kicked'],
    ]);
    expect(stage.last(9, 'error')).toMatchObject({ code: 'kicked', fatal: true });
    stage.arrive(10, 'ula');
    expect(stage.last(10, 'joined').name).toBe('ula');
  });
});

describe('the log', () => {
  it('has the reasons', () => {
    const stage = crowd();
    stage.audit.length = 0;
    stage.say(
      MOD,
      { type: 'mute', name: 'gus', seconds: 60, reason: 'noise' },
      { type: 'kick', name: 'gus', room: 'lobby', reason: 'more\nnoise' },
      { type: 'kick', name: 'gus' },
      { type: 'ban', name: 'ula', reason: 'spam' },
    );
    expect(stage.audit).toMatchObject([
      { event: 'moderation.muted', subject: 'gus', detail: '60 seconds: noise' },
      { event: 'moderation.kicked', subject: 'gus', room: 'lobby', detail: 'more noise' },
      { event: 'moderation.kicked', subject: 'gus' },
      { event: 'moderation.banned', subject: 'ula', detail: 'until lifted: spam' },
    ]);
    expect(stage.audit[2]).not.toHaveProperty('detail');
  });
});

describe('ban', () => {
  it('of an account closes its connections, and is revealed only to someone who knows the password', () => {
    const stage = crowd().say(MOD, { type: 'ban', name: 'ula', reason: 'spam' });
    expect(stage.closed).toEqual([[USER, 'banned']]);
    expect(stage.last(USER, 'error')).toMatchObject({ code: 'banned', got: 'spam', fatal: true });
    stage.connect(9, 'tls').say(9, { type: 'login', name: 'ula', password: 'wrong' });
    expect(stage.last(9, 'auth_failed').code).toBe('bad_credentials');
    stage.say(9, { type: 'login', name: 'ula', password: PASSWORD });
    expect(stage.last(9, 'auth_failed').code).toBe('banned');
    stage.say(MOD, { type: 'unban', name: 'ula', ref: 'u' }).arrive(10, 'ula');
    expect(stage.last(MOD, 'done')).toMatchObject({ ref: 'u' });
    expect(stage.last(10, 'joined').name).toBe('ula');
  });

  it('of an account does not let a token in either', () => {
    const stage = crowd();
    stage.connect(9, 'tls').say(9, { type: 'login', name: 'ula', password: PASSWORD });
    const { token } = stage.last(9, 'auth_success');
    stage.say(MOD, { type: 'ban', name: 'ula' });
    stage.connect(10, 'tls').say(10, { type: 'resume', token });
    expect(stage.last(10, 'auth_failed').code).toBe('banned');
  });

  it('of a guest applies to its name, and to its token under another name', () => {
    const stage = crowd().connect(9, 'tls').say(9, { type: 'join', name: 'eve' });
    const { token = '' } = stage.last(9, 'joined');
    stage.say(MOD, { type: 'ban', name: 'eve', seconds: 60 });
    stage.connect(10, 'tls').say(10, { type: 'join', name: 'EVE' });
    stage.connect(11, 'tls').say(11, { type: 'join', name: 'other', token });
    stage.connect(12, 'tls').say(12, { type: 'register', name: 'eve', password: PASSWORD });
    expect([stage.last(10, 'error').code, stage.last(11, 'error').code]).toEqual(['banned', 'banned']);
    expect(stage.last(12, 'auth_failed').code).toBe('banned');
    stage.now += 60_000;
    stage.connect(13, 'tls').say(13, { type: 'join', name: 'eve', token });
    expect(stage.last(13, 'joined').name).toBe('eve');
  });

  it('of an address range turns connections away before they are welcomed', () => {
    const stage = crowd().connect(9, 'tls', '198.51.100.7').say(9, { type: 'join', name: 'eve' });
    stage.say(MOD, { type: 'ban', address: '198.51.100.0/24', ref: 'b' });
    expect(stage.closed).toEqual([[9, 'banned']]);
    stage.take(10);
    stage.connect(10, 'tls', '198.51.100.200').connect(11, 'tls', '198.51.101.1');
    expect(stage.take(10)).toMatchObject([{ type: 'error', code: 'banned' }]);
    expect(stage.types(11)).toContain('welcome');
    stage.heard.clear();
    stage.say(MOD, { type: 'bans' });
    expect(stage.last(MOD, 'bans').bans).toEqual([
      { kind: 'ban', address: '198.51.100.0/24', by: 'mod', ts: 1_000 },
    ]);
  });

  it.each<[{ name?: string; address?: string }, string, string]>([
    [{ address: '192.0.2.0/24' }, 'bad_address', 'its own'],
    [{ address: '203.0.113.5' }, 'outranked', 'that of an admin'],
    [{ address: 'example.org' }, 'bad_address', 'a name'],
    [{}, 'bad_address', 'nothing'],
    [{ name: 'unheard' }, 'no_such_member', 'nobody'],
  ])('of %j is refused as %s: %s', (whom, code) => {
    const stage = crowd().say(MOD, { type: 'ban', ...whom, ref: 'b' });
    expect(stage.take(MOD)).toMatchObject([{ type: 'error', code, ref: 'b' }]);
    expect(stage.closed).toEqual([]);
    expect(stage.take(PEER)).toEqual([]);
  });
});
