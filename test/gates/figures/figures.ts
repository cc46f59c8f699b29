/**
 * Figures in the prose of pages. A row is a sentence, or a part of one, whose figures are computed: a page must contain it,
 * word for word. A figure that no row gives is reported, unless it is among those that somebody else has fixed.
 */
import type { Row } from './row.ts';

/** A part of a page's text whose figures nothing of ours decides, and who has decided them. */
export interface Fixed {
  readonly text: string | RegExp;
  readonly by: string;
}

export interface Held {
  readonly rows?: readonly Row[];
  readonly fixed?: readonly Fixed[];
}

/** What is wrong with a page: rows that it does not contain, and figures that nothing holds. */
export function faultsOf(markdown: string, { rows = [], fixed = [] }: Held): string[] {
  const text = proseOf(markdown);
  const held: Range[] = [];
  const missing: string[] = [];
  for (const row of rows) {
    const found = placesOf(text, row.text);
    if (found.length === 0) missing.push(`does not say: ${row.text}`);
    held.push(
      ...found.flatMap((at) =>
        row.values.map(({ start, end }) => ({ start: at.start + start, end: at.start + end })),
      ),
    );
  }
  for (const { text: part } of fixed) {
    const found = placesOf(text, part);
    if (found.length === 0) missing.push(`does not say: ${String(part)}`);
    held.push(...found);
  }
  const loose = figuresIn(text).filter(
    ({ start, end }) => !held.some((range) => range.start <= start && end <= range.end),
  );
  return [...missing, ...loose.map(({ start, end }) => `nothing holds: ${around(text, start, end)}`)];
}

export function figureCount(markdown: string): number {
  return figuresIn(proseOf(markdown)).length;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The text of a page on one line: without front matter, code blocks, generated tables and the numbers of lists. */
function proseOf(markdown: string): string {
  return markdown
    .replace(/^---\n.*?\n---\n/s, '')
    .replace(/<!-- table: .*?<!-- end -->/gs, '')
    .replace(/^( *)```.*?^\1```/gms, '')
    .replace(/^ *\d+\. /gm, '')
    .replace(/^\|[ :|-]+\|$/gm, '')
    .replace(/\s+/g, ' ');
}

/** Digits that are part of a name, or lead somewhere, and say nothing. */
const NAMES: readonly RegExp[] = [
  /\]\([^)]*\)/g,
  /<[^<>]*>/g,
  /`[^`]*(wireglass |npm |node |tshark )[^`]*`/g,
  /\bTLS 1\.\d( (and|or|to) 1\.\d)?|\b[Vv]ersions? 1\.\d|\b(SSL|TLS) [123]\.0( to 1\.\d)?|\bHTTP\/1\.1/g,
  /\bRFC \d+(, \d+)*|§[\d.]+\d|§\d+|\bFIPS [\d-]+|\bSP 800-\w+|\bUAX #\d+|\bappendix [A-E]\.\d/g,
  /\b[Ll]abs? \[?\d\d\b(?:¤*(?:,| and| to) \[?\d\d\b)*/g,
  /`\d\d-[a-z-]+`/g,
  /\b[Hh]andouts? \d|\*\*\d\.|## \d\./g,
  /\b[A-Za-z][\w-]*[-.]?\d[\w.-]*|\b0-RTT\b|\b6to4\b|\b3DES\b|\b802\.1\w*/g,
  /\b\d+\.\d+\.\d+\.\d+\b(:\d+)?/g,
];

/** What stands in place of a name: nothing that is part of a word. */
const MASK = '¤';

const POWER = /\b\d+\^[\d.]*\d/;
const NUMBER = /\b\d[\d,]*(?:\.\d+)?(?<!,)/;
const HEX = /\b[0-9a-f]{2}(?: [0-9a-f]{2})+\b/;
const COUNTED =
  /\b(?:[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|[Ee]leven|[Tt]welve|sixteen|twenty|thirty)\b(?= (?:bytes|bits|characters|seconds|minutes|attempts|guesses)\b)/;
const FIGURE = new RegExp([POWER, HEX, NUMBER, COUNTED].map(({ source }) => source).join('|'), 'g');

function figuresIn(prose: string): Range[] {
  const text = NAMES.reduce((all, name) => all.replace(name, (found) => MASK.repeat(found.length)), prose);
  return placesOf(text, FIGURE);
}

function placesOf(text: string, part: string | RegExp): Range[] {
  const pattern = typeof part === 'string' ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : part.source;
  return [...text.matchAll(new RegExp(pattern, 'g'))].map(({ 0: found, index }) => ({
    start: index,
    end: index + found.length,
  }));
}

function around(text: string, start: number, end: number): string {
  return `…${text.slice(Math.max(0, start - 30), start)}[${text.slice(start, end)}]${text.slice(end, end + 30)}…`;
}
