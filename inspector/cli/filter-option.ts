/** `--filter` and the like: the display filter, and an error that points at the mistake. */
import { compileFilter } from '#dissect/filter/index';
import { compilePattern } from '#dissect/filter/pattern';
import type { Selection } from './selection.ts';
import { printable } from '#protocol/shown';
import { columnsOf } from './output/terminal.ts';

/** The test of a filter. Throws an `Error` that shows the text, a caret under the mistake, and what was expected. */
export function filterTest(text: string, option = '--filter'): NonNullable<Selection['matches']> {
  const filter = compileFilter(text, compilePattern);
  if (filter.ok) return filter.matches;
  const caret = ' '.repeat(columnsOf(printable(text.slice(0, filter.at))));
  throw new Error(`${option}: ${filter.reason}\n  ${printable(text)}\n  ${caret}^`);
}
