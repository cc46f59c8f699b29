/** Which records the list shows. */
import {
  type CompilePattern,
  KNOWN_NAMES,
  PatternFault,
  type RefusedFilter,
  compileFilter,
} from '#dissect/filter/index';
import type { Direction, FlowSummary, Inner, WireRecord } from '#dissect/model';
import { wordsIn } from './word-search.ts';

/** The records that the chips next to the search box let through. */
export interface Chips {
  /** Undefined: both. */
  readonly dir: Direction | undefined;
  /** Only records that set a connection up or end it, only those that carry messages, or both. */
  readonly part: 'all' | 'handshake' | 'data';
  /** Only this connection. */
  readonly flow: number | undefined;
  /** Only what this page sent. */
  readonly mine: boolean;
}

export const NO_CHIPS: Chips = { dir: undefined, part: 'all', flow: undefined, mine: false };

export interface Filter extends Chips {
  /** Plain words, or an expression of the filter language. */
  readonly search: string;
}

export const NO_FILTER: Filter = { ...NO_CHIPS, search: '' };

export function isFiltered({ search, ...chips }: Filter): boolean {
  return hasChips(chips) || search.trim() !== '';
}

export function hasChips({ dir, part, flow, mine }: Chips): boolean {
  return dir !== undefined || part !== 'all' || flow !== undefined || mine;
}

/** The meaning of a text in the search box. */
export type Search =
  /** `words` in lower case; empty for all records. */
  | { readonly kind: 'words'; readonly words: string; readonly fits: RecordTest }
  | { readonly kind: 'filter'; readonly fits: RecordTest }
  | { readonly kind: 'fault'; readonly text: string; readonly fault: RefusedFilter }
  /** A filter with a regular expression, whose engine is not loaded yet. */
  | { readonly kind: 'loading' };

/** A search that records can be tested with. */
export type UsableSearch = Exclude<Search, { kind: 'fault' | 'loading' }>;

export type FlowOf = (id: number) => FlowSummary | undefined;
export type RecordTest = (record: WireRecord, flowOf: FlowOf) => boolean;

export const ALL_RECORDS: Extract<Search, { kind: 'words' }> = {
  kind: 'words',
  words: '',
  fits: () => true,
};

/**
 * Reads the search box: as an expression if the text looks like one, otherwise as words. Without `compilePattern`, a
 * filter that may need it is `loading`.
 */
export function readSearch(text: string, compilePattern?: CompilePattern): Search {
  return isExpression(text) ? readFilter(text, compilePattern) : wordSearch(text);
}

/** Reads a text as an expression, whatever it looks like; an empty one fits everything. */
export function readFilter(text: string, compilePattern?: CompilePattern): Search {
  if (text.trim() === '') return ALL_RECORDS;
  if (!compilePattern && /\bmatches\b/.test(text)) return { kind: 'loading' };
  const compiled = compileFilter(text, compilePattern ?? noPatterns);
  if (!compiled.ok) return { kind: 'fault', text, fault: compiled };
  return {
    kind: 'filter',
    fits: (record, flowOf) => {
      const flow = flowOf(record.flow);
      return flow !== undefined && compiled.matches(record, flow);
    },
  };
}

/** Stands in for the engine where no text asks for it. */
function noPatterns(): never {
  throw new PatternFault(0, 'regular expressions are not loaded');
}

/** True for records that pass the chips. `isMine` recognises those that this page sent. */
export function passes(
  record: WireRecord,
  { dir, part, flow, mine }: Chips,
  isMine: RecordTest,
  flowOf: FlowOf,
): boolean {
  if (dir !== undefined && record.dir !== dir) return false;
  if (flow !== undefined && record.flow !== flow) return false;
  if (part !== 'all' && isHandshake(record) !== (part === 'handshake')) return false;
  return !mine || isMine(record, flowOf);
}

/** True for what sets a connection up or keeps it, false for what carries messages (or may, as far as can be told). */
export function isHandshake(record: WireRecord): boolean {
  if (record.proto === 'frame') return false;
  if (record.inner.length > 0) return record.inner.every(isHandshakeUnit);
  return record.state === 'clear' && record.proto !== 'unknown';
}

function isHandshakeUnit(unit: Inner): boolean {
  if (unit.proto === 'tls-handshake' || unit.proto === 'tls-alert') return true;
  return unit.proto === 'psk' && (unit.state === 'clear' || unit.state === 'was-sealed');
}

const NAMES = new Set(KNOWN_NAMES.map(({ path }) => path));
const PREFIXES = new Set(
  KNOWN_NAMES.filter(({ kind }) => kind === 'group').map(({ path }) => path.split('.')[0]),
);
const STRING = /"(?:[^"\\]|\\.)*"?/g;
const OPERATOR = /^(?:==|!=|<=|>=|<|>|=|(?:contains|matches|in)\b)/;
const JOINED = /^(?:and|or)\s/;

/**
 * People also search for words such as `time` and `hello!`, so only a text that nobody would search for is an
 * expression.
 */
export function isExpression(text: string): boolean {
  const given = text.trim();
  if (given === '' || given.startsWith('"')) return false;
  if (/^[!(]/.test(given) || /^(?:contains|matches)\s+["\d]/.test(given) || given.startsWith('lower('))
    return true;
  if (/==|!=|<=|>=|&&|\|\|/.test(given.replace(STRING, ''))) return true;
  return beginsWithTest(given.replace(/^(?:not\s+)+/, ''));
}

/** True for `tls.type`, `len >`, `tls and`, and anything after them. */
function beginsWithTest(text: string): boolean {
  const [name = ''] = /^[\w.]*/.exec(text) ?? [];
  const rest = text.slice(name.length).trimStart();
  const [prefix, ...parts] = name.split('.');
  if (parts.length > 0 && PREFIXES.has(prefix)) return true;
  return NAMES.has(name) && (OPERATOR.test(rest) || (PREFIXES.has(name) && JOINED.test(rest)));
}

function wordSearch(text: string): Search {
  const quoted = /^"(.*?)"?$/s.exec(text.trim())?.[1];
  const words = (quoted ?? text.trim()).toLowerCase();
  return words === '' ? ALL_RECORDS : { kind: 'words', words, fits: wordsIn(words) };
}
