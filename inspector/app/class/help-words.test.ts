import { describe, expect, it } from 'vitest';
import { askingText, byWaiting, helpText } from './help-words.ts';

describe('what is said of those who ask for help', () => {
  it('puts first who has waited longest, and leaves the others as they are', () => {
    const people = [{ name: 'Ada' }, { name: 'Ben', help: 2 }, { name: 'Cleo' }, { name: 'Dan', help: 1 }];
    expect(people.toSorted(byWaiting).map(({ name }) => name)).toEqual(['Dan', 'Ben', 'Ada', 'Cleo']);
  });

  it('says for how long, and how many', () => {
    expect([0, 59_999, 60_000, 185_000].map((now) => helpText(0, now))).toEqual([
      'asks for help',
      'asks for help',
      'asks for help, 1 min',
      'asks for help, 3 min',
    ]);
    expect(helpText(5_000, 0)).toBe('asks for help');
    expect([[], [{ help: 0 }], [{ help: 0 }, {}, { help: 1 }]].map(askingText)).toEqual([
      '',
      '1 student asks for help',
      '2 students ask for help',
    ]);
  });
});
