import { describe, expect, it } from 'vitest';
import { CLASS_CAPS } from '#dissect/page-class';
import { type HandedIn, flagStanding, withFlag } from './flags.ts';

const names = new Map([
  [1, 'Ada'],
  [2, 'Ben'],
]);
const standing = (handedIn: readonly HandedIn[]) => flagStanding(1, handedIn, (id) => names.get(id));

describe('the flags that a student hands in', () => {
  it('are each kept once, with the time of the first', () => {
    const one = withFlag([], { person: 1, whose: 2, now: 10 }) ?? [];
    expect(withFlag(one, { person: 1, whose: 2, now: 20 })).toBeUndefined();
    const both = withFlag(one, { person: 1, whose: 1, now: 30 }) ?? [];
    expect(standing(both)).toEqual({ own: 30, others: [{ name: 'Ben', time: 10 }] });
  });

  it('are so many of others at most, and always the own one', () => {
    let flags: readonly HandedIn[] = [];
    for (let whose = 2; whose < 2 + CLASS_CAPS.flagsOfOthers; whose++)
      flags = withFlag(flags, { person: 1, whose, now: 0 }) ?? [];
    expect(flags).toHaveLength(CLASS_CAPS.flagsOfOthers);
    expect(withFlag(flags, { person: 1, whose: 900, now: 0 })).toBeUndefined();
    expect(withFlag(flags, { person: 1, whose: 1, now: 0 })).toHaveLength(CLASS_CAPS.flagsOfOthers + 1);
  });

  it('are not spoken of until there is one', () => {
    expect(standing([])).toBeUndefined();
    expect(standing([{ whose: 1, time: 5 }])).toEqual({ own: 5, others: [] });
  });
});
