import { describe, expect, it } from 'vitest';
import { KEPT_LIMITS, type KeptMarks, keptOf, readKept, withKept } from './kept-marks.ts';

const identity = (number: number): string => number.toString(16).padStart(64, '0');
const MARK = { flow: 1, index: 2, time: 3, note: 'why?' };

describe('the marks of captures', () => {
  it('are those of the same file, the last time, and can be forgotten', () => {
    const kept = withKept(withKept([], identity(1), [MARK]), identity(2), []);
    expect(keptOf(readKept(JSON.stringify(kept)), identity(1))).toEqual([MARK]);
    expect(keptOf(withKept(kept, identity(1), []), identity(1))).toEqual([]);
    expect(keptOf(withKept(kept, identity(1), undefined), identity(1))).toBeUndefined();
  });

  it('are kept of the newest captures, as long as their text is not too long', () => {
    let kept: KeptMarks = [];
    for (let number = 0; number <= KEPT_LIMITS.captures; number++)
      kept = withKept(kept, identity(number), [MARK]);
    expect(kept.map((one) => one.identity)).toEqual(
      Array.from({ length: KEPT_LIMITS.captures }, (_, at) => identity(at + 1)),
    );
    const long = Array.from({ length: 1_000 }, (_, index) => ({ ...MARK, index, note: 'x'.repeat(500) }));
    expect(withKept(withKept(kept, identity(90), long), identity(91), long)).toHaveLength(1);
  });

  it.each([null, 'no JSON', '[{"identity":"short","marks":[]}]', `[{"identity":"${identity(1)}"}]`])(
    'are none in %s',
    (text) => expect(readKept(text)).toEqual([]),
  );
});
