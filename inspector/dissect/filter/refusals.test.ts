import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CompiledFilter,
  FILTER_LIMITS,
  KNOWN_NAMES,
  type RefusedFilter,
  compileFilter,
} from './index.ts';
import { compilePattern } from './pattern.ts';
import { parseFilter } from './parser.ts';
import { printFilter } from './print.ts';
import { COMPARISONS, FilterFault, type Literal, type Node } from './syntax.ts';

/** The text with a caret under the place, and the message. */
function refusal(text: string): string {
  const result = compileFilter(text, compilePattern);
  return result.ok ? 'it compiles' : `${text}\n${' '.repeat(result.at)}^ ${result.reason}`;
}

describe('a text that is not a filter', () => {
  it.each([
    ['wire ==', '       ^ expected a value after ==, found the end'],
    ['', '^ expected the name of a field, contains, matches, ! or (, found the end'],
    ['len > 64 &&', '           ^ expected the name of a field, contains, matches, ! or (, found the end'],
    ['len 64', '    ^ expected an operator, and or or, found 64'],
    ['len > 64 65', '         ^ expected and, or or the end, found 65'],
    ['(len > 64', '         ^ expected ) for the ( at 1, and or or, found the end'],
    ['len > 64)', '        ^ this ) has no ('],
    ['len = 64', '    ^ write == instead of ='],
    ['msg.text == "abc', '                ^ this string is not closed: a " is missing'],
    ['index in 3', '         ^ expected { after in, found 3'],
    ['index in {3', '           ^ expected , or } at the end of the list, found the end'],
    ['index in {9..3}', '          ^ this range has its larger number first'],
    ['msg.type == and', '            ^ and is a reserved word: put it in quotes'],
    ['lower(', '      ^ expected the name of a field, found the end'],
    ['len > 5 ; x', '        ^ unexpected ";"'],
  ])('%j', (text, expected) => {
    expect(refusal(text)).toBe(`${text}\n${expected}`);
  });

  it('says the position in the message as people count', () => {
    expect(compileFilter('msg.type == ', compilePattern)).toEqual({
      ok: false,
      at: 12,
      expected: ['a value after =='],
      message: 'at 13: expected a value after ==, found the end',
      reason: 'expected a value after ==, found the end',
    });
  });
});

describe('tests that can never hold', () => {
  it.each([
    ['msg.typ == "say"', '^ msg.typ is not a field; did you mean msg.type?'],
    ['mgs.text', '^ mgs.text is not a field; did you mean msg.text?'],
    ['text contains "a"', '^ text is not a field; did you mean msg.text or msg.messages.text?'],
    ['length > 5', '^ length is not a field; did you mean psk.length, tls.length or frame.length?'],
    ['wholly.unknown', '^ wholly.unknown is not a field'],
    ['not lower(msg.tex) == "a"', '          ^ msg.tex is not a field; did you mean msg.text?'],
    ['msg.text < 5', '           ^ msg.text is text: < compares numbers'],
    ['len > "64"', '      ^ > compares numbers: "64" is not a number'],
    ['len == "64"', '       ^ len is a number: write a number, not "64"'],
    ['len contains "6"', '             ^ len is a number: contains looks into text and bytes'],
    ['msg.text == 5', '            ^ msg.text is text: write text in quotes, not 5'],
    ['wire == tsl', '        ^ wire is never tsl: it is plain, psk, tls or tls+psk'],
    ['raw == 5', '       ^ raw is bytes: write bytes such as 17:03:03 or 0x170303, not 5'],
    [
      'psk == 5',
      '^ psk is a group of fields: it can only stand alone; name one inside it, such as psk.type, psk.length or psk.sequence',
    ],
    ['lower(msg.text) == "ABC"', '                   ^ lower() has no capitals: write "abc"'],
    ['lower(len) == 5', '^ len is a number: lower() takes text'],
    ['time > "soon"', '       ^ > compares numbers: "soon" is not a number'],
    ['msg.more == 1', '            ^ msg.more is true or false: write true or false, not 1'],
    ['msg.text matches "a("', '                   ^ in the pattern: this ( is not closed'],
    ['contains 5', '         ^ contains looks for text or bytes: write "5" or 0x…'],
  ])('%j', (text, expected) => {
    expect(refusal(text)).toBe(`${text}\n${expected}`);
  });
});

describe('caps', () => {
  const { length, depth, list } = FILTER_LIMITS;
  const isOk = (text: string): boolean => compileFilter(text, compilePattern).ok;

  it('hold for length, nesting and lists, and not below', () => {
    const long = `msg.text == "${'x'.repeat(length - 14)}"`;
    expect([long.length, isOk(long), isOk(`${long} `)]).toEqual([length, true, false]);
    const nested = (levels: number): string => `${'('.repeat(levels)}len${')'.repeat(levels)}`;
    expect([isOk(nested(depth - 1)), isOk(nested(depth))]).toEqual([true, false]);
    expect([isOk(`${'!'.repeat(depth - 1)}len`), isOk(`${'!'.repeat(depth)}len`)]).toEqual([true, false]);
    const listed = (count: number): string =>
      `len in {${Array.from({ length: count }, (_, i) => i).join(',')}}`;
    expect([isOk(listed(list)), isOk(listed(list + 1))]).toEqual([true, false]);
  });
});

describe('any text', () => {
  const word = fc.constantFrom(
    ...[
      'len',
      'msg.text',
      'msg',
      'wire',
      'raw',
      'lower',
      'in',
      'contains',
      'matches',
      'and',
      'or',
      'not',
      'true',
    ],
    ...['(', ')', '{', '}', ',', '..', '!', '==', '!=', '<', '>=', '&&', '||', '=', '&'],
    ...['"a"', '"(a*)*"', '"[', '"\\', '5', '-1', '1.5', '0x17', '17:03', '☂', '\n', 'tls+psk'],
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word, { maxLength: 30 }).map((words) => words.join(' ')),
    fc.array(word, { maxLength: 10 }).map((words) => words.join('')),
  );

  it('is a filter, or is refused at a place in it', () => {
    fc.assert(
      fc.property(text, (given) => {
        const result: CompiledFilter | RefusedFilter = compileFilter(given, compilePattern);
        if (result.ok) return;
        expect(result.at).toBeGreaterThanOrEqual(0);
        expect(result.at).toBeLessThanOrEqual(given.length);
        expect(result.reason).not.toBe('');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a tree as text', () => {
  const at = { at: 0, end: 0 };
  const path = fc.constantFrom(...KNOWN_NAMES.map((name) => name.path));
  const subject = fc.record({ path, lower: fc.boolean() }).map((part) => ({ ...at, ...part }));
  const quoted = fc
    .string({ unit: 'binary', maxLength: 20 })
    .map((text) => ({ ...at, kind: 'text' as const, text }));
  const numeral = fc
    .integer()
    .map((number) => ({ ...at, kind: 'number' as const, number, text: String(number) }));
  const literal: fc.Arbitrary<Literal> = fc.oneof(
    quoted,
    numeral,
    fc.uint8Array({ minLength: 2, maxLength: 8 }).map((bytes) => ({ ...at, kind: 'bytes' as const, bytes })),
    fc.constantFrom('c2s', 'tls+psk', 'no-key').map((text) => ({ ...at, kind: 'word' as const, text })),
  );
  const range = fc.tuple(numeral, numeral).map(([a, b]) => ({
    ...at,
    kind: 'range' as const,
    from: a.number < b.number ? a : b,
    to: a.number < b.number ? b : a,
  }));
  const { node } = fc.letrec<{ node: Node }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.record({ kind: fc.constant('present' as const), subject }),
      fc.record({
        kind: fc.constant('compare' as const),
        subject,
        operator: fc.constantFrom(...COMPARISONS),
        value: literal,
      }),
      fc.record({
        kind: fc.constant('contains' as const),
        subject: fc.option(subject, { nil: undefined }),
        value: literal,
      }),
      fc.record({
        kind: fc.constant('matches' as const),
        subject: fc.option(subject, { nil: undefined }),
        pattern: quoted,
      }),
      fc.record({
        kind: fc.constant('in' as const),
        subject,
        items: fc.array(fc.oneof(literal, range), { minLength: 1, maxLength: 4 }),
      }),
      fc.record({ kind: fc.constant('not' as const), part: tie('node') }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        parts: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
      }),
    ),
  }));
  const bare = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(bare);
    if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return part;
    const entries = Object.entries(part).filter(([key]) => key !== 'at' && key !== 'end');
    return Object.fromEntries(entries.map(([key, value]) => [key, bare(value)]));
  };

  it('reads back as the same tree', () => {
    fc.assert(
      fc.property(node, (tree) => {
        const text = printFilter(tree);
        fc.pre(text.length <= FILTER_LIMITS.length);
        expect(bare(parseFilter(text))).toEqual(bare(tree));
      }),
    );
  });

  it('would not with parentheses left out', () => {
    const [a, b] = ['(len or msg) and psk', 'len or msg and psk'];
    expect(bare(parseFilter(a))).not.toEqual(bare(parseFilter(b)));
    expect(() => parseFilter('len or')).toThrow(FilterFault);
  });
});
