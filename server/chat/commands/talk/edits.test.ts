import { describe, expect, it } from 'vitest';
import { muteOf } from '../../../../test/support/chat/chat-records.ts';
import { TalkStage } from '../../../../test/support/chat/talkers.ts';

const ADMIN = 9;

/** 1 is fox, 2 owl, 3 a guest, 4 a moderator who is not in the attic, 9 an admin. Fox has said message 1 in the attic. */
function attic(): TalkStage {
  const stage = new TalkStage()
    .seat(1, 'fox')
    .seat(2, 'owl')
    .guest(3, 'ana')
    .seat(4, 'mod', 'moderator')
    .seat(ADMIN, 'boss', 'admin');
  for (const id of [1, 2]) stage.say(id, { type: 'join', room: 'attic' });
  return stage.say(1, { type: 'say', text: 'helo' }).silence();
}

describe('edit', () => {
  it('is told to the room, and to the asker with its reference', () => {
    const stage = attic();
    stage.now = 2_000;
    stage.say(1, { type: 'edit', id: 1, text: 'hello\x1b[2J', ref: 'e' });
    const edited = {
      type: 'edited',
      room: 'attic',
      id: 1,
      text: 'hello[2J',
      edited: 2_000,
      by: 'fox',
      change: 1,
    };
    expect(stage.transcript()).toEqual([
      [2, edited],
      [1, { ...edited, ref: 'e' }],
    ]);
    expect(stage.world.said.get(1)?.text).toBe('hello[2J');
  });

  it.each([
    ['of someone else', 2, { id: 1, text: 'x' }, 'not_yours'],
    ['of someone else, by an admin', ADMIN, { id: 1, text: 'x' }, 'no_such_message'],
    ['in a room that the member is not in', 3, { id: 1, text: 'x' }, 'no_such_message'],
    ['of a message that does not exist', 1, { id: 5, text: 'x' }, 'no_such_message'],
    ['to nothing', 1, { id: 1, text: ' \0 ' }, 'bad_text'],
  ] as const)('is refused %s', (_, who, what, code) => {
    const stage = attic().say(who, { type: 'edit', ...what, ref: 'e' });
    expect(stage.transcript()).toMatchObject([[who, { type: 'error', code, ref: 'e' }]]);
    expect(stage.world.said.get(1)?.text).toBe('helo');
  });

  it('does not bring back a message that was deleted in the meantime', () => {
    const stage = attic();
    stage.hold = true;
    stage.say(1, { type: 'delete', id: 1, ref: 'd' }, { type: 'edit', id: 1, text: 'back', ref: 'e' });
    stage.release();
    expect(stage.asked.slice(-4)).toEqual(['messageById', 'messageById', 'deleteMessage', 'editMessage']);
    expect(stage.transcript().filter(([id]) => id === 1)).toMatchObject([
      [1, { type: 'deleted', ref: 'd' }],
      [1, { code: 'no_such_message', ref: 'e' }],
    ]);
    expect(stage.world.said.get(1)).toMatchObject({ text: '', deleted: true });
  });

  it('is a way to speak, which a mute takes away', () => {
    const stage = new TalkStage({ seed: { sanctions: [muteOf('account:1')] } }).seat(1, 'fox');
    stage.world.commit({ ...SAID, author: 'account:1' });
    stage.say(1, { type: 'edit', id: 1, text: 'x', ref: 'e' });
    expect(stage.take(1)).toMatchObject([{ code: 'muted', ref: 'e' }]);
  });

  it('says when the store could not do it', () => {
    const stage = new TalkStage({
      answers: {
        editMessage: () => {
          throw Object.assign(new Error('full'), { code: 'read_only' });
        },
      },
    });
    stage.seat(1, 'fox').say(1, { type: 'say', text: 'a' }).silence();
    stage.say(1, { type: 'edit', id: 1, text: 'b', ref: 'e' });
    expect(stage.transcript()).toMatchObject([[1, { code: 'read_only', ref: 'e' }]]);
  });
});

describe('delete', () => {
  it('takes the text of one’s own message from the store and tells the room', () => {
    const stage = attic().say(1, { type: 'delete', id: 1, ref: 'd' });
    const deleted = { type: 'deleted', room: 'attic', id: 1, by: 'fox', change: 1 };
    expect(stage.transcript()).toEqual([
      [2, deleted],
      [1, { ...deleted, ref: 'd' }],
    ]);
    expect(stage.world.said.get(1)).toMatchObject({ text: '', deleted: true });
    expect(stage.audit).toEqual([]);
  });

  it('lets a moderator who is not in the room delete it, which is logged', () => {
    const stage = attic().say(4, { type: 'delete', id: 1, ref: 'd' });
    expect(stage.transcript().map(([id, { type }]) => [id, type])).toEqual([
      [1, 'deleted'],
      [2, 'deleted'],
      [4, 'deleted'],
    ]);
    expect(stage.audit).toMatchObject([
      { event: 'moderation.deleted', actor: 'mod', subject: 'fox', room: 'attic', detail: 'message 1' },
    ]);
  });

  it('lets the operator delete it', () => {
    const stage = attic().operate({ type: 'delete', id: 1, ref: 'd' });
    expect(stage.operatorHeard()).toMatchObject([{ type: 'deleted', by: 'operator', ref: 'd' }]);
  });

  it('knows the rank of an author who is away', () => {
    const stage = attic().say(ADMIN, { type: 'say', text: 'from above' }).disconnect(ADMIN).silence();
    stage.say(4, { type: 'delete', id: 2, ref: 'd' });
    expect(stage.take(4)).toMatchObject([{ type: 'error', code: 'outranked', got: 'boss', ref: 'd' }]);
  });

  it.each([
    ['of someone else', 2, 1, 'not_yours'],
    ['in a room that the member is not in', 3, 1, 'no_such_message'],
    ['of a message that does not exist', 1, 5, 'no_such_message'],
  ])('is refused %s', (_, who, id, code) => {
    const stage = attic().say(who, { type: 'delete', id, ref: 'd' });
    expect(stage.transcript()).toMatchObject([[who, { type: 'error', code, ref: 'd' }]]);
    expect(stage.world.said.get(1)?.deleted).toBe(false);
  });

  it('happens once', () => {
    const stage = attic()
      .say(1, { type: 'delete', id: 1 })
      .silence()
      .say(1, { type: 'delete', id: 1, ref: 'd' });
    expect(stage.transcript()).toMatchObject([[1, { code: 'no_such_message', ref: 'd' }]]);
  });
});

describe('in a private conversation', () => {
  const talk = (): TalkStage => attic().say(1, { type: 'say', room: '@owl', text: 'psst' }).silence();

  it('both ends are told of a change, each under its own name for the conversation', () => {
    const stage = talk().say(1, { type: 'edit', id: 2, text: 'pst', ref: 'e' });
    expect(stage.take(1)).toMatchObject([{ type: 'edited', room: '@owl', ref: 'e' }]);
    expect(stage.take(2)).toMatchObject([{ type: 'edited', room: '@fox', by: 'fox' }]);
    expect(stage.types(3)).toEqual([]);
  });

  it('the other end cannot change a message, and nobody else sees that it exists, moderators included', () => {
    const stage = talk().say(2, { type: 'delete', id: 2 });
    expect(stage.take(2)).toMatchObject([{ code: 'not_yours', room: '@fox' }]);
    for (const id of [3, 4, ADMIN]) {
      stage.say(id, { type: 'delete', id: 2 });
      expect(stage.take(id)).toMatchObject([{ code: 'no_such_message' }]);
    }
  });

  it('the author may delete a message while the other end is away', () => {
    const stage = talk().disconnect(2).silence().say(1, { type: 'delete', id: 2 });
    expect(stage.transcript()).toMatchObject([[1, { type: 'deleted', room: '@owl' }]]);
  });

  it('a forgotten guest no longer has a name', () => {
    const stage = attic()
      .say(1, { type: 'say', room: '@ana', text: 'psst' })
      .say(3, { type: 'bye' })
      .silence();
    stage.say(1, { type: 'delete', id: 2 });
    expect(stage.transcript()).toMatchObject([[1, { type: 'deleted', room: '@?' }]]);
  });
});

const SAID = {
  id: 1,
  room: 'lobby',
  from: 'fox',
  ref: undefined,
  text: 'a',
  ts: 0,
  via: 'tls',
  origin: 1,
} as const;
