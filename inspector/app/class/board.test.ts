import { describe, expect, it } from 'vitest';
import type { PersonRow } from '#dissect/page-class';
import type { BoardLab, LabStanding } from '#dissect/page-labs';
import { boardCsv, boardJson, checkWord, countStandings, rowsFor, standingText } from './board.ts';

const field = (more: Partial<LabStanding> = {}): LabStanding => ({
  lab: '04-seal',
  standing: 'working',
  checks: 'pfn',
  failing: 'tag',
  since: 0,
  runs: 2,
  hints: 1,
  ...more,
});
const person = (name: string, labs: readonly LabStanding[], more: Partial<PersonRow> = {}): PersonRow => ({
  id: 0,
  name,
  role: 'student',
  state: 'here',
  joined: 0,
  seen: 0,
  address: '',
  place: '/',
  wires: [],
  labs,
  ...more,
});
const labs: readonly BoardLab[] = [{ lab: '04-seal', checks: ['nonce', 'tag', 'text'], hard: [] }];

describe('the board', () => {
  const people = [
    person('Ben', [field({ standing: 'stuck' })]),
    person('Ada', [field({ standing: 'done', checks: 'ppp' })]),
    person('Cleo', []),
    person('Lee', [], { role: 'instructor' }),
    person('Dan', [field()], { state: 'removed' }),
  ];

  it('has a row for each student who is in the class, by name', () => {
    const rows = rowsFor(people, '04-seal');
    expect(rows.map(({ name, standing }) => `${name}: ${standing}`)).toEqual([
      'Ada: done',
      'Ben: stuck',
      'Cleo: not started',
    ]);
    expect(countStandings(rows)).toEqual({ done: 1, working: 0, stuck: 1, 'not started': 1 });
  });

  it('has those below who have not come in yet', () => {
    const rows = rowsFor(people, '04-seal', ['Zoe', 'Abe']);
    expect(rows.slice(3).map((row) => `${row.name}: ${standingText(row, 0)}`)).toEqual([
      'Abe: not in the class yet',
      'Zoe: not in the class yet',
    ]);
    expect(countStandings(rows)).toMatchObject({ 'not started': 3 });
    expect(boardCsv([], [], ['Zoe'])).toContain('\r\nZoe,,not started,,,,,,,\r\n');
    expect(JSON.parse(boardJson(people, labs, ['Zoe']))).toMatchObject({
      people: [{ name: 'Ada' }, { name: 'Ben' }, { name: 'Cleo' }, { name: 'Zoe', joined: false, labs: [] }],
    });
  });

  it('says how each check ended, and for how long somebody has been stuck', () => {
    expect([0, 1, 2, 3].map((at) => checkWord(field(), at))).toEqual([
      'passed',
      'failed',
      'not run',
      'not run',
    ]);
    expect(checkWord(undefined, 0)).toBe('not run');
    const ada = person('Ada', []);
    expect(standingText({ standing: 'stuck', field: field(), person: ada }, 6.9 * 60_000)).toBe(
      'stuck 6 min',
    );
    expect(standingText({ standing: 'done', field: field(), person: ada }, 0)).toBe('done');
  });
});

describe('the board as CSV', () => {
  it('has a line for each student and lab, quoted where needed', () => {
    const flag = { own: 1, others: [{ name: '=2', time: 2 }] };
    const ada = person('Ada', [field()], { flag });
    expect(boardCsv([ada, person('a "b", c', []), person('=1+1', [])], labs)).toBe(
      [
        'name,lab,standing,passed,checks,first failing check,runs,hints,own flag,flags of others',
        "'=1+1,,not started,,,,,,not yet,",
        '"a ""b"", c",,not started,,,,,,not yet,',
        "Ada,04-seal,working,1,3,tag,2,1,handed in,'=2",
        '',
      ].join('\r\n'),
    );
  });
});
