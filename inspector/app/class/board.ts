/** The board of a class: students in rows, labs or the checks of one lab in columns. */
import type { PersonRow } from '#dissect/page-class';
import type { BoardLab, LabStanding, StandingInLab } from '#dissect/page-labs';
import { flagCells } from './flag-words.ts';
import { byWaiting } from './help-words.ts';

export type Standing = StandingInLab | 'not started';

export const STANDINGS: readonly Standing[] = ['done', 'working', 'stuck', 'not started'];

export interface BoardRow {
  readonly name: string;
  /** Undefined for somebody on the instructor’s list who is not in the class yet. */
  readonly person: PersonRow | undefined;
  readonly standing: Standing;
  readonly field: LabStanding | undefined;
}

const CHECK_WORDS: Readonly<Record<string, string>> = { p: 'passed', f: 'failed', n: 'not run' };

export function students(people: readonly PersonRow[]): PersonRow[] {
  return people
    .filter(({ role, state }) => role === 'student' && state !== 'removed')
    .sort((one, other) => byWaiting(one, other) || one.name.localeCompare(other.name));
}

/** `expected`: names of those who have not come in yet. They stand below the others. */
export function rowsFor(
  people: readonly PersonRow[],
  lab: string,
  expected: readonly string[] = [],
): BoardRow[] {
  const rows = students(people).map((person): BoardRow => {
    const field = person.labs.find((each) => each.lab === lab);
    return { name: person.name, person, field, standing: field?.standing ?? 'not started' };
  });
  const missing = byName(expected).map((name): BoardRow => ({
    name,
    person: undefined,
    field: undefined,
    standing: 'not started',
  }));
  return [...rows, ...missing];
}

function byName(names: readonly string[]): string[] {
  return [...names].sort((one, other) => one.localeCompare(other));
}

/** How many are how far: `{ done: 3, working: 1, stuck: 0, 'not started': 2 }`. */
export function countStandings(rows: readonly BoardRow[]): Record<Standing, number> {
  const counts: Record<Standing, number> = { done: 0, working: 0, stuck: 0, 'not started': 0 };
  for (const { standing } of rows) counts[standing] += 1;
  return counts;
}

/** What a field of a check says; nothing where no check was run. */
export function checkWord(field: LabStanding | undefined, at: number): string {
  return CHECK_WORDS[field?.checks.charAt(at) ?? ''] ?? 'not run';
}

/** `stuck 6 min`, `done`, `working`, `not started`, `not in the class yet`. `now`: milliseconds since 1970, by the server’s clock. */
export function standingText(
  { standing, field, person }: Pick<BoardRow, 'standing' | 'field' | 'person'>,
  now: number,
): string {
  if (!person) return 'not in the class yet';
  if (standing !== 'stuck' || !field) return standing;
  return `stuck ${Math.max(0, Math.floor((now - field.since) / 60_000))} min`;
}

const CSV_HEAD = [
  ...['name', 'lab', 'standing', 'passed', 'checks', 'first failing check', 'runs', 'hints'],
  ...['own flag', 'flags of others'],
];

/**
 * The board as CSV (RFC 4180): a line for each student and lab that was begun, and one for a student without any, also for
 * one who has not come in yet.
 */
export function boardCsv(
  people: readonly PersonRow[],
  labs: readonly BoardLab[],
  expected: readonly string[] = [],
): string {
  const lines = students(people).flatMap((person) => {
    const [{ name, labs: fields }, flags] = [person, flagCells(person)];
    return fields.length === 0
      ? [[...unstarted(name), ...flags]]
      : fields.map((field) => [name, field.lab, field.standing, ...figures(field, labs), ...flags]);
  });
  const missing = byName(expected).map((name) => [...unstarted(name), '', '']);
  return [CSV_HEAD, ...lines, ...missing].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

function unstarted(name: string): string[] {
  return [name, '', 'not started', '', '', '', '', ''];
}

/** The board as JSON, with those who have not come in yet. */
export function boardJson(
  people: readonly PersonRow[],
  labs: readonly BoardLab[],
  expected: readonly string[],
): string {
  const rows = students(people).map(({ name, labs: fields, flag }) => ({
    name,
    joined: true,
    labs: fields,
    ...(flag && { flag }),
  }));
  const missing = byName(expected).map((name) => ({ name, joined: false, labs: [] }));
  return JSON.stringify({ labs, people: [...rows, ...missing] }, null, 2);
}

function figures({ lab, checks, failing, runs, hints }: LabStanding, labs: readonly BoardLab[]): string[] {
  const passed = [...checks].filter((letter) => letter === 'p').length;
  const all = Math.max(checks.length, labs.find((each) => each.lab === lab)?.checks.length ?? 0);
  return [passed, all, failing ?? '', runs, hints].map(String);
}

/** A name that begins like a formula would be one in a spreadsheet. */
function cell(text: string): string {
  const safe = /^[-=+@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
