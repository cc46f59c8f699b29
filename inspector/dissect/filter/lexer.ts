/** Splits a filter into tokens. Anything else becomes a `bad` token that says why; the parser may stop before it. */
import { fromHex } from '#protocol/bytes';
import type { Span } from './syntax.ts';

export type Token = Span &
  (
    | { readonly kind: 'word'; readonly text: string }
    | { readonly kind: 'sign'; readonly text: string }
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'number'; readonly text: string; readonly number: number; readonly bytes?: Uint8Array }
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    | {
        readonly kind: 'bad';
        readonly reason: string;
        readonly expected: readonly string[];
        readonly fault: number;
      }
    | { readonly kind: 'end' }
  );
type Shape = Token extends infer T ? (T extends Span ? Omit<T, 'end'> : never) : never;

const SPACE = /\s+/y;
const BYTES = /[0-9a-f]{2}(?::[0-9a-f]{2})+(?![\w:])/iy;
const HEX = /0x[0-9a-f]+(?!\w)/iy;
const NUMBER = /-?\d+(?:\.\d+)?(?!\w)/y;
/** Includes names of fields, with dots, and the signs that occur in names and titles. */
const WORD = /[A-Za-z_]\w*(?:[.+-]\w+)*/y;
const SIGN = /==|!=|<=|>=|&&|\|\||\.\.|[<>!(){},]/y;
const RUN = /[^\s"(){},]+/y;

/** All tokens of a text, the last one of kind `end`. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < text.length;) {
    const space = take(SPACE, text, at);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const token = next(text, at);
    found.push(token);
    at = token.end;
  }
  return [...found, { kind: 'end', at: text.length, end: text.length }];
}

function next(text: string, at: number): Token {
  if (text[at] === '"') return quoted(text, at);
  const shaped = (token: Shape, length: number): Token => ({ ...token, end: at + length });
  const bytes = take(BYTES, text, at);
  if (bytes !== undefined) {
    return shaped({ kind: 'bytes', at, bytes: fromHex(bytes.replaceAll(':', '')) }, bytes.length);
  }
  const hex = take(HEX, text, at);
  if (hex !== undefined)
    return shaped({ kind: 'number', at, text: hex, ...hexLiteral(hex.slice(2)) }, hex.length);
  const number = take(NUMBER, text, at);
  if (number !== undefined)
    return shaped({ kind: 'number', at, text: number, number: Number(number) }, number.length);
  const word = take(WORD, text, at);
  if (word !== undefined) return shaped({ kind: 'word', at, text: word }, word.length);
  const sign = take(SIGN, text, at);
  if (sign !== undefined) return shaped({ kind: 'sign', at, text: sign }, sign.length);
  return bad(text, at);
}

function hexLiteral(digits: string): { number: number; bytes?: Uint8Array } {
  const number = Number.parseInt(digits, 16);
  return digits.length % 2 === 0 ? { number, bytes: fromHex(digits) } : { number };
}

const SLIPS: Readonly<Record<string, string>> = {
  '=': '==',
  '&': '&&',
  '|': '||',
  '≠': '!=',
  '≤': '<=',
  '≥': '>=',
};

function bad(text: string, at: number): Token {
  const run = take(RUN, text, at) ?? text.charAt(at);
  const meant = SLIPS[text.charAt(at)];
  const reason = meant === undefined ? `unexpected "${show(run)}"` : `write ${meant} instead of ${text[at]}`;
  const length = meant === undefined ? run.length : 1;
  return {
    kind: 'bad',
    at,
    end: at + length,
    reason,
    expected: meant === undefined ? [] : [meant],
    fault: at,
  };
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
  '0': '\0',
};
const NUMBERED = /x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}/iy;

/** A string in double quotes. Other escapes stay as they are, so that a pattern can be written as `"\d+"`. */
function quoted(text: string, start: number): Token {
  let out = '';
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '"') return { kind: 'text', at: start, end: at + 1, text: out };
    if (char !== '\\') {
      out += char;
      continue;
    }
    const { value, length } = escapeAt(text, at);
    out += value;
    at += length;
  }
  const reason = 'this string is not closed: a " is missing';
  return { kind: 'bad', at: start, end: text.length, reason, expected: ['"'], fault: text.length };
}

/** The character that the escape after the backslash at `at` stands for, and how long it is without the backslash. */
function escapeAt(text: string, at: number): { value: string; length: number } {
  const char = text[at + 1] ?? '';
  const simple = ESCAPES[char];
  if (simple !== undefined) return { value: simple, length: 1 };
  NUMBERED.lastIndex = at + 1;
  const match = NUMBERED.exec(text);
  const code = match && Number.parseInt(match[1] ?? match[2] ?? match[3] ?? '', 16);
  if (match && code !== null && code <= 0x10ffff) {
    return { value: String.fromCodePoint(code), length: match[0].length };
  }
  return { value: '\\', length: 0 };
}

function take(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** A piece of the filter, shortened for a message. */
export function show(piece: string): string {
  return piece.length > 30 ? `${piece.slice(0, 30)}…` : piece;
}
