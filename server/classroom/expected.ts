/** The list of those whom the instructor expects, as it is pasted or opened. A name on it lets nobody in. */
import { CLASS_CAPS, type Expected, type LineProblem } from '#dissect/page-class';
import { dashed, nameKey } from '#protocol/names';
import { JoinError, nameOfNewcomer } from './joining.ts';

export interface NamesRead {
  /** Each in its one spelling, in the order of the list. */
  readonly names: readonly string[];
  readonly problems: readonly LineProblem[];
}

/** What a table of students has above its first column. */
const HEADING = /^(names?|students?)$/i;
/** Characters of a line that are quoted in a problem. */
const QUOTED = 60;

/**
 * The names in a text: one a line, or the first column of a CSV with commas, semicolons or tabs. Empty lines do not count,
 * and neither does a heading. `leaders`: names of those who lead the class.
 */
export function readNames(text: string, leaders: readonly string[]): NamesRead {
  const problems: LineProblem[] = [];
  /** The line and the spelling of each name, by its key. */
  const found = new Map<string, { readonly name: string; readonly line: number }>();
  for (const [at, whole] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const [cell, line] = [firstCell(whole), at + 1];
    if (cell === '' || (line === 1 && HEADING.test(cell))) continue;
    const read = nameIn(cell, leaders);
    const before = 'name' in read ? found.get(nameKey(read.name)) : undefined;
    if ('why' in read) problems.push({ line, text: cell.slice(0, QUOTED), why: read.why });
    else if (before) problems.push({ line, text: cell, why: twice(before) });
    else found.set(nameKey(read.name), { name: read.name, line });
    if (found.size <= CLASS_CAPS.people) continue;
    problems.push({ line, text: cell, why: `A class has at most ${CLASS_CAPS.people} people.` });
    break;
  }
  return { names: [...found.values()].map(({ name }) => name), problems };
}

/** Who of the list has come in. `isIn` says whether somebody in the class has a name with this key. */
export function expectedNow(names: readonly string[], isIn: (key: string) => boolean): Expected[] {
  return names.map((name) => ({ name, came: isIn(nameKey(name)) }));
}

/** The first column of a line, without the quotation marks that a spreadsheet writes around it. */
function firstCell(line: string): string {
  const quoted = /^\s*"((?:[^"]|"")*)"/.exec(line)?.[1];
  const cell = quoted === undefined ? /^[^,;\t]*/.exec(line)?.[0] : quoted.replaceAll('""', '"');
  return (cell ?? '').trim();
}

function nameIn(
  cell: string,
  leaders: readonly string[],
): { readonly name: string } | { readonly why: string } {
  if (/\s/.test(cell)) return { why: `A name has no spaces; write ${dashed(cell)}.` };
  try {
    return { name: nameOfNewcomer(cell, leaders) };
  } catch (error) {
    if (error instanceof JoinError) return { why: error.message };
    throw error;
  }
}

function twice({ name, line }: { readonly name: string; readonly line: number }): string {
  return `In line ${line}, ${name} is the same name, or looks like it; only one person can have it.`;
}
