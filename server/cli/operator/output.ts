/** What the operator's commands print: a table on a terminal, tab-separated columns in a pipe, or JSON. */
import Table from 'cli-table3';
import pc from 'picocolors';
import { printable } from '#protocol/shown';

export interface Column<T> {
  readonly head: string;
  readonly cell: (row: T) => string;
  readonly right?: boolean;
}

/** One JSON document, or a line for each row. In a pipe there is no heading, for commands such as `cut -f2`. */
export function printList<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  { json = false, none }: { readonly json?: boolean | undefined; readonly none: string },
): void {
  if (json) return console.log(JSON.stringify(rows, null, 2));
  if (!process.stdout.isTTY) return rows.forEach((row) => console.log(lineOf(row, columns)));
  if (rows.length === 0) return console.log(none);
  const table = new Table({
    head: columns.map(({ head }) => pc.bold(head)),
    colAligns: columns.map(({ right }) => (right ? 'right' : 'left')),
    style: { head: [], compact: true, border: pc.isColorSupported ? ['gray'] : [] },
  });
  table.push(...rows.map((row) => columns.map(({ cell }) => printable(cell(row)))));
  console.log(table.toString());
}

/** A single row. */
export function lineOf<T>(row: T, columns: readonly Column<T>[]): string {
  return columns.map(({ cell }) => printable(cell(row))).join('\t');
}

/** Prints one thing with its properties. */
export function printFacts<T>(
  subject: T,
  facts: readonly (readonly [name: string, value: string])[],
  { json = false }: { readonly json?: boolean | undefined },
): void {
  if (json) return console.log(JSON.stringify(subject, null, 2));
  const tty = process.stdout.isTTY;
  const width = Math.max(...facts.map(([name]) => name.length)) + 2;
  for (const [name, value] of facts)
    console.log(tty ? `${pc.bold(name.padEnd(width))}${printable(value)}` : `${name}\t${printable(value)}`);
}

/** Prints what was done: a sentence, or with `json` an object with further properties. */
export function printDone(
  sentence: string,
  { json = false }: { readonly json?: boolean | undefined },
  more: object = {},
): void {
  console.log(json ? JSON.stringify({ done: sentence, ...more }) : printable(sentence));
}
