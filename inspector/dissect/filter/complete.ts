/** What could be typed next: names of fields, operators for the field, and its known values. */
import { type Token, tokens } from './lexer.ts';
import { KNOWN_NAMES, knownName } from './known.ts';
import type { Kind, KnownName } from './names.ts';
import { AND, NOT, OR, RESERVED } from './parser.ts';
import { quoteText } from './print.ts';
import { COMPARISONS, FILTER_LIMITS } from './syntax.ts';

export interface Completion {
  /** Replaces the characters from `from` to `to`. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** What it is, in a few words. */
  readonly note: string;
}

/** What is expected at a place. */
type Wanted =
  | { readonly kind: 'test' }
  | { readonly kind: 'name' }
  | { readonly kind: 'operator'; readonly path: string }
  | { readonly kind: 'value'; readonly path: string; readonly operator: string }
  | { readonly kind: 'junction' }
  | { readonly kind: 'nothing' };

interface Offer {
  readonly text: string;
  readonly note: string;
}

const MAX_OFFERED = 50;
/** Names with at most this many parts come first: the prefixes, before the hundreds of fields inside them. */
const SHALLOW = 2;

/** Completions at `cursor` (an index into `text`), the most likely first. */
export function completions(text: string, cursor: number): Completion[] {
  if (text.length > FILTER_LIMITS.length) return [];
  const all = tokens(text);
  const open = openName(text, cursor, all);
  if (open) {
    const before = all.filter(({ kind, end }) => kind !== 'end' && end <= open.at);
    return offered(wantedAfter(before), open.name, { from: open.at, to: cursor });
  }
  return atToken(text, cursor, all);
}

function atToken(text: string, cursor: number, all: readonly Token[]): Completion[] {
  const touched = all.find(({ kind, at, end }) => isTyped(kind) && at < cursor && cursor <= end);
  const before = all.filter(({ kind, end }) => kind !== 'end' && end <= (touched?.at ?? cursor));
  const isInside = all.some(
    ({ kind, at, end }) => kind !== 'word' && kind !== 'end' && at < cursor && cursor < end,
  );
  if (isInside && touched?.kind !== 'bad' && touched?.kind !== 'text') return [];
  const typed = touched ? text.slice(touched.at, cursor) : '';
  return offered(wantedAfter(before), typed, { from: touched?.at ?? cursor, to: touched?.end ?? cursor });
}

function offered(wanted: Wanted, typed: string, range: Pick<Completion, 'from' | 'to'>): Completion[] {
  const offers = ranked(offersFor(wanted), typed);
  return offers.slice(0, MAX_OFFERED).map((offer) => ({ ...offer, ...range }));
}

/** A name up to a dot before the cursor: it is not a token yet, but the beginning of the names below it. */
function openName(
  text: string,
  cursor: number,
  all: readonly Token[],
): { readonly name: string; readonly at: number } | undefined {
  const found = /[A-Za-z_]\w*(?:[.+-]\w+)*\.$/.exec(text.slice(0, cursor));
  if (!found || !all.some(({ kind, at }) => kind === 'word' && at === found.index)) return undefined;
  return { name: found[0], at: found.index };
}

/** Whether completing replaces the token: words, and strings, closed or not. */
function isTyped(kind: Token['kind']): boolean {
  return kind === 'word' || kind === 'text' || kind === 'bad';
}

function wantedAfter(before: readonly Token[]): Wanted {
  const last = before.at(-1);
  if (!last) return { kind: 'test' };
  if (last.kind === 'bad') return { kind: 'nothing' };
  const text = textOf(last);
  const list = openList(before);
  if (list !== undefined) return wantedInList(list, text);
  return text === undefined ? { kind: 'junction' } : wantedAfterSign(text, before);
}

function wantedInList(path: string, last: string | undefined): Wanted {
  const isNext = last === '{' || last === ',';
  return isNext ? { kind: 'value', path, operator: 'in' } : { kind: 'nothing' };
}

function wantedAfterSign(text: string, before: readonly Token[]): Wanted {
  const older = textOf(before.at(-2)) ?? '';
  if (text === '(' && older === 'lower') return { kind: 'name' };
  if (OPENS_TEST.has(text)) return { kind: 'test' };
  if (OPENS_VALUE.has(text)) {
    return { kind: 'value', path: subjectBefore(before.slice(0, -1)) ?? '', operator: text };
  }
  if (text === 'in' || text === 'lower') return { kind: 'nothing' };
  const path = OPENS_VALUE.has(older) ? undefined : subjectBefore(before);
  return path === undefined ? { kind: 'junction' } : { kind: 'operator', path };
}

const OPENS_TEST: ReadonlySet<string> = new Set(['(', ...AND, ...OR, ...NOT]);
const OPENS_VALUE: ReadonlySet<string> = new Set([...COMPARISONS, 'contains', 'matches']);

/** Path of the subject at the end of the tokens: a name, or lower(name). */
function subjectBefore(before: readonly Token[]): string | undefined {
  const isCall = textOf(before.at(-1)) === ')' && textOf(before.at(-4)) === 'lower';
  const last = before.at(isCall ? -2 : -1);
  return last?.kind === 'word' && !RESERVED.has(last.text) ? last.text : undefined;
}

/** Path whose list is open at the end, or `undefined`. */
function openList(before: readonly Token[]): string | undefined {
  const open = before.findLastIndex((token) => textOf(token) === '{');
  const close = before.findLastIndex((token) => textOf(token) === '}');
  return open > close ? (subjectBefore(before.slice(0, open - 1)) ?? '') : undefined;
}

function textOf(token: Token | undefined): string | undefined {
  return token?.kind === 'sign' || token?.kind === 'word' ? token.text : undefined;
}

function offersFor(wanted: Wanted): readonly Offer[] {
  switch (wanted.kind) {
    case 'test':
      return TESTS;
    case 'name':
      return TEXTS;
    case 'operator':
      return [...operatorsFor(knownName(wanted.path)?.kind ?? 'any'), ...JUNCTIONS];
    case 'value':
      return valuesFor(knownName(wanted.path), wanted.operator);
    case 'junction':
      return JUNCTIONS;
    case 'nothing':
      return [];
  }
}

const TEST_WORDS: readonly Offer[] = [
  { text: 'contains', note: 'text or bytes anywhere in the record' },
  { text: 'matches', note: 'a pattern anywhere in the record' },
  { text: 'not', note: 'the opposite of a test' },
  { text: 'lower(', note: 'a text in lower case' },
];
/** There are more than a thousand names, so they are prepared once. */
const TESTS: readonly Offer[] = [...KNOWN_NAMES.map(nameOffer), ...TEST_WORDS];
const TEXTS: readonly Offer[] = KNOWN_NAMES.filter(({ kind }) => kind === 'text' || kind === 'named').map(
  nameOffer,
);

function nameOffer({ path, note }: KnownName): Offer {
  return { text: path, note };
}

const JUNCTIONS: Offer[] = [
  { text: 'and', note: 'both must hold' },
  { text: 'or', note: 'one of them must hold' },
];
const EQUALITY: readonly Offer[] = [
  { text: '==', note: 'any value equals' },
  { text: '!=', note: 'no value equals' },
];
const ORDER: readonly Offer[] = [
  { text: '<', note: 'less than' },
  { text: '<=', note: 'at most' },
  { text: '>', note: 'greater than' },
  { text: '>=', note: 'at least' },
];
const LOOKING: readonly Offer[] = [
  { text: 'contains', note: 'has it somewhere inside' },
  { text: 'matches', note: 'matches a pattern' },
];
const IN: Offer = { text: 'in {', note: 'equals one of a list' };

const OPERATORS: Readonly<Record<Kind, readonly Offer[]>> = {
  number: [...EQUALITY, ...ORDER, IN],
  text: [...EQUALITY, ...LOOKING, IN],
  named: [...EQUALITY, IN, ...ORDER, ...LOOKING],
  bytes: [...LOOKING, ...EQUALITY, IN],
  flag: EQUALITY,
  time: [...ORDER, ...EQUALITY],
  group: [],
  any: [...EQUALITY, ...LOOKING, IN, ...ORDER],
};

function operatorsFor(kind: Kind): readonly Offer[] {
  return OPERATORS[kind];
}

/** `contains` and `matches` take parts and patterns, for which whole values would be misleading. */
function valuesFor(known: KnownName | undefined, operator: string): Offer[] {
  if (!known || operator === 'contains' || operator === 'matches') return [];
  if (known.kind === 'flag')
    return ['true', 'false'].map((text) => ({ text, note: `a value of ${known.path}` }));
  const note = `${known.closed ? 'a value' : 'a known value'} of ${known.path}`;
  return (known.values ?? []).map((value) => ({ text: known.closed ? value : quoteText(value), note }));
}

/** Offers that begin with the typed text come before those that have it further in. */
function ranked(offers: readonly Offer[], typed: string): Offer[] {
  const wanted = typed.replace(/^"|"$/g, '').toLowerCase();
  const byRate: Offer[][] = [[], [], [], []];
  for (const offer of offers) {
    const rate = rateOf(offer.text.replace(/^"/, '').toLowerCase(), wanted);
    if (rate !== undefined) byRate[rate]?.push(offer);
  }
  return byRate.flat();
}

/** 0 for the best match, 3 for the weakest; `undefined` for none. */
function rateOf(text: string, wanted: string): 0 | 1 | 2 | 3 | undefined {
  const at = text.indexOf(wanted);
  if (at < 0) return undefined;
  const depth = text.split('.').length;
  if (wanted === '') return depth > SHALLOW ? 2 : 0;
  if (at === 0) return depth - wanted.split('.').length > 1 ? 1 : 0;
  return text[at - 1] === '.' ? 2 : 3;
}
