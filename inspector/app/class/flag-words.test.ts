import { describe, expect, it } from 'vitest';
import { flagCells, otherText, othersText, ownText } from './flag-words.ts';

const at = new Date(2026, 4, 4, 10, 32).getTime();
const own = { own: at, others: [] };
const passedOn = {
  own: null,
  others: [
    { name: 'Ben', time: at },
    { name: 'Cleo', time: at },
  ],
};

describe('what is said of flags', () => {
  it('is whether a student has handed in their own, and whose else', () => {
    expect([undefined, own, passedOn].map(ownText)).toEqual(['not yet', 'handed in 10:32', 'not yet']);
    expect(passedOn.others.map(otherText)).toEqual(['Ben’s flag, 10:32', 'Cleo’s flag, 10:32']);
  });

  it('counts the students who have handed in that of somebody else, however many', () => {
    const two = [{ flag: passedOn }, { flag: passedOn }];
    expect([[], [{}, { flag: own }], [{ flag: passedOn }], two].map(othersText)).toEqual([
      '',
      '',
      '1 student has handed in somebody else’s flag',
      '2 students have handed in somebody else’s flag',
    ]);
  });

  it('has two cells in a table', () => {
    expect([{}, { flag: own }, { flag: passedOn }].map(flagCells)).toEqual([
      ['not yet', ''],
      ['handed in', ''],
      ['not yet', 'Ben; Cleo'],
    ]);
  });
});
