/**
 * The grammar of filters, by recursive descent:
 *
 *     or      = and { ("||" | "or") and }
 *     and     = not { ("&&" | "and") not }
 *     not     = ("!" | "not") not | "(" or ")" | test
 *     test    = subject [ operator value ] | ("contains" | "matches") value
 *     subject = name | "lower" "(" name ")"
 *     value   = string | number | bytes | word | "{" item { "," item } "}"   (a list only after "in")
 *     item    = value | number ".." number
 */
import { type Token, show, tokens } from './lexer.ts';
import {
  COMPARISONS,
  type Comparison,
  FILTER_LIMITS,
  FilterFault,
  type ListItem,
  type Literal,
  type Node,
  type Subject,
} from './syntax.ts';

export const OR = ['||', 'or'] as const;
export const AND = ['&&', 'and'] as const;
export const NOT = ['!', 'not'] as const;
/** Words that cannot be names of fields. */
export const RESERVED = new Set(['and', 'or', 'not', 'in', 'contains', 'matches', 'lower']);

/** The tree of a filter. Throws `FilterFault`. */
export function parseFilter(text: string): Node {
  if (text.length > FILTER_LIMITS.length) {
    throw new FilterFault(FILTER_LIMITS.length, `a filter has at most ${FILTER_LIMITS.length} characters`);
  }
  return new Parser(text).whole();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokens(text);
  }

  whole(): Node {
    const node = this.#or();
    const { kind, at } = this.#token;
    if (kind === 'end') return node;
    if (this.#isSign(')')) throw new FilterFault(at, 'this ) has no (', ['and', 'or', 'the end']);
    return this.#expected(this.#couldCompare ? ['an operator', 'and', 'or'] : ['and', 'or', 'the end']);
  }

  /** True after a name without an operator, where an operator would have been possible. */
  get #couldCompare(): boolean {
    const last = this.#tokens[this.#next - 1];
    const before = this.#tokens[this.#next - 2];
    return last?.kind === 'word' && !(before?.kind === 'sign' && isComparison(before.text));
  }

  #or(): Node {
    return this.#joined('or', OR, () => this.#and());
  }

  #and(): Node {
    return this.#joined('and', AND, () => this.#not());
  }

  #joined(kind: 'and' | 'or', signs: readonly string[], part: () => Node): Node {
    const parts = [part()];
    while (this.#eatAny(signs)) parts.push(part());
    return parts.length === 1 ? (parts[0] as Node) : { kind, parts };
  }

  #not(): Node {
    const { at } = this.#token;
    if (++this.#depth > FILTER_LIMITS.depth) {
      throw new FilterFault(at, `a filter is nested at most ${FILTER_LIMITS.depth} levels deep`);
    }
    const node = this.#eatAny(NOT) ? ({ kind: 'not', part: this.#not() } as const) : this.#primary();
    this.#depth--;
    return node;
  }

  #primary(): Node {
    const open = this.#token;
    if (!this.#eatAny(['('])) return this.#test();
    const node = this.#or();
    if (this.#eatAny([')'])) return node;
    return this.#expected([`) for the ( at ${open.at + 1}`, 'and', 'or']);
  }

  #test(): Node {
    if (this.#eatAny(['contains']))
      return { kind: 'contains', subject: undefined, value: this.#value('contains') };
    if (this.#eatAny(['matches'])) return { kind: 'matches', subject: undefined, pattern: this.#pattern() };
    const subject = this.#subject();
    if (this.#eatAny(['contains'])) return { kind: 'contains', subject, value: this.#value('contains') };
    if (this.#eatAny(['matches'])) return { kind: 'matches', subject, pattern: this.#pattern() };
    if (this.#eatAny(['in'])) return { kind: 'in', subject, items: this.#list() };
    const token = this.#token;
    if (token.kind === 'sign' && isComparison(token.text)) {
      this.#next++;
      return { kind: 'compare', subject, operator: token.text, value: this.#value(token.text) };
    }
    return { kind: 'present', subject };
  }

  #subject(): Subject {
    const { at } = this.#token;
    if (!this.#eatAny(['lower'])) return { ...this.#name(), lower: false };
    if (!this.#eatAny(['('])) this.#expected(['( after lower']);
    const { path } = this.#name();
    if (!this.#eatAny([')'])) this.#expected([') after the name']);
    return { path, at, end: this.#behind, lower: true };
  }

  #name(): { path: string; at: number; end: number } {
    const token = this.#token;
    const isName = token.kind === 'word' && !RESERVED.has(token.text);
    if (!isName)
      return this.#expected(['the name of a field', 'contains', 'matches', '!', '('].slice(0, this.#width));
    this.#next++;
    return { path: token.text, at: token.at, end: token.end };
  }

  /** How many alternatives to name: inside lower() only a name is possible. */
  get #width(): number {
    const before = this.#tokens[this.#next - 2];
    return before?.kind === 'word' && before.text === 'lower' ? 1 : 5;
  }

  #value(after: string): Literal {
    const token = this.#token;
    if (token.kind === 'word' && RESERVED.has(token.text)) {
      throw new FilterFault(token.at, `${token.text} is a reserved word: put it in quotes`, [
        `a value after ${after}`,
      ]);
    }
    if (token.kind === 'word' || token.kind === 'text' || token.kind === 'number' || token.kind === 'bytes') {
      this.#next++;
      return token;
    }
    return this.#expected([`a value after ${after}`]);
  }

  #pattern(): Extract<Literal, { kind: 'text' }> {
    const token = this.#token;
    if (token.kind !== 'text') return this.#expected(['a pattern in quotes after matches']);
    this.#next++;
    return token;
  }

  #list(): ListItem[] {
    if (!this.#eatAny(['{'])) this.#expected(['{ after in']);
    const items = [this.#item('{')];
    while (this.#eatAny([','])) {
      if (items.length === FILTER_LIMITS.list) {
        throw new FilterFault(this.#token.at, `a list has at most ${FILTER_LIMITS.list} values`, ['}']);
      }
      items.push(this.#item(','));
    }
    if (!this.#eatAny(['}'])) this.#expected([',', '} at the end of the list']);
    return items;
  }

  #item(after: string): ListItem {
    const first = this.#value(after);
    if (!this.#eatAny(['..'])) return first;
    if (first.kind !== 'number')
      throw new FilterFault(first.at, 'a range goes from number to number', ['a number']);
    const last = this.#value('..');
    if (last.kind !== 'number')
      throw new FilterFault(last.at, 'a range goes from number to number', ['a number']);
    if (last.number < first.number) {
      throw new FilterFault(first.at, 'this range has its larger number first', [
        `${last.number}..${first.number}`,
      ]);
    }
    return { kind: 'range', from: first, to: last, at: first.at, end: last.end };
  }

  get #token(): Token {
    const token = this.#tokens[this.#next] as Token;
    if (token.kind === 'bad') throw new FilterFault(token.fault, token.reason, token.expected);
    return token;
  }

  /** One past the last character read. */
  get #behind(): number {
    return this.#tokens[this.#next - 1]?.end ?? 0;
  }

  #isSign(text: string): boolean {
    const token = this.#token;
    return token.kind === 'sign' && token.text === text;
  }

  #eatAny(texts: readonly string[]): boolean {
    const token = this.#token;
    const found = (token.kind === 'sign' || token.kind === 'word') && texts.includes(token.text);
    if (found) this.#next++;
    return found;
  }

  #expected(expected: readonly string[]): never {
    const { at, end, kind } = this.#token;
    const found = kind === 'end' ? 'the end' : show(this.#text.slice(at, end));
    throw new FilterFault(at, `expected ${listed(expected)}, found ${found}`, expected);
  }
}

export function isComparison(text: string): text is Comparison {
  return COMPARISONS.some((comparison) => comparison === text);
}

/** `a`, `a or b`, `a, b or c`. */
export function listed(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}
