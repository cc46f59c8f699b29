import { describe, expect, it } from 'vitest';
import { muteOf, roomRecord } from '../../../../test/support/chat/chat-records.ts';
import { TalkStage } from '../../../../test/support/chat/talkers.ts';
import type { RoomRecord, Sanction } from '../../records.ts';
import { standing } from '../../standing.ts';
import { LIMITS } from '#protocol/limits';

const ATTIC = roomRecord({ name: 'attic' });
const MUTE = muteOf('account:1', { name: 'fox' });

/** 1 is fox, 2 a moderator, 3 a guest; all in the attic. */
function attic(record: Partial<RoomRecord> = {}, ...sanctions: Sanction[]): TalkStage {
  const stage = new TalkStage({ seed: { rooms: [{ ...ATTIC, ...record }], sanctions } })
    .seat(1, 'fox')
    .seat(2, 'mod', 'moderator')
    .guest(3, 'ana');
  for (const id of [1, 2, 3]) stage.say(id, { type: 'join', room: 'attic' });
  return stage.silence();
}

describe('a mute', () => {
  it('on the whole server applies in every room and in private, and says how long', () => {
    const stage = attic({}, { ...MUTE, until: 3_500, reason: 'shouting' });
    for (const room of ['attic', 'lobby', '@mod']) stage.say(1, { type: 'say', room, text: 'hi', ref: room });
    expect(stage.take(1)).toMatchObject(
      ['attic', 'lobby', '@mod'].map((room) => ({
        code: 'muted',
        ref: room,
        room,
        got: 'shouting',
        retry_after: 3,
      })),
    );
    stage.now = 3_500;
    stage.say(1, { type: 'say', text: 'hi' });
    expect(stage.types(1)).toEqual(['ack']);
  });

  it('in one room leaves the other rooms open, and names no end if it has none', () => {
    const stage = attic({}, { ...MUTE, room: 'attic' });
    stage.say(1, { type: 'say', text: 'hi' }, { type: 'say', room: 'lobby', text: 'hi' });
    const [refusal, ack] = stage.take(1);
    expect(refusal).toMatchObject({ code: 'muted', room: 'attic' });
    expect(refusal).not.toHaveProperty('retry_after');
    expect(ack).toMatchObject({ type: 'ack', room: 'lobby' });
  });

  it('of a guest applies to its name', () => {
    const stage = attic({}, { ...MUTE, author: undefined, name: 'ana', key: 'ana' });
    stage.say(3, { type: 'say', text: 'hi' });
    expect(stage.take(3)).toMatchObject([{ code: 'muted' }]);
  });
});

describe('a locked room', () => {
  it('lets only moderators speak', () => {
    const stage = attic({ locked: true });
    for (const id of [1, 2, 3]) stage.say(id, { type: 'say', text: 'hi', ref: 'r' });
    expect(stage.take(1)).toMatchObject([
      { code: 'room_locked', room: 'attic', ref: 'r' },
      { type: 'message' },
    ]);
    expect(stage.types(2)).toEqual(['ack']);
    expect(stage.take(3)).toMatchObject([{ type: 'message' }, { code: 'room_locked' }]);
  });
});

describe('slow mode', () => {
  it('makes each member wait, on all its connections, but not moderators', () => {
    const stage = attic({ slow: 10 }).seat(4, 'fox').say(4, { type: 'join', room: 'attic' }).silence();
    stage.say(1, { type: 'say', text: 'a' });
    stage.now += 2_500;
    stage.say(4, { type: 'say', text: 'b', ref: 'r' });
    expect(stage.take(4).at(-1)).toMatchObject({
      code: 'slow_mode',
      retry_after: 8,
      room: 'attic',
      ref: 'r',
    });
    stage.say(3, { type: 'say', text: 'c' }).say(2, { type: 'say', text: 'd' }, { type: 'say', text: 'e' });
    stage.now += 7_500;
    stage.say(4, { type: 'say', text: 'f' });
    expect(stage.commits.map(({ text }) => text)).toEqual(['a', 'c', 'd', 'e', 'f']);
  });

  it('counts neither repeated nor refused messages', () => {
    const stage = attic({ slow: 10 });
    stage.say(
      1,
      { type: 'say', text: '\0' },
      { type: 'say', text: 'a', ref: 'r' },
      { type: 'say', text: 'a', ref: 'r' },
    );
    expect(stage.types(1)).toEqual(['error', 'ack', 'ack']);
  });
});

describe('a message that was stored before there was an objection to it', () => {
  const first = { type: 'say', text: 'a', ref: 'r1' } as const;
  const fresh = { type: 'say', text: 'b', ref: 'r2' } as const;
  const stored = { type: 'ack', ref: 'r1', id: 1, room: 'attic', ts: 1_000 };

  it.each([
    ['muted', (stage: TalkStage) => stage.core.state.sanctions.set(MUTE.id, standing(MUTE, 0))],
    ['room_locked', (stage: TalkStage) => stage.say(2, { type: 'lock', room: 'attic', locked: true })],
    [
      'slow_mode',
      (stage: TalkStage) =>
        stage.say(2, { type: 'slow', room: 'attic', seconds: 9 }).say(1, { type: 'say', text: 'c' }),
    ],
  ])('is acknowledged again, and nothing else is accepted: %s', (code, change) => {
    const stage = attic().say(1, first);
    change(stage);
    stage.silence().say(1, first, fresh);
    expect(stage.take(1)).toMatchObject([stored, { code, ref: 'r2', room: 'attic' }]);
  });

  it('is acknowledged again in private when the other has gone', () => {
    const stage = attic()
      .say(1, { ...first, room: '@ana' })
      .disconnect(3)
      .silence();
    stage.say(1, { ...first, room: '@ana' }, { ...fresh, room: '@ana' });
    expect(stage.take(1)).toMatchObject([
      { ...stored, room: '@ana' },
      { code: 'no_such_member', ref: 'r2', room: '@ana' },
    ]);
  });

  it('is neither acknowledged nor finally refused while the store does not answer', () => {
    const failing = () => {
      throw Object.assign(new Error('no disk'), { code: 'storage_failed' });
    };
    const stage = new TalkStage({ answers: { messageByRef: failing } }).seat(1, 'fox').silence();
    stage.core.state.sanctions.set(MUTE.id, standing(MUTE, 0));
    stage.say(1, first);
    expect(stage.take(1)).toMatchObject([{ code: 'storage_failed', ref: 'r1', room: 'lobby' }]);
  });

  it('is looked for up to a cap; a message without an objection is accepted beyond it', () => {
    const stage = attic();
    stage.hold = true;
    const sayAs = (kind: string, count: number) => {
      for (let at = 0; at < count; at++) stage.say(1, { ...first, ref: `${kind}${at}` });
    };
    sayAs('a', LIMITS.pendingRefs + 1);
    stage.release();
    expect(stage.types(1)).toEqual(Array(LIMITS.pendingRefs + 1).fill('ack'));
    stage.hold = true;
    stage.core.state.sanctions.set(MUTE.id, standing(MUTE, 0));
    sayAs('b', LIMITS.pendingRefs + 1);
    expect(stage.take(1)).toMatchObject([{ code: 'busy', ref: `b${LIMITS.pendingRefs}` }]);
    stage.release();
    expect(new Set(stage.take(1).map((refusal) => 'code' in refusal && refusal.code))).toEqual(
      new Set(['muted']),
    );
    expect(stage.core.state.members.get('fox')?.pendingRefs.size).toBe(0);
  });
});

describe('the text of a message', () => {
  it('is cleaned, so that it looks the same to everyone', () => {
    const stage = attic().say(1, { type: 'say', text: 'a\r\nb\x07\u202ec' });
    expect(stage.take(3)).toMatchObject([{ type: 'message', text: 'a\nbc' }]);
  });

  it('is refused when nothing is left of it', () => {
    const stage = attic().say(1, { type: 'say', text: '\u202e\0', ref: 'r' });
    expect(stage.take(1)).toMatchObject([{ code: 'bad_text', ref: 'r', room: 'attic' }]);
    expect(stage.commits).toEqual([]);
  });
});

describe('an answer', () => {
  it('names the message of the same room that it answers', () => {
    const stage = attic().say(1, { type: 'say', text: 'a?' });
    stage.silence().say(3, { type: 'say', text: 'b!', reply_to: 1, ref: 'r' });
    expect(stage.take(1)).toMatchObject([{ type: 'message', id: 2, text: 'b!', reply_to: 1 }]);
    expect(stage.take(3)).toMatchObject([{ type: 'ack', id: 2, ref: 'r' }]);
    expect(stage.commits.at(-1)).toMatchObject({ replyTo: 1 });
  });

  it('to another room’s message is refused; the reference can be used again', () => {
    const stage = attic().say(1, { type: 'say', room: 'lobby', text: 'a?' }).silence();
    stage.say(3, { type: 'say', text: 'b!', reply_to: 1, ref: 'r' }, { type: 'say', text: 'b!', ref: 'r' });
    expect(stage.take(3)).toMatchObject([
      { code: 'no_such_message', got: '1', ref: 'r', room: 'attic' },
      { type: 'ack', ref: 'r' },
    ]);
  });

  it('is stored even if its author has gone before the answered message is found', () => {
    const stage = attic().say(1, { type: 'say', text: 'a?' }).silence();
    stage.hold = true;
    stage.say(3, { type: 'say', text: 'b!', reply_to: 1, ref: 'r' }).disconnect(3);
    stage.release();
    expect(stage.take(1)).toMatchObject([
      { type: 'member_left', room: 'lobby' },
      { type: 'member_left', room: 'attic' },
      { type: 'message', from: 'ana', reply_to: 1 },
    ]);
  });
});
