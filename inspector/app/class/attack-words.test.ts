import { describe, expect, it } from 'vitest';
import type { AttackRow, RoomAttackNow } from '#dissect/page-room-attack';
import {
  agreeLine,
  attackLine,
  countsLine,
  courseLine,
  rowLine,
  runsOf,
  sortedRows,
  standingLine,
} from './attack-words.ts';

const ASKED: RoomAttackNow = {
  id: 1,
  attack: 'flip-text',
  wire: 'plain',
  by: 'Instructor',
  since: 0,
  stage: 'asked',
  agreed: 12,
  of: 14,
  counts: { succeeds: 0, detected: 0, prevented: 0 },
  own: { agrees: null, standing: null, outcome: null },
  rows: null,
  error: null,
};
const ADA = { id: 2, name: 'Ada', role: 'student' } as const;
const LEADER = { id: 1, name: 'Instructor', role: 'instructor' } as const;

describe('the line above every view', () => {
  it('asks a student, and says what no answer means', () => {
    expect(attackLine(ASKED, ADA)).toBe(
      'The instructor asks whether Mallory may attack you: “Change a digit” on plain. 12 of 14 students here agree. You have not answered, which is a no.',
    );
    expect(attackLine({ ...ASKED, own: null }, LEADER)).toBe(
      'You ask the class about an attack: “Change a digit” on plain. 12 of 14 students here agree.',
    );
  });

  it('says to a student that Mallory is in their connection, and to others that she is not in theirs', () => {
    const begun = { ...ASKED, stage: 'begun' } as const;
    expect(attackLine({ ...begun, own: { agrees: true, standing: 'in', outcome: null } }, ADA)).toContain(
      'Mallory is in your connection on plain.',
    );
    expect(attackLine(begun, ADA)).toContain('Your connections are not touched.');
  });
});

it('counts what there is', () => {
  expect(agreeLine({ agreed: 1, of: 1 })).toBe('1 of 1 student here agrees.');
  expect(countsLine(ASKED)).toBe('Nothing to judge yet');
  expect(courseLine({ ...ASKED, error: 'the process has ended' })).toBe(
    '12 of 14 take part. Nothing to judge yet. It ended early: the process has ended.',
  );
  expect(countsLine({ counts: { succeeds: 3, detected: 0, prevented: 1 } })).toBe('3 succeed, 1 prevented');
});

it('asks for a second message where it takes one', () => {
  const own = { agrees: true, standing: 'acted', outcome: null } as const;
  expect(standingLine(own, { ...ASKED, attack: 'drop' })).toContain('Say something more.');
  expect(standingLine(own, ASKED)).not.toContain('more');
});

it('lists those who take part first, and what is to be said of each', () => {
  const row = (name: string, more: Partial<AttackRow> = {}): AttackRow => {
    return { id: 1, name, agrees: null, standing: null, outcome: null, ...more };
  };
  const rows = [
    row('Dan'),
    row('Cleo', { agrees: false }),
    row('Ben', { agrees: true }),
    row('Zoe', { standing: 'in' }),
  ];
  expect(sortedRows(rows).map(({ name }) => name)).toEqual(['Zoe', 'Ben', 'Cleo', 'Dan']);
  expect(sortedRows(rows).map(rowLine)).toEqual(['Mallory waits for a message', 'yes', 'no', 'not answered']);
});

describe('what went on', () => {
  it('is the same, or has bytes that are others', () => {
    expect(runsOf('010203', ['010203'])).toEqual([{ bytes: '010203', isOther: false }]);
    expect(runsOf('01ff03', ['010203'])).toEqual([
      { bytes: '01', isOther: false },
      { bytes: 'ff', isOther: true },
      { bytes: '03', isOther: false },
    ]);
  });

  it('is all of Mallory’s own where nothing of its length was taken', () => {
    expect(runsOf('0102', ['010203'])).toEqual([{ bytes: '0102', isOther: true }]);
  });
});
