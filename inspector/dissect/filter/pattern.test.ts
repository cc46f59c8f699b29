import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from './pattern.ts';
import { PatternFault } from './syntax.ts';

describe('a pattern', () => {
  it('finds what the engine of the language finds', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        'b',
        'A',
        '.',
        '[ab]',
        '[^a]',
        '[a-c]',
        '\\d',
        '\\w',
        '\\W',
        '\\s',
        '\\b',
        '\\B',
        '^',
        '$',
        '\\.',
        '☂',
      ],
      ...[
        '(a|b)',
        '(?:ab)',
        '(a|)',
        'a|b',
        'a*',
        'b+',
        'a?',
        '(ab)*',
        '(a*)+',
        'a{2}',
        'b{1,2}',
        'a{2,}',
        'b*?',
        '[\\d-]',
      ],
    );
    const pattern = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'A', '1', ' ', '.', '-', '\n', '☂'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(pattern, text, fc.boolean(), (source, chars, fold) => {
        const given = chars.join('');
        const expected = new RegExp(source, fold ? 'iu' : 'u').test(given);
        expect(compilePattern(fold ? `(?i)${source}` : source)(given)).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
  });

  it('follows all ways at once, however many there are', () => {
    const text = `${'a'.repeat(20_000)}!`;
    for (const source of ['(a+)+$', '^(a|a)*$', '(a*)*b', '(.*)(.*)(.*)(.*)b', '(a?){30}a{30}$']) {
      expect(compilePattern(source)(text)).toBe(false);
    }
  });

  it('begins where an earlier beginning failed', () => {
    expect(compilePattern('aab')('aaab')).toBe(true);
    expect(compilePattern('\\bgate')('north gate')).toBe(true);
  });

  it.each([
    ['(a', 0, 'this ( is not closed'],
    ['a)', 1, 'this ) has no ('],
    ['[a', 0, 'this [ is not closed'],
    ['*a', 0, 'there is nothing before this *'],
    ['(a)\\1', 3, 'back references are not supported'],
    ['x(?=a)', 1, 'look-around is not supported'],
    ['x(?<!a)', 1, 'look-around is not supported'],
    ['x(?z)', 1, '(?z has no meaning here'],
    ['(a)(b', 3, 'this ( is not closed'],
    ['\\((b', 2, 'this ( is not closed'],
    ['(a))b)', 3, 'this ) has no ('],
    ['(a[b', 2, 'this [ is not closed'],
    ['b-a[b-a]', 4, 'this range has no beginning and end'],
    ['a{2}{2}', 1, '{2}{2} repeats a repetition'],
    ['a\\', 1, 'there is nothing after this \\'],
    ['a{3,2}', 1, '{3,2} has its larger number first'],
    ['\\y', 0, '\\y has no meaning here'],
    ['[b-a]', 1, 'this range has no beginning and end'],
    ['a{400}a{400}', 0, 'this pattern repeats too much: write smaller numbers in {}'],
    ['(((a{99}){99}){99}){99}', 9, 'this pattern repeats too much: write smaller numbers in {}'],
    ['a'.repeat(201), 200, 'a pattern has at most 200 characters'],
  ])('%j is refused', (source, at, reason) => {
    expect(() => compilePattern(source)).toThrow(new PatternFault(at, reason));
    try {
      compilePattern(source);
    } catch (error) {
      expect((error as PatternFault).at).toBe(at);
    }
  });

  it('takes a character by its number', () => {
    expect(compilePattern('^\\x17\\u2602\\x{1f44b}\\\\u0041$')('\x17☂👋\\u0041')).toBe(true);
  });

  it('takes each byte as a character', () => {
    const bytes = String.fromCharCode(0x17, 0x03, 0x03, 0xff, 0x0a, 0x80);
    expect(compilePattern('^\\x17\\x03\\x03[\\x80-\\xff]\\n\\x80$')(bytes)).toBe(true);
    expect(compilePattern('\\x17\\x03\\x04')(bytes)).toBe(false);
  });

  it('is compiled or refused, whatever it is', () => {
    const piece = fc.oneof(
      fc.constantFrom('(', ')', '[', ']', '{', '}', '\\', '?', '*', '|', '^', '-', ',', '9'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), fc.string(), (pieces, text) => {
        try {
          compilePattern(pieces.join(''))(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PatternFault);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
