import { describe, expect, it } from 'vitest';
import { scoreOf, withRange } from '#dissect/prediction';
import { NO_TALLY, counted, letters, meanPoints, scoreWords } from './predict.ts';

describe('a guess which bytes Eve can read', () => {
  const readable = Uint8Array.of(1, 1, 1, 0, 0, 0);
  const none = new Uint8Array(6);

  it('is shown byte by byte, and said in words', () => {
    const marked = withRange(none, 1, 3, true);
    expect(letters(marked)).toBe('.mmm..');
    expect(letters(marked, readable)).toBe('xhhf..');
    expect(scoreWords(scoreOf(readable, marked))).toBe(
      '33 of 100 points: 2 found, 1 missed, 1 marked in vain',
    );
  });

  it('is counted over all records', () => {
    const first = counted(NO_TALLY, scoreOf(readable, readable));
    const both = counted(first, scoreOf(readable, none));
    expect(both).toEqual({ records: 2, points: 100 });
    expect([meanPoints(both), meanPoints(NO_TALLY)]).toEqual([50, 0]);
  });
});
