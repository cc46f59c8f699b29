import { describe, expect, it } from 'vitest';
import type { CheckState, LabProgress, LabReport } from '#dissect/page-labs';
import {
  STUCK_AFTER,
  boardField,
  boardLabs,
  hinted,
  misconceptions,
  reported,
  standingIn,
} from './progress.ts';

const LETTERS: Readonly<Record<string, CheckState>> = { p: 'passed', f: 'failed', n: 'not run' };
/** `pfn`: the first check passed, the second failed, the third was not run. */
const report = (states: string, hints = 0): LabReport => ({
  lab: '04-seal',
  hints,
  checks: [...states].map((letter, at) => ({ id: `check-${at}`, state: LETTERS[letter] ?? 'not run' })),
});
const after = (...runs: string[]): LabProgress => {
  let progress: LabProgress | undefined;
  for (const [now, states] of runs.entries()) progress = reported(progress, report(states), now);
  return progress as LabProgress;
};

describe('progress with a lab', () => {
  it('is work until every check has passed', () => {
    expect(standingIn(after('pfn'))).toBe('working');
    expect(after('pfn')).toMatchObject({ failing: 'check-1', runs: 1, again: 1, done: undefined });
    expect(standingIn(after('pfn', 'ppp'))).toBe('done');
    expect(after('pfn', 'ppp')).toMatchObject({ failing: undefined, again: 0, done: 1 });
  });

  it('is stuck when the same check fails again and again, since it first did', () => {
    const same = Array<string>(STUCK_AFTER).fill('pff');
    expect(standingIn(after('fff', ...same))).toBe('stuck');
    expect(after('fff', ...same)).toMatchObject({ failing: 'check-1', again: STUCK_AFTER, since: 1 });
    expect(standingIn(after(...same, 'ppf'))).toBe('working');
    expect(standingIn(after(...same.slice(1), 'fpp', 'pff'))).toBe('working');
  });

  it('stays done, whatever is tried afterwards', () => {
    expect(standingIn(after('ppp', 'fff', 'fff', 'fff'))).toBe('done');
    expect(after('ppp', 'fff').done).toBe(0);
  });

  it('counts the hints that were shown, and forgets none', () => {
    const asked = hinted(undefined, '04-seal', 2, 5);
    expect(asked).toMatchObject({ hints: 2, runs: 0, since: 5 });
    expect(standingIn(asked)).toBe('working');
    expect(reported(asked, report('pfn', 1), 6).hints).toBe(2);
    expect(hinted(reported(undefined, report('f', 1), 0), '04-seal', 3, 9)).toMatchObject({
      hints: 3,
      runs: 1,
    });
  });
});

describe('the board', () => {
  it('has a letter for each check, and what fails', () => {
    expect(boardField(after('pfn'))).toEqual({
      lab: '04-seal',
      standing: 'working',
      checks: 'pfn',
      failing: 'check-1',
      since: 0,
      runs: 1,
      hints: 0,
    });
    expect(boardField(after('pp'))).not.toHaveProperty('failing');
  });

  it('has the labs that somebody has begun, with the checks of the fullest run', () => {
    const begun = hinted(undefined, '01-frames', 1, 0);
    expect(boardLabs([after('pf'), begun, after('pfp')])).toEqual([
      { lab: '01-frames', checks: [], hard: [] },
      {
        lab: '04-seal',
        checks: ['check-0', 'check-1', 'check-2'],
        hard: [{ check: 'check-1', students: 2 }],
      },
    ]);
  });
});

describe('misconceptions', () => {
  it('are the checks that students failed at least once, each counted once a student', () => {
    const all = [after('pfp', 'pfp', 'ppp'), after('fff'), after('ppp'), after('pfn')];
    expect(misconceptions(all)).toEqual([
      { check: 'check-1', students: 3 },
      { check: 'check-0', students: 1 },
      { check: 'check-2', students: 1 },
    ]);
  });
});
