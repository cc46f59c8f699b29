import { describe, expect, it } from 'vitest';
import { TalkStage } from '../../../../test/support/chat/talkers.ts';
import { LIMITS } from '#protocol/limits';

const MOD = 5;

/** 1 is fox, who has an account; 2 a guest from the same address who was here before; 5 a moderator elsewhere. */
function house(): TalkStage {
  const stage = new TalkStage().seat(1, 'fox').seat(MOD, 'mod', 'moderator');
  stage.connect(2, 'plain', '192.0.2.1').say(2, { type: 'join', name: 'ana' });
  return stage.silence();
}

function muted(stage: TalkStage, name = 'fox', seconds = 600): TalkStage {
  return stage.say(MOD, { type: 'mute', name, seconds }).silence();
}

/** The answer when this connection says something: `ack`, or the code of the refusal. */
function saying(stage: TalkStage, id: number): string {
  stage.silence().say(id, { type: 'say', room: 'lobby', text: 'hi', ref: `r${stage.commits.length}` });
  const answer = stage.take(id).at(-1);
  return answer?.type === 'error' ? answer.code : (answer?.type ?? 'nothing');
}

/** A guest joins from this address, with the token of an earlier guest if one is given. */
function guest(stage: TalkStage, id: number, address: string, name: string, token?: string): string {
  stage.connect(id, 'plain', address).say(id, { type: 'join', name, ...(token !== undefined && { token }) });
  return stage.last(id, 'joined').token ?? '';
}

describe('a muted account', () => {
  it('stays muted when it logs out and goes on as a guest, who also stays muted with its token', () => {
    const stage = muted(house()).say(1, { type: 'logout' }, { type: 'join', name: 'wolf' });
    const { token = '' } = stage.last(1, 'joined');
    expect(saying(stage, 1)).toBe('muted');
    stage.disconnect(1);
    guest(stage, 7, '198.51.100.7', 'bear', token);
    expect(saying(stage, 7)).toBe('muted');
    stage.wait(600_000);
    expect(saying(stage, 7)).toBe('ack');
  });

  it('is found even if it logged out before the mute', () => {
    const stage = house().say(1, { type: 'logout' }, { type: 'join', name: 'wolf' });
    const { token = '' } = stage.last(1, 'joined');
    muted(stage);
    expect(saying(stage, 1)).toBe('muted');
    stage.disconnect(1);
    guest(stage, 7, '198.51.100.7', 'wolf', token);
    expect(saying(stage, 7)).toBe('muted');
  });

  it('stays muted when it comes back as a guest from the same address, but others there are not muted', () => {
    const stage = muted(house()).disconnect(1).wait(1);
    guest(stage, 7, '192.0.2.1', 'wolf');
    guest(stage, 8, '198.51.100.7', 'bear');
    stage.addAccount('ben');
    stage.arrive(9, 'ben', 'tls', '192.0.2.1');
    expect([2, 7, 8, 9].map((id) => saying(stage, id))).toEqual(['ack', 'muted', 'ack', 'ack']);
  });

  it('is recognised by its address for an hour only', () => {
    const stage = muted(house(), 'fox', 86_400).disconnect(1).wait(LIMITS.muteReach);
    guest(stage, 7, '192.0.2.1', 'wolf');
    expect(saying(stage, 7)).toBe('ack');
  });

  it('is listed without its address, which moderators need not know', () => {
    const stage = muted(house()).say(MOD, { type: 'bans' });
    const [row] = stage.last(MOD, 'bans').bans;
    expect(row).toMatchObject({ kind: 'mute', name: 'fox' });
    expect(row).not.toHaveProperty('address');
    expect([...stage.world.sanctions.values()]).toMatchObject([{ address: '192.0.2.1' }]);
  });

  it('has no effect on others if its address is loopback', () => {
    const stage = new TalkStage().seat(MOD, 'mod', 'moderator');
    stage.addAccount('fox');
    stage.arrive(1, 'fox', 'tls', '127.0.0.1');
    muted(stage).disconnect(1).wait(1);
    guest(stage, 7, '127.0.0.1', 'wolf');
    expect(saying(stage, 7)).toBe('ack');
  });

  it('can be unmuted under the name of the guest, too', () => {
    const stage = muted(house()).say(1, { type: 'logout' }, { type: 'join', name: 'wolf' });
    stage.say(MOD, { type: 'unmute', name: 'wolf' });
    expect(saying(stage, 1)).toBe('ack');
  });
});

describe('a muted guest', () => {
  it('stays muted on its connection when it logs in there', () => {
    const stage = house();
    const token = guest(stage, 3, '192.0.2.3', 'gus');
    stage.addAccount('zoe');
    muted(stage, 'gus').say(3, { type: 'bye' });
    stage.arrive(4, 'zoe');
    expect(saying(stage, 4)).toBe('ack');
    stage.connect(6, 'tls', '198.51.100.7').say(6, { type: 'join', name: 'gus', token });
    stage.say(6, { type: 'login', name: 'zoe', password: 'correct horse battery' }, { type: 'join' });
    expect(saying(stage, 6)).toBe('muted');
    // The account itself is not muted.
    expect(saying(stage, 4)).toBe('ack');
  });
});

describe('a banned account', () => {
  it('cannot come back with the token of the guest that it was on the same connection', () => {
    const stage = house();
    stage.addAccount('zoe');
    stage.connect(6, 'tls').say(6, { type: 'join', name: 'gus' });
    const { token = '' } = stage.last(6, 'joined');
    stage.say(6, { type: 'login', name: 'zoe', password: 'correct horse battery' }, { type: 'join' });
    stage.say(MOD, { type: 'ban', name: 'zoe' }).disconnect(6);
    stage.connect(7, 'plain', '198.51.100.7').say(7, { type: 'join', name: 'wolf', token });
    expect(stage.closed).toContainEqual([7, 'banned']);
  });

  it('is put off the server even if it goes on as a guest', () => {
    const stage = house().say(1, { type: 'logout' }, { type: 'join', name: 'wolf' });
    stage.say(MOD, { type: 'ban', name: 'fox' });
    expect(stage.closed).toEqual([[1, 'banned']]);
  });
});

const YEARS = 10 * 365 * 86_400_000;

describe.each([
  ['ahead', YEARS],
  ['back', -YEARS],
])('when the clock jumps ten years %s', (_, jump) => {
  it('a mute lasts as long as intended', () => {
    const stage = muted(house(), 'fox', 5).jump(jump).wait(4_999);
    expect(saying(stage, 1)).toBe('muted');
    stage.wait(1);
    expect(saying(stage, 1)).toBe('ack');
  });

  it('a ban lasts as long as intended, and the list gives its end by the current clock', () => {
    const stage = house().say(MOD, { type: 'ban', name: 'ana', seconds: 100 }).jump(jump).wait(1_000);
    stage.silence().say(MOD, { type: 'bans' });
    expect(stage.take(MOD)).toMatchObject([{ bans: [{ name: 'ana', until: stage.now + 99_000 }] }]);
    stage.connect(8, 'plain').say(8, { type: 'join', name: 'ana' });
    expect(stage.closed).toContainEqual([8, 'banned']);
    stage.wait(99_000).connect(9, 'plain').say(9, { type: 'join', name: 'ana' });
    expect(stage.types(9)).toContain('joined');
  });

  it('the pause of slow mode lasts as long as intended', () => {
    const stage = house().say(MOD, { type: 'slow', room: 'lobby', seconds: 5 });
    expect([saying(stage, 1), saying(stage, 1)]).toEqual(['ack', 'slow_mode']);
    stage.jump(jump).wait(4_999);
    expect(saying(stage, 1)).toBe('slow_mode');
    stage.wait(1);
    expect(saying(stage, 1)).toBe('ack');
  });

  it('the name of a guest who has gone is kept free as long as intended', () => {
    const stage = house()
      .disconnect(2)
      .jump(jump)
      .wait(LIMITS.nameHold - 1)
      .connect(8);
    stage.silence().say(8, { type: 'join', name: 'ana' });
    expect(stage.take(8)).toMatchObject([{ code: 'name_taken' }]);
    stage.wait(1).say(8, { type: 'join', name: 'ana' });
    expect(stage.types(8)).toEqual(['joined']);
  });
});

it('slow mode counts edits as messages', () => {
  const stage = house().say(MOD, { type: 'slow', room: 'lobby', seconds: 5 });
  stage.say(1, { type: 'say', text: 'a' }).silence();
  stage.say(1, { type: 'edit', id: 1, text: 'b', ref: 'e' });
  expect(stage.take(1)).toMatchObject([{ code: 'slow_mode', ref: 'e', retry_after: 5 }]);
  stage.wait(5_000).say(1, { type: 'edit', id: 1, text: 'b' });
  expect(stage.types(1)).toEqual(['edited']);
  expect(saying(stage, 1)).toBe('slow_mode');
});
