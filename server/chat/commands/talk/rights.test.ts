/** When a member loses a right, it takes effect at once, wherever the right was used. */
import { describe, expect, it } from 'vitest';
import { Stage, WITH_ACCOUNTS } from '../../../../test/support/chat/stage.ts';

/** Mo, a moderator, is by rank alone in an invite-only room that ana has made. */
function demoted(): Stage {
  const stage = new Stage({ policy: WITH_ACCOUNTS });
  stage.addAccount('ana');
  stage.addAccount('mo', 'moderator');
  stage
    .arrive(1, 'ana')
    .say(1, { type: 'create', room: 'attic', access: 'invite' }, { type: 'join', room: 'attic' });
  stage.arrive(2, 'mo').say(2, { type: 'join', room: 'attic' });
  stage.say(1, { type: 'say', text: 'secret words', room: 'attic' });
  stage.say(2, { type: 'say', text: 'from mo', room: 'attic' });
  stage.take(1);
  stage.take(2);
  stage.operate({ type: 'appoint', name: 'mo', role: 'user' });
  return stage;
}

const told = (stage: Stage, id: number) => stage.take(id);

describe('a moderator who was in an invite-only room by rank, once demoted', () => {
  it('is put out at once, and the room is told', () => {
    const stage = demoted();
    expect(told(stage, 2)).toContainEqual({ type: 'left', room: 'attic', reason: 'not_invited' });
    expect(told(stage, 1)).toContainEqual({ type: 'member_left', room: 'attic', name: 'mo' });
    expect(stage.core.state.rooms.get('attic')?.audience).toEqual(new Set([1]));
  });

  it('hears nothing more of it', () => {
    const stage = demoted();
    stage.take(2);
    stage.say(1, { type: 'say', text: 'later', room: 'attic' }, { type: 'typing', room: 'attic' });
    expect(told(stage, 2)).toEqual([]);
  });

  it.each([
    { type: 'say', text: 'x', room: 'attic' },
    { type: 'say', text: 'x', room: 'attic', reply_to: 1 },
    { type: 'history', room: 'attic' },
    { type: 'search', text: 'secret', room: 'attic' },
    { type: 'typing', room: 'attic' },
    { type: 'read', room: 'attic', id: 1 },
    { type: 'who', room: 'attic' },
  ] as const)('is refused there: $type', (message) => {
    const stage = demoted();
    stage.take(2);
    stage.say(2, message);
    expect(told(stage, 2)).toMatchObject([{ type: 'error', code: 'not_joined' }]);
  });

  it('cannot see it, find what was said there, change what it said itself, or come back', () => {
    const stage = demoted();
    stage.take(2);
    stage.say(2, { type: 'rooms' }, { type: 'search', text: 'secret' }, { type: 'edit', id: 2, text: 'x' });
    stage.say(2, { type: 'join', room: 'attic' });
    const [rooms, found, edited, joined] = told(stage, 2);
    expect(JSON.stringify(rooms)).not.toContain('attic');
    expect(found).toMatchObject({ type: 'found', messages: [] });
    expect(edited).toMatchObject({ code: 'no_such_message' });
    expect(joined).toMatchObject({ code: 'not_invited' });
  });

  it('gets nothing that it asked for before and that is answered after', () => {
    const stage = new Stage({ policy: WITH_ACCOUNTS });
    stage.addAccount('ana');
    stage.addAccount('mo', 'moderator');
    stage
      .arrive(1, 'ana')
      .say(1, { type: 'create', room: 'attic', access: 'invite' }, { type: 'join', room: 'attic' });
    stage.arrive(2, 'mo').say(2, { type: 'join', room: 'attic' });
    stage.say(1, { type: 'say', text: 'secret words', room: 'attic' });
    stage.take(2);
    stage.hold = true;
    stage.say(2, { type: 'search', text: 'secret' });
    for (const account of stage.core.state.accounts.values())
      if (account.name === 'mo') account.role = 'user';
    stage.release();
    const found = stage.take(2).filter(({ type }) => type === 'found');
    expect(found).toMatchObject([{ messages: [] }]);
  });
});

describe('who, about one member', () => {
  it('is answered to members who share a room; to others it is as if nobody had the name', () => {
    const stage = new Stage({ policy: WITH_ACCOUNTS });
    stage.addAccount('ana');
    stage.arrive(1, 'ana');
    stage.connect(2, 'tls').say(2, { type: 'join', name: 'fox' });
    stage.connect(3, 'tls').say(3, { type: 'join', name: 'owl', room: 'elsewhere' });
    stage.take(2);
    stage.take(3);
    stage.say(2, { type: 'who', room: '@ana' });
    stage.say(3, { type: 'who', room: '@ana' }, { type: 'who', room: '@nobody' });
    expect(stage.take(2)).toMatchObject([{ type: 'members', room: '@ana' }]);
    expect(stage.take(3)).toMatchObject([{ code: 'no_such_member' }, { code: 'no_such_member' }]);
  });
});
