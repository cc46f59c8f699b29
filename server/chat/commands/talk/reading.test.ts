import { describe, expect, it } from 'vitest';
import { TalkStage } from '../../../../test/support/chat/talkers.ts';

/** 1 is fox, 2 owl, 3 a guest. Message 1 is in the attic (fox, owl), 2 in the lobby, 3 between fox and owl. */
function talk(): TalkStage {
  const stage = new TalkStage().seat(1, 'fox').seat(2, 'owl').guest(3, 'ana');
  for (const id of [1, 2]) stage.say(id, { type: 'join', room: 'attic' });
  return stage
    .say(1, { type: 'say', text: 'red fox' })
    .say(3, { type: 'say', text: 'red wine' })
    .say(2, { type: 'say', room: '@fox', text: 'red alert' })
    .silence();
}

describe('search', () => {
  it('looks in the rooms that the member is in, not in private conversations', () => {
    const stage = talk()
      .say(1, { type: 'search', text: 'red', ref: 's' })
      .say(3, { type: 'search', text: 'red' });
    expect(stage.last(1, 'found')).toMatchObject({
      ref: 's',
      messages: [
        { id: 1, room: 'attic' },
        { id: 2, room: 'lobby' },
      ],
    });
    expect(stage.last(3, 'found')).toMatchObject({ messages: [{ id: 2, room: 'lobby' }] });
  });

  it('looks in one room, or in one private conversation', () => {
    const stage = talk().say(2, { type: 'search', text: 'red', room: 'Attic' });
    expect(stage.last(2, 'found')).toMatchObject({ messages: [{ id: 1 }], more: false });
    stage.say(2, { type: 'search', text: 'red', room: '@fox' });
    expect(stage.last(2, 'found')).toMatchObject({ messages: [{ id: 3, room: '@fox' }] });
    stage.say(3, { type: 'search', text: 'red', room: '@fox' });
    expect(stage.last(3, 'found')).toMatchObject({ messages: [] });
  });

  it('returns pages', () => {
    const stage = talk().say(1, { type: 'search', text: 'red', limit: 1, before: 2 });
    expect(stage.last(1, 'found')).toMatchObject({ messages: [{ id: 1 }], more: false });
  });

  it.each([
    ['without words', 1, { text: '"!"' }, 'bad_search'],
    ['in a room that the member is not in', 3, { text: 'red', room: 'attic' }, 'not_joined'],
    ['with nobody', 3, { text: 'red', room: '@nobody' }, 'no_such_member'],
    ['before any join', 9, { text: 'red' }, 'not_joined'],
  ] as const)('is refused %s', (_, who, what, code) => {
    const stage = talk()
      .connect(9)
      .silence()
      .say(who, { type: 'search', ...what, ref: 's' });
    expect(stage.transcript()).toMatchObject([[who, { code, ref: 's' }]]);
  });
});

describe('read and unread', () => {
  it('count from the marker, which only moves forward', () => {
    const stage = talk().say(
      1,
      { type: 'read', room: 'attic', id: 1 },
      { type: 'read', room: 'Attic', id: 0 },
    );
    stage.say(2, { type: 'say', text: 'a' }, { type: 'say', text: 'b' }).silence();
    stage.say(1, { type: 'unread', ref: 'u' });
    expect(stage.transcript()).toMatchObject([
      [
        1,
        {
          type: 'unread',
          ref: 'u',
          rooms: [
            { room: '@owl', unread: 1, read: 0, last: 3 },
            { room: 'attic', unread: 2, read: 1, last: 5 },
          ],
        },
      ],
    ]);
  });

  it('cover private conversations, and never run ahead of the messages', () => {
    const stage = talk().say(1, { type: 'read', room: '@owl', id: 1_000 });
    stage.say(2, { type: 'say', room: '@fox', text: 'one more' }).silence().say(1, { type: 'unread' });
    expect(stage.last(1, 'unread').rooms).toEqual([{ room: '@owl', unread: 1, read: 3, last: 4 }]);
  });

  it('show no room that the member may not enter, and no conversation with a forgotten guest', () => {
    const stage = talk().say(3, { type: 'say', room: '@fox', text: 'psst' }, { type: 'bye' });
    const { markers } = stage.world;
    markers.set('1 den', 0);
    stage.core.state.rooms.get('attic')!.record = {
      name: 'attic',
      access: 'invite',
      locked: false,
      slow: 0,
      createdBy: 'account:2',
      created: 0,
      invited: ['account:2'],
    };
    markers.set('1 attic', 0);
    stage.silence().say(1, { type: 'unread' });
    expect(stage.last(1, 'unread').rooms.map(({ room }) => room)).toEqual(['@owl', 'den']);
  });

  it('are for accounts only', () => {
    const stage = talk().say(3, { type: 'read', room: 'lobby', id: 1 }, { type: 'unread', ref: 'u' });
    expect(stage.take(3)).toMatchObject([{ code: 'auth_required' }, { code: 'auth_required', ref: 'u' }]);
    stage.operate({ type: 'unread', ref: 'u' });
    expect(stage.operatorHeard()).toMatchObject([{ code: 'auth_required', ref: 'u' }]);
  });

  it('are refused outside the room', () => {
    const stage = talk().seat(4, 'elk').say(4, { type: 'read', room: 'attic', id: 1 });
    expect(stage.transcript()).toMatchObject([[4, { code: 'not_joined', room: 'attic' }]]);
  });
});
