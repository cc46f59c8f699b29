/** The board of a class: students in rows, labs or the checks of one lab in columns. */
import type { BoardLab, LabStanding, PersonRow, StandingInLab } from '#dissect/page-class';

export type Standing = StandingInLab | 'not started';

export const STANDINGS: readonly Standing[] = ['done', 'working', 'stuck', 'not started'];

export interface BoardRow {
  readonly person: PersonRow;
  readonly standing: Standing;
  readonly field: LabStanding | undefined;
}

const CHECK_WORDS: Readonly<Record<string, string>> = { p: 'passed', f: 'failed', n: 'not run' };

export function students(people: readonly PersonRow[]): PersonRow[] {
  return people
    .filter(({ role, state }) => role === 'student' && state !== 'removed')
    .sort((one, other) => one.name.localeCompare(other.name));
}

export function rowsFor(people: readonly PersonRow[], lab: string): BoardRow[] {
  return students(people).map((person) => {
    const field = person.labs.find((each) => each.lab === lab);
    return { person, field, standing: field?.standing ?? 'not started' };
  });
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

/** `stuck 6 min`, `done`, `working`, `not started`. `now`: milliseconds since 1970, by the server’s clock. */
export function standingText({ standing, field }: Pick<BoardRow, 'standing' | 'field'>, now: number): string {
  if (standing !== 'stuck' || !field) return standing;
  return `stuck ${Math.max(0, Math.floor((now - field.since) / 60_000))} min`;
}

/** The board as CSV (RFC 4180): a line for each student and lab that was begun, and one for a student without any. */
export function boardCsv(people: readonly PersonRow[], labs: readonly BoardLab[]): string {
  const head = ['name', 'lab', 'standing', 'passed', 'checks', 'first failing check', 'runs', 'hints'];
  const lines = students(people).flatMap(({ name, labs: fields }) =>
    fields.length === 0
      ? [[name, '', 'not started', '', '', '', '', '']]
      : fields.map((field) => [name, field.lab, field.standing, ...figures(field, labs)]),
  );
  return [head, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
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
