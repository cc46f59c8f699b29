/** The display filter: a small language over the fields of a record. `docs/reference/filter.md` is its page. */
import { checkFilter } from './check.ts';
import { type Matches, compileNode } from './compile.ts';
import { parseFilter } from './parser.ts';
import { type CompilePattern, FilterFault } from './syntax.ts';

export { type Completion, completions } from './complete.ts';
export { nearest } from './nearest.ts';
export { KNOWN_NAMES, RECORD_TABLE } from './known.ts';
export type { Kind, KnownName } from './names.ts';
export { quoteText } from './print.ts';
export { type CompilePattern, FILTER_LIMITS, PatternFault } from './syntax.ts';

export interface CompiledFilter {
  readonly ok: true;
  /** True when the record matches. Never throws. The result holds until the record is read again. */
  readonly matches: Matches;
}

export interface RefusedFilter {
  readonly ok: false;
  /** Index of the character with the mistake, from 0; the length of the text if something is missing at its end. */
  readonly at: number;
  /** What could stand there instead, shortest wording first. */
  readonly expected: readonly string[];
  /** `at 12: expected a value after ==, found the end`; this position counts from 1, as people do. */
  readonly message: string;
  /** The message without the position, for callers that point at the place. */
  readonly reason: string;
}

/**
 * The test of a filter, or why the text is not a filter. Every text gives one of the two. `compilePattern` is that of
 * `pattern.ts`: the caller brings it, because the page loads it late.
 */
export function compileFilter(text: string, compilePattern: CompilePattern): CompiledFilter | RefusedFilter {
  try {
    const node = parseFilter(text);
    checkFilter(node, compilePattern);
    return { ok: true, matches: compileNode(node, compilePattern) };
  } catch (error) {
    if (!(error instanceof FilterFault)) throw error;
    const { at, expected, message: reason } = error;
    return { ok: false, at, expected, reason, message: `at ${at + 1}: ${reason}` };
  }
}
