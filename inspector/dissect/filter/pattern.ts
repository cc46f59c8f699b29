/**
 * The regular expressions of filters. RE2 matches in time proportional to pattern times text, whatever the pattern is,
 * so no filter can hang the page, not even `(a+)+$`. The page loads this file only when a filter needs it, because
 * re2js would add a sixth to what the page loads first.
 */
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { FILTER_LIMITS, PatternFault } from './syntax.ts';

const REPEATS_TOO_MUCH = 'this pattern repeats too much: write smaller numbers in {}';

/** A function that tells whether the pattern occurs anywhere in a text. Throws `PatternFault`. */
export function compilePattern(source: string): (text: string) => boolean {
  if (source.length > FILTER_LIMITS.pattern) {
    throw new PatternFault(
      FILTER_LIMITS.pattern,
      `a pattern has at most ${FILTER_LIMITS.pattern} characters`,
    );
  }
  const pattern = compiled(source);
  if (pattern instanceof RE2JSSyntaxException) throw faultOf(source, pattern);
  if (pattern.programSize() > FILTER_LIMITS.patternSteps) throw new PatternFault(0, REPEATS_TOO_MUCH);
  return (text) => pattern.test(text.slice(0, FILTER_LIMITS.matchedText));
}

function compiled(source: string): RE2JS | RE2JSSyntaxException {
  try {
    return RE2JS.compile(inRe2(source));
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return error;
    throw error;
  }
}

/** RE2 writes `\u2602` as `\x{2602}`. */
function inRe2(source: string): string {
  return source.replace(/\\(?:u([0-9a-f]{4})|[^])/gi, (escape, hex?: string) =>
    hex === undefined ? escape : `\\x{${hex}}`,
  );
}

interface Refusal {
  /** The part of the pattern that is refused, as the library quotes it. */
  readonly part: string;
  readonly reason: string;
}

/** What the library refuses, by its name for the error. */
const REFUSALS: Readonly<Record<string, (part: string) => Refusal>> = {
  'unexpected )': () => ({ part: ')', reason: 'this ) has no (' }),
  'missing closing ]': (part) => ({ part, reason: 'this [ is not closed' }),
  'missing argument to repetition operator': (part) => ({
    part,
    reason: `there is nothing before this ${part}`,
  }),
  'invalid nested repetition operator': (part) => ({ part, reason: `${part} repeats a repetition` }),
  'invalid repeat count': (part) => ({
    part,
    reason: isBackwards(part) ? `${part} has its larger number first` : REPEATS_TOO_MUCH,
  }),
  'invalid character class range': (part) => ({ part, reason: 'this range has no beginning and end' }),
  'invalid escape sequence': (part) => ({
    part,
    reason: /^\\[1-9k]/.test(part) ? 'back references are not supported' : `${part} has no meaning here`,
  }),
  'trailing backslash at end of expression': () => ({
    part: '\\',
    reason: 'there is nothing after this \\',
  }),
  'invalid or unsupported Perl syntax': lookAround,
  'invalid named capture': lookAround,
};

function lookAround(part: string): Refusal {
  const isLook = /^\(\?<?[=!]/.test(part);
  return { part, reason: isLook ? 'look-around is not supported' : `${part} has no meaning here` };
}

function isBackwards(repetition: string): boolean {
  const [from = 0, to = Infinity] = [...repetition.matchAll(/\d+/g)].map(Number);
  return from > to;
}

function faultOf(source: string, { error, input }: RE2JSSyntaxException): PatternFault {
  if (error === 'missing closing )') return new PatternFault(unclosedAt(source), 'this ( is not closed');
  const refusal = REFUSALS[error]?.(input ?? '');
  if (!refusal) return new PatternFault(0, `this pattern is refused: ${error}`);
  return new PatternFault(placeOf(source, error, refusal.part), refusal.reason);
}

/** Where the parenthesis is that is not closed: the pattern is whole up to there, and never again. */
function unclosedAt(source: string): number {
  let at = source.lastIndexOf('(');
  while (at > 0 && compiled(source.slice(0, at)) instanceof RE2JSSyntaxException) {
    at = source.lastIndexOf('(', at - 1);
  }
  return at;
}

/**
 * Where the refused part begins, which the library does not say: the pattern, read up to the end of that part, is
 * refused in the same way. The same characters may also be somewhere before, where they are fine.
 */
function placeOf(source: string, error: string, part: string): number {
  for (let at = source.indexOf(part); at >= 0; at = source.indexOf(part, at + 1)) {
    const refused = compiled(source.slice(0, at + part.length));
    if (refused instanceof RE2JSSyntaxException && refused.error === error) return at;
  }
  return 0;
}
