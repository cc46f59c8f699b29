/** `--filter`: the display filter, and a refusal that points at the place. */
import { compileFilter } from '#dissect/filter/index';
import type { Selection } from './selection.ts';
import { printable } from '#wire/shown';
import { columnsOf } from './terminal.ts';

/** The test of a filter. Throws an `Error` that shows the text, a caret under the place and what was expected there. */
export function filterTest(text: string): NonNullable<Selection['matches']> {
  const filter = compileFilter(text);
  if (filter.ok) return filter.matches;
  const caret = ' '.repeat(columnsOf(printable(text.slice(0, filter.at))));
  throw new Error(`--filter: ${filter.reason}\n  ${printable(text)}\n  ${caret}^`);
}
