import { describe, expect, it } from 'vitest';
import { roomRecord } from '../../../../test/support/chat/chat-records.ts';
import { TalkStage } from '../../../../test/support/chat/talkers.ts';

const ROOMS = ['room1', 'barn'].map((name) => roomRecord({ name }));

function stageWith(): TalkStage {
  const den = roomRecord({ name: 'coco', access: 'invite', createdBy: 'account:9' });
  return new TalkStage({ seed: { rooms: [...ROOMS, den] } }).seat(1, 'fox').seat(2, 'mod', 'moderator');
}

describe('a room whose name looks like that of another', () => {
  it.each([
    ['rooml', 'room1'],
    ['roomi', 'room1'],
    ['bam', 'barn'],
    ['Iobby', 'lobby'],
    // In Cyrillic letters.
    ['сосо', undefined],
  ])('%j is not made', (room, other) => {
    const stage = stageWith().say(1, { type: 'create', room, access: 'public', ref: 'c' });
    const { expected, ...refusal } = stage.last(1, 'error');
    expect(refusal).toMatchObject({ code: 'room_looks_alike', ref: 'c', room: room.toLowerCase() });
    // A member who may not see the other room is not told its name.
    expect(expected).toBe(other && `a name that does not look like #${other}`);
    expect(stage.asked).toEqual([]);
  });

  it('is named to members who may see it', () => {
    const stage = stageWith().say(2, { type: 'create', room: 'сосо', access: 'public' });
    expect(stage.last(2, 'error').expected).toBe('a name that does not look like #coco');
  });

  it('can be made once the other is gone, and entered by its exact name before', () => {
    const stage = stageWith().say(1, { type: 'join', room: 'bam' });
    expect(stage.last(1, 'joined').room).toBe('bam');
    stage.say(2, { type: 'remove', room: 'barn' }).say(1, { type: 'create', room: 'bam', access: 'public' });
    expect(stage.last(1, 'done').text).toBe('#bam has been created.');
  });

  it('is not made next to a temporary room, either', () => {
    const stage = stageWith().say(2, { type: 'join', room: 'pals' }).silence();
    stage.say(1, { type: 'create', room: 'pa1s', access: 'public' });
    expect(stage.last(1, 'error')).toMatchObject({ code: 'room_looks_alike' });
  });
});
