/** A filter as a tree. Positions count characters of the text from 0; `end` is one past the last. */

/** Caps on everything that grows. */
export const FILTER_LIMITS = {
  /** Characters of a filter. */
  length: 2_000,
  /** Parentheses and negations inside one another. */
  depth: 50,
  /** Values in one list. */
  list: 100,
  /** Characters of a regular expression. */
  pattern: 200,
  /** Steps of a regular expression once its repetitions are expanded. */
  patternSteps: 500,
  /** Characters of one value that a regular expression looks at. */
  matchedText: 65_536,
} as const;

export const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof COMPARISONS)[number];
export type Operator = Comparison | 'contains' | 'matches' | 'in';

export interface Span {
  readonly at: number;
  readonly end: number;
}

export type Literal = Span &
  (
    | { readonly kind: 'text'; readonly text: string }
    /** Without quotes: `c2s`, `tls+psk`, `true`. */
    | { readonly kind: 'word'; readonly text: string }
    /** `0x1703` may be a number or bytes, depending on what it is compared with. */
    | { readonly kind: 'number'; readonly text: string; readonly number: number; readonly bytes?: Uint8Array }
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  );
export type Numeral = Extract<Literal, { kind: 'number' }>;
export type Quoted = Extract<Literal, { kind: 'text' }>;

export type ListItem =
  Literal | (Span & { readonly kind: 'range'; readonly from: Numeral; readonly to: Numeral });

export interface Subject extends Span {
  readonly path: string;
  /** True for `lower(path)`. */
  readonly lower: boolean;
}

export type Node =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Node[] }
  | { readonly kind: 'not'; readonly part: Node }
  | { readonly kind: 'present'; readonly subject: Subject }
  | {
      readonly kind: 'compare';
      readonly subject: Subject;
      readonly operator: Comparison;
      readonly value: Literal;
    }
  /** Without a subject: anywhere in the record. */
  | { readonly kind: 'contains'; readonly subject: Subject | undefined; readonly value: Literal }
  | { readonly kind: 'matches'; readonly subject: Subject | undefined; readonly pattern: Quoted }
  | { readonly kind: 'in'; readonly subject: Subject; readonly items: readonly ListItem[] };

/** Compiles a regular expression into a test for texts. Throws `PatternFault`. */
export type CompilePattern = (source: string) => (text: string) => boolean;

/** Why a text is not a regular expression, and where in it. */
export class PatternFault extends Error {
  readonly at: number;

  constructor(at: number, reason: string) {
    super(reason);
    this.at = at;
  }
}

/** Why a text is not a filter. */
export class FilterFault extends Error {
  readonly at: number;
  readonly expected: readonly string[];

  constructor(at: number, reason: string, expected: readonly string[] = []) {
    super(reason);
    this.at = at;
    this.expected = expected;
  }
}
