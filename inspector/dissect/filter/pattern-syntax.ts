/**
 * The part of regular expressions that can be matched in linear time: characters, classes, groups, alternatives and
 * repetition. Back references and look-around cannot, and are refused.
 */

/** Whether a code point matches. */
export type Fits = (code: number) => boolean;

export type PatternNode =
  | { readonly kind: 'char'; readonly fits: Fits }
  | { readonly kind: 'edge'; readonly edge: 'start' | 'end' | 'word' | 'inside' }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly PatternNode[] }
  /** `max` is Infinity for `*` and `+`. */
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number };

/** Why a text is not a pattern, and where in it. */
export class PatternFault extends Error {
  readonly at: number;

  constructor(at: number, reason: string) {
    super(reason);
    this.at = at;
  }
}

export const isWord: Fits = (code) =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const isDigit: Fits = (code) => code >= 48 && code <= 57;
const isSpace: Fits = (code) => /\s/u.test(String.fromCodePoint(code));
const not =
  (fits: Fits): Fits =>
  (code) =>
    !fits(code);
const isLineEnd: Fits = (code) => code === 10 || code === 13;

const CLASSES: Readonly<Record<string, Fits>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
};
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, '0': 0 };
const REPEAT = /(?:([*+?])|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})\??/y;
const MAX_DEPTH = 50;
const IGNORE_CASE = '(?i)';

export function parsePattern(source: string): PatternNode {
  const fold = source.startsWith(IGNORE_CASE);
  return new PatternParser(source, fold ? IGNORE_CASE.length : 0, fold).whole();
}

class PatternParser {
  readonly #source: string;
  readonly #fold: boolean;
  #at: number;
  #depth = 0;

  constructor(source: string, at: number, fold: boolean) {
    this.#source = source;
    this.#at = at;
    this.#fold = fold;
  }

  whole(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#source.length) this.#fail('this ) has no (');
    return node;
  }

  #choice(): PatternNode {
    const parts = [this.#sequence()];
    while (this.#eat('|')) parts.push(this.#sequence());
    return parts.length === 1 ? (parts[0] as PatternNode) : { kind: 'choice', parts };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#char)) parts.push(this.#repeated());
    return { kind: 'sequence', parts };
  }

  #repeated(): PatternNode {
    let node = this.#single();
    for (let counts = this.#repetition(); counts; counts = this.#repetition()) {
      node = { kind: 'repeat', part: node, ...counts };
    }
    return node;
  }

  /** Lazy repetition (`*?`) is treated like greedy: only whether there is a match counts. */
  #repetition(): { min: number; max: number } | undefined {
    REPEAT.lastIndex = this.#at;
    const match = REPEAT.exec(this.#source);
    if (!match) return undefined;
    const [whole, sign, low, comma, high] = match;
    const min = sign === undefined ? Number(low) : sign === '+' ? 1 : 0;
    const open = sign === undefined ? comma !== undefined && high === undefined : sign !== '?';
    const max = open ? Infinity : sign === '?' ? 1 : Number(high ?? low);
    if (max < min) this.#fail(`${whole} has its larger number first`);
    this.#at += whole.length;
    return { min, max };
  }

  #single(): PatternNode {
    const char = this.#char;
    if (char === '(') return this.#group();
    if (char === '[') return this.#set();
    if (char === '\\') return this.#escaped();
    if ('*+?'.includes(char)) this.#fail(`there is nothing before this ${char}`);
    this.#next();
    if (char === '^') return { kind: 'edge', edge: 'start' };
    if (char === '$') return { kind: 'edge', edge: 'end' };
    return char === '.'
      ? { kind: 'char', fits: not(isLineEnd) }
      : this.#literal(char.codePointAt(0) as number);
  }

  #group(): PatternNode {
    const start = this.#at;
    if (++this.#depth > MAX_DEPTH) this.#fail(`groups are nested at most ${MAX_DEPTH} levels deep`);
    this.#at++;
    if (this.#char === '?' && !this.#eat('?:')) this.#fail('look-around and named groups are not supported');
    const node = this.#choice();
    if (!this.#eat(')')) this.#fail('this ( is not closed', start);
    this.#depth--;
    return node;
  }

  #escaped(): PatternNode {
    const start = this.#at++;
    const char = this.#next();
    if (char === '') this.#fail('there is nothing after this \\', start);
    if (/[1-9]/.test(char) || char === 'k') this.#fail('back references are not supported', start);
    if (char === 'b') return { kind: 'edge', edge: 'word' };
    if (char === 'B') return { kind: 'edge', edge: 'inside' };
    const fits = CLASSES[char];
    return fits ? { kind: 'char', fits } : this.#literal(this.#code(char, start));
  }

  #set(): PatternNode {
    const start = this.#at++;
    const negative = this.#eat('^');
    const parts: Fits[] = [];
    for (let first = true; first || this.#char !== ']'; first = false) {
      if (this.#at >= this.#source.length) this.#fail('this [ is not closed', start);
      if (first && this.#char === ']') break;
      parts.push(this.#member());
    }
    this.#at++;
    const fits: Fits = (code) => parts.some((part) => part(code));
    const folded = this.#folded(fits);
    return { kind: 'char', fits: negative ? not(folded) : folded };
  }

  #member(): Fits {
    const start = this.#at;
    const low = this.#bound();
    if (typeof low === 'function') return low;
    const isRange = this.#char === '-' && !['', ']'].includes(this.#source[this.#at + 1] ?? '');
    if (!isRange) return (code) => code === low;
    this.#at++;
    const high = this.#bound();
    if (typeof high === 'function' || high < low)
      return this.#fail('this range has no beginning and end', start);
    return (code) => code >= low && code <= high;
  }

  #bound(): number | Fits {
    const start = this.#at;
    const char = this.#next();
    if (char !== '\\') return char.codePointAt(0) as number;
    const escaped = this.#next();
    if (escaped === 'b') return 8;
    return CLASSES[escaped] ?? this.#code(escaped, start);
  }

  /** The code of the character after a backslash. */
  #code(char: string, start: number): number {
    const control = CONTROLS[char];
    if (control !== undefined) return control;
    const hex = char === 'x' ? /^[0-9a-f]{2}/i : char === 'u' ? /^[0-9a-f]{4}/i : undefined;
    if (hex) {
      const digits = hex.exec(this.#source.slice(this.#at))?.[0];
      if (digits === undefined) return this.#fail(`\\${char} needs hex digits`, start);
      this.#at += digits.length;
      return Number.parseInt(digits, 16);
    }
    if (char === '' || /[A-Za-z]/.test(char)) this.#fail(`\\${char} has no meaning here`, start);
    return char.codePointAt(0) as number;
  }

  #literal(wanted: number): PatternNode {
    return { kind: 'char', fits: this.#folded((code) => code === wanted) };
  }

  #folded(fits: Fits): Fits {
    if (!this.#fold) return fits;
    return (code) => {
      const char = String.fromCodePoint(code);
      return [char, char.toLowerCase(), char.toUpperCase()].some((form) =>
        fits(form.codePointAt(0) as number),
      );
    };
  }

  get #char(): string {
    const code = this.#source.codePointAt(this.#at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #next(): string {
    const char = this.#char;
    this.#at += char.length;
    return char;
  }

  #eat(text: string): boolean {
    const found = this.#source.startsWith(text, this.#at);
    if (found) this.#at += text.length;
    return found;
  }

  #fail(reason: string, at = this.#at): never {
    throw new PatternFault(at, reason);
  }
}
