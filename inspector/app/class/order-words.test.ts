import { describe, expect, it } from 'vitest';
import { orderText, pauseChoices, silenceText } from './order-words.ts';

describe('the order in a room', () => {
  it('is told to everyone', () => {
    expect(orderText({ locked: false, slow: 0 })).toBe('');
    expect(orderText({ locked: false, slow: 1 })).toBe(
      'Slow mode: each student can speak once in 1 second, on one wire.',
    );
    expect(orderText({ locked: true, slow: 30 })).toMatch(/frozen/);
  });

  it('silences students alone', () => {
    expect(silenceText({ locked: true }, 'student')).toMatch(/frozen/);
    expect(silenceText({ locked: true }, 'assistant')).toBe('');
    expect(silenceText({ locked: false }, 'student')).toBe('');
    expect(silenceText(undefined, 'student')).toBe('');
  });

  it('offers a pause that a command has set with the others, in their order', () => {
    expect(pauseChoices(30).map(({ value }) => value)).toEqual(['0', '5', '10', '30', '60']);
    expect(pauseChoices(45).map(({ label }) => label)).toEqual([
      'Off',
      '5 seconds',
      '10 seconds',
      '30 seconds',
      '45 seconds',
      '60 seconds',
    ]);
  });
});
