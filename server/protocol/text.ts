/**
 * How text is cleaned before it is stored and shown. The client cleans before it sends and the server before it
 * stores, so both show the same; the result is harmless to a terminal or a page.
 */
import { LIMITS } from './limits.ts';

/**
 * Marks on one letter. Living scripts need about six at most (Hebrew with accents, stacks in Tibetan); a longer pile
 * climbs over the lines above and below.
 */
const MARKS_MOST = 8;

const LINE_ENDS = /\r\n|[\r\u2028\u2029]/g;
/** Control characters (C0, DEL, C1) except line feed and tab. */
const CONTROLS = /[^\P{Cc}\n\t]/gu;
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g;
const NOTHING_TO_SEE = /^[\s\p{Default_Ignorable_Code_Point}\p{Cf}]*$/u;
/** Text without any of these is clean as it is, which most text is. */
const SUSPECT = new RegExp(
  [CONTROLS, /[\u2028\u2029]/, DIRECTIONS, /[\p{M}\p{Cf}]{9}/u, NOTHING_TO_SEE]
    .map((r) => r.source)
    .join('|'),
  'u',
);

const PDF = '\u202c';
const PDI = '\u2069';
/** What opens something, and what closes it (UAX #9, table 4). Overrides open something, but are not kept. */
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['\u202a', PDF], // LRE
  ['\u202b', PDF], // RLE
  ['\u202d', PDF], // LRO
  ['\u202e', PDF], // RLO
  ['\u2066', PDI], // LRI
  ['\u2067', PDI], // RLI
  ['\u2068', PDI], // FSI
]);
const OVERRIDES: ReadonlySet<string> = new Set(['\u202d', '\u202e']);

/**
 * The text without control characters (except line feeds and tabs) and without directional overrides; every embedding
 * and isolate is closed in its line (UAX #9); a letter has at most eight marks; every kind of line end is a line
 * feed. Empty when nothing visible is left. A text of at most `cap` UTF-16 units stays within it. Cleaning
 * it again changes nothing.
 */
export function cleanText(text: string, cap: number = LIMITS.text): string {
  if (!SUSPECT.test(text)) return text;
  const plain = text.replace(LINE_ENDS, '\n').replace(CONTROLS, '');
  const closed = limitMarks(plain.split('\n').map(closeDirections).join('\n'));
  // Where there is no room to close what was opened, nothing is opened: anything left open would turn around the
  // text after it.
  const clean = closed.length > cap ? limitMarks(plain.replace(DIRECTIONS, '')) : closed;
  return NOTHING_TO_SEE.test(clean) ? '' : clean;
}

/** One line in which everything that is opened is closed, innermost first, and nothing is closed that is not open. */
function closeDirections(line: string): string {
  const open: string[] = [];
  let clean = '';
  for (const char of line) {
    if (CLOSERS.has(char)) {
      open.push(char);
      if (!OVERRIDES.has(char)) clean += char;
    } else if (char === PDF) clean += closeEmbedding(open);
    else if (char === PDI) clean += closeIsolate(open);
    else clean += char;
  }
  return clean + closeFrom(open, 0);
}

/** A PDF closes the innermost embedding, but not through an isolate (UAX #9, rule X7). */
function closeEmbedding(open: string[]): string {
  const innermost = open.at(-1);
  return innermost !== undefined && CLOSERS.get(innermost) === PDF ? closeFrom(open, open.length - 1) : '';
}

/** A PDI closes the innermost isolate and every embedding in it (UAX #9, rule X6a). */
function closeIsolate(open: string[]): string {
  const innermost = open.findLastIndex((char) => CLOSERS.get(char) === PDI);
  return innermost < 0 ? '' : closeFrom(open, innermost);
}

function closeFrom(open: string[], at: number): string {
  const kept = open.splice(at).filter((char) => !OVERRIDES.has(char));
  return kept
    .reverse()
    .map((char) => CLOSERS.get(char))
    .join('');
}

/** Drops marks beyond the cap. Joiners and other format characters are not letters: no new count begins with them. */
function limitMarks(text: string): string {
  let marks = 0;
  let clean = '';
  for (const char of text) {
    if (/[\p{Mn}\p{Me}]/u.test(char)) marks += 1;
    else if (!/[\p{Mc}\p{Cf}]/u.test(char)) marks = 0;
    else {
      clean += char;
      continue;
    }
    if (marks <= MARKS_MOST) clean += char;
  }
  return clean;
}
