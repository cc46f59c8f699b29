/** Finds tests that can never hold: unknown names, and values that a name can never have. */
import { KNOWN_NAMES, knownName } from './known.ts';
import type { Kind, KnownName } from './names.ts';
import { nearest } from './nearest.ts';
import { listed } from './parser.ts';
import {
  type Comparison,
  type CompilePattern,
  FilterFault,
  type Literal,
  type ListItem,
  type Node,
  PatternFault,
  type Subject,
} from './syntax.ts';

const NAMES = KNOWN_NAMES.map(({ path }) => path);

/** Throws `FilterFault` for the first misfit. */
export function checkFilter(node: Node, compilePattern: CompilePattern): void {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.parts.forEach((part) => checkFilter(part, compilePattern));
    case 'not':
      return checkFilter(node.part, compilePattern);
    case 'present':
      return void nameOf(node.subject);
    case 'compare':
      return checkComparison(node.subject, node.operator, node.value);
    case 'in':
      return checkList(node.subject, node.items);
    case 'contains':
      return checkContains(node.subject, node.value);
    case 'matches':
      return checkMatches(node, compilePattern);
  }
}

/** Milliseconds since 1970 of a date as filters write it, in UTC unless it gives an offset. */
export function dateOf(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  if (!match) return undefined;
  const [, day, time = '00:00', zone = 'Z'] = match;
  const date = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(date) ? undefined : date;
}

function nameOf({ path, lower, at }: Subject): KnownName {
  const known = knownName(path);
  if (!known) throw unknownName(path, lower ? at + 'lower('.length : at);
  if (lower && !['text', 'named', 'any'].includes(known.kind)) {
    throw new FilterFault(at, `${path} is ${WORDS[known.kind]}: lower() takes text`, ['the name of a text']);
  }
  return known;
}

function unknownName(path: string, at: number): FilterFault {
  const near = nearest(path, NAMES);
  const hint = near.length > 0 ? `; did you mean ${listed(near)}?` : '';
  return new FilterFault(at, `${path} is not a field${hint}`, near);
}

const WORDS: Readonly<Record<Kind, string>> = {
  number: 'a number',
  text: 'text',
  named: 'a number with names',
  bytes: 'bytes',
  flag: 'true or false',
  time: 'a time',
  group: 'a group of fields',
  any: 'of several kinds',
};

function checkComparison(subject: Subject, operator: Comparison, value: Literal): void {
  const known = nameOf(subject);
  refuseGroup(known, subject);
  if (operator === '==' || operator === '!=') return checkValue(known, subject, value);
  const isNumber = value.kind === 'number' || (known.kind === 'time' && isDate(value));
  if (!['number', 'named', 'time', 'any'].includes(known.kind)) {
    const reason = `${known.path} is ${WORDS[known.kind]}: ${operator} compares numbers`;
    throw new FilterFault(value.at, reason, ['==', '!=']);
  }
  if (isNumber) return;
  const wanted = known.kind === 'time' ? 'a date in quotes' : 'a number';
  throw new FilterFault(value.at, `${operator} compares numbers: ${quote(value)} is not a number`, [wanted]);
}

function checkList(subject: Subject, items: readonly ListItem[]): void {
  const known = nameOf(subject);
  refuseGroup(known, subject);
  for (const item of items) {
    if (item.kind !== 'range') checkValue(known, subject, item);
    else if (!['number', 'named', 'time', 'any'].includes(known.kind)) {
      throw new FilterFault(item.at, `${known.path} is ${WORDS[known.kind]}: a range has numbers`, [
        'a value',
      ]);
    }
  }
}

function checkContains(subject: Subject | undefined, value: Literal): void {
  const needsBytes = value.kind === 'number' && !value.bytes;
  if (!subject) {
    if (!needsBytes) return;
    throw new FilterFault(value.at, `contains looks for text or bytes: write "${value.text}" or 0x…`, [
      'text',
      'bytes',
    ]);
  }
  const known = nameOf(subject);
  refuseGroup(known, subject);
  refuseNumbers(known, value.at, 'contains');
  if (known.kind === 'bytes' ? needsBytes : !isText(value) && known.kind !== 'any') {
    throw new FilterFault(value.at, valueReason(known, value), [EXPECTED[known.kind]]);
  }
  if (subject.lower) refuseCapitals(value);
}

function checkMatches(
  { subject, pattern }: Extract<Node, { kind: 'matches' }>,
  compilePattern: CompilePattern,
): void {
  if (subject) {
    const known = nameOf(subject);
    refuseGroup(known, subject);
    refuseNumbers(known, pattern.at, 'matches');
  }
  try {
    compilePattern(pattern.text);
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    const at = Math.min(pattern.at + 1 + error.at, pattern.end - 1);
    throw new FilterFault(at, `in the pattern: ${error.message}`, ['a regular expression']);
  }
}

function refuseGroup({ kind, path }: KnownName, { at }: Subject): void {
  if (kind !== 'group') return;
  const inside = NAMES.filter((name) => name.startsWith(`${path}.`)).slice(0, 3);
  const hint = inside.length > 0 ? `; name one inside it, such as ${listed(inside)}` : '';
  throw new FilterFault(at, `${path} is a group of fields: it can only stand alone${hint}`, inside);
}

function refuseNumbers({ kind, path }: KnownName, at: number, operator: string): void {
  if (!['number', 'flag', 'time'].includes(kind)) return;
  throw new FilterFault(at, `${path} is ${WORDS[kind]}: ${operator} looks into text and bytes`, ['==']);
}

function checkValue(known: KnownName, subject: Subject, value: Literal): void {
  if (!POSSIBLE[known.kind](value)) {
    throw new FilterFault(value.at, valueReason(known, value), [EXPECTED[known.kind]]);
  }
  if (subject.lower) refuseCapitals(value);
  if (!known.closed || !isText(value) || known.values?.includes(value.text)) return;
  const values = known.values ?? [];
  throw new FilterFault(value.at, `${known.path} is never ${quote(value)}: it is ${listed(values)}`, values);
}

const POSSIBLE: Readonly<Record<Kind, (value: Literal) => boolean>> = {
  number: (value) => value.kind === 'number',
  text: isText,
  named: (value) => isText(value) || value.kind === 'number',
  bytes: (value) => value.kind !== 'number' || value.bytes !== undefined,
  flag: (value) => value.kind === 'word' && (value.text === 'true' || value.text === 'false'),
  time: (value) => value.kind === 'number' || isDate(value),
  group: () => false,
  any: () => true,
};

const EXPECTED: Readonly<Record<Kind, string>> = {
  number: 'a number',
  text: 'text in quotes',
  named: 'a number or a name',
  bytes: 'bytes such as 17:03:03 or 0x170303',
  flag: 'true or false',
  time: 'a date such as "2026-01-31 12:00"',
  group: 'nothing',
  any: 'a value',
};

function valueReason({ path, kind }: KnownName, value: Literal): string {
  return `${path} is ${WORDS[kind]}: write ${EXPECTED[kind]}, not ${quote(value)}`;
}

/** lower() gives lower-case letters only, so a capital can never be found in it. */
function refuseCapitals(value: Literal): void {
  if (!isText(value) || value.text === value.text.toLowerCase()) return;
  const small = `"${value.text.toLowerCase()}"`;
  throw new FilterFault(value.at, `lower() has no capitals: write ${small}`, [small]);
}

function isText(value: Literal): value is Extract<Literal, { kind: 'text' | 'word' }> {
  return value.kind === 'text' || value.kind === 'word';
}

function isDate(value: Literal): boolean {
  return isText(value) && dateOf(value.text) !== undefined;
}

function quote(value: Literal): string {
  if (value.kind === 'bytes') return 'bytes';
  return value.kind === 'text' ? `"${value.text.slice(0, 30)}"` : value.text.slice(0, 30);
}
