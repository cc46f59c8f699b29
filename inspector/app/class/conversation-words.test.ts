import { describe, expect, it } from 'vitest';
import { readScript } from '#classroom/script';
import type { Conversation } from '#dissect/page-conversation';
import { conversationLine } from './conversation-words.ts';
import { SCRIPTS } from './scripts.ts';

const RUNNING: Conversation = { by: 'Instructor', said: 3, lines: 10, wire: 'psk', state: 'running' };

describe('a conversation', () => {
  it('is said in a line: how far it is, or how it ended', () => {
    expect(conversationLine(RUNNING)).toBe('3 of 10 lines spoken, now over psk.');
    expect(conversationLine({ ...RUNNING, state: 'over' })).toBe('It was stopped after 3 of 10 lines.');
    expect(conversationLine({ ...RUNNING, said: 10, state: 'over' })).toBe('All 10 lines were spoken.');
    const error = { code: 'room_locked', message: 'only moderators may speak in this room now' };
    expect(conversationLine({ ...RUNNING, state: 'over', error })).toBe(
      'It ended after 3 of 10 lines, over psk: only moderators may speak in this room now.',
    );
  });

  it.each(Object.values(SCRIPTS))('can be chosen: $name', ({ text }) => {
    expect(readScript(text)).toHaveLength(text.split('\n').length);
  });
});
