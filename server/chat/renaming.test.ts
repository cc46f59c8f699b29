import { describe, expect, it } from 'vitest';
import { ChatCore } from './core.ts';
import { Stage, WITH_ACCOUNTS } from '../../test/support/chat/stage.ts';

const REGISTER = { type: 'register', name: 'mia', password: 'correct horse battery' } as const;

/** A guest called mia, and someone else, in the lobby. */
function stageWithGuest(): Stage {
  const stage = new Stage({ policy: WITH_ACCOUNTS });
  stage.connect(1, 'tls').say(1, { type: 'join', name: 'mia' });
  stage.connect(2, 'tls').say(2, { type: 'join', name: 'bob' });
  stage.take(1);
  stage.take(2);
  return stage;
}

const told = (stage: Stage, id: number) => stage.take(id).filter(({ type }) => type === 'renamed');

describe('a guest whose name becomes that of an account', () => {
  it('is renamed, and it and those who share a room with it are told', () => {
    const stage = stageWithGuest();
    stage.addAccount('mia');
    const [self] = told(stage, 1);
    expect(self).toMatchObject({ type: 'renamed', name: 'mia', you: true });
    const now = self?.type === 'renamed' ? self.now : '';
    expect(told(stage, 2)).toEqual([{ type: 'renamed', name: 'mia', now }]);
    stage.say(1, { type: 'say', text: 'still me' });
    expect(stage.last(2, 'message')).toMatchObject({ from: now, text: 'still me' });
  });

  it('never has the same name as the owner', () => {
    const stage = stageWithGuest();
    stage.addAccount('mia');
    stage.arrive(3, 'mia');
    const { members } = stage.last(3, 'joined');
    expect(members.filter((name) => name === 'mia')).toHaveLength(1);
    expect([...stage.core.state.members.values()].filter(({ name }) => name === 'mia')).toMatchObject([
      { account: { name: 'mia' } },
    ]);
  });

  it('is renamed when someone else registers a name that looks the same', () => {
    const stage = new Stage({ policy: WITH_ACCOUNTS });
    stage.connect(1, 'tls').say(1, { type: 'join', name: 'paypal' });
    stage.addAccount('paypa1');
    expect(told(stage, 1)).toMatchObject([{ name: 'paypal', you: true }]);
  });

  it('is told of its other name when it comes back with its token', () => {
    const stage = stageWithGuest();
    const { token } = stage.connect(9, 'tls').say(9, { type: 'join', name: 'zoe' }).last(9, 'joined');
    stage.disconnect(9);
    stage.addAccount('zoe');
    stage.connect(5, 'tls').say(5, { type: 'join', name: 'zoe', ...(token !== undefined && { token }) });
    const heard = stage.take(5).filter(({ type }) => type === 'renamed' || type === 'joined');
    expect(heard).toMatchObject([{ type: 'renamed', name: 'zoe', you: true }, { type: 'joined' }]);
    const [renamed, joined] = heard;
    expect(joined).toMatchObject({ name: renamed?.type === 'renamed' ? renamed.now : '' });
  });

  it('has another name kept free if it has not joined yet', () => {
    const stage = new Stage({ policy: WITH_ACCOUNTS });
    const { name } = stage.connect(1, 'tls').last(1, 'welcome');
    stage.addAccount(name);
    const [renamed] = told(stage, 1);
    expect(renamed).toMatchObject({ name, you: true });
    stage.say(1, { type: 'join' });
    expect(stage.last(1, 'joined').name).toBe(renamed?.type === 'renamed' && renamed.now);
  });

  it('is not renamed when it registers the name itself', () => {
    const stage = stageWithGuest();
    stage.say(1, REGISTER);
    expect(told(stage, 1)).toEqual([]);
    expect(told(stage, 2)).toEqual([]);
    stage.say(1, { type: 'join' });
    expect(stage.last(1, 'joined').name).toBe('mia');
  });
});

describe('a message', () => {
  it('says whether an account or a guest said it', () => {
    const stage = stageWithGuest();
    stage.addAccount('ana');
    stage
      .arrive(3, 'ana')
      .say(3, { type: 'say', text: 'as an account' }, { type: 'say', text: 'to you', room: '@bob' });
    stage.say(1, { type: 'say', text: 'as a guest' });
    const said = stage.take(2).filter((one) => one.type === 'message');
    expect(said.map((one) => [one.from, one.text, one.account])).toEqual([
      ['ana', 'as an account', true],
      ['ana', 'to you', true],
      ['mia', 'as a guest', undefined],
    ]);
  });
});

describe('the welcome', () => {
  const welcome = (tapped: boolean) => {
    const core = new ChatCore({ random: (count) => new Uint8Array(count), tapped });
    const [first] = core.connect({ id: 1, wire: 'tls', address: '192.0.2.1' }, 0);
    return first?.kind === 'send' && first.message.type === 'welcome' ? first.message : undefined;
  };

  it('says that the traffic is recorded, if it is', () => {
    expect(welcome(true)?.tapped).toBe(true);
    expect(welcome(true)?.text).toMatch(/records its traffic, including passwords and private messages/);
    expect(welcome(false)).not.toHaveProperty('tapped');
    expect(welcome(false)?.text).not.toMatch(/record/);
  });
});

describe('a guest that comes back after a restart of the server', () => {
  const token = 'ab'.repeat(16);

  it('gets its name, although it has been kept free for a newcomer, who is told of another one', () => {
    const stage = new Stage().connect(1).connect(2);
    const name = stage.last(1, 'welcome').name;
    stage.say(2, { type: 'join', name, token });
    expect(stage.last(2, 'joined')).toMatchObject({ name, token });
    const [renamed] = told(stage, 1);
    expect(renamed).toMatchObject({ name, you: true });
    stage.say(1, { type: 'join' });
    const other = stage.last(1, 'joined').name;
    expect(renamed).toMatchObject({ now: other });
    expect(other).not.toBe(name);
  });

  it('does not get a name that someone has taken in the meantime', () => {
    const stage = new Stage().connect(1).connect(2);
    stage.say(1, { type: 'join', name: 'mia' }).say(2, { type: 'join', name: 'mia', token });
    expect(stage.last(2, 'error')).toMatchObject({ code: 'name_taken', got: 'mia' });
  });

  it('is needed for that: a newcomer cannot take a name that is kept free for another', () => {
    const stage = new Stage().connect(1).connect(2);
    const { name } = stage.last(1, 'welcome');
    stage.say(2, { type: 'join', name });
    expect(stage.last(2, 'error')).toMatchObject({ code: 'name_taken', got: name });
  });
});
