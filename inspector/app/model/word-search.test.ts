import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showUtf8, utf8 } from '#protocol/bytes';
import type { WireRecord } from '#dissect/model';
import { wordsIn } from './word-search.ts';

const recordOf = (raw: Uint8Array): WireRecord => ({ title: 'say', raw, inner: [] }) as unknown as WireRecord;
const finds = (words: string, text: string): boolean => wordsIn(words)(recordOf(utf8(text)));

describe('words in a record', () => {
  it.each([
    ['north', 'the NORTH gate', true],
    ['gate', 'the north gat', false],
    ['@[`{', '@[`{', true],
    // One letter of a byte has its small form elsewhere: these differ in the bit of case, and are no letters.
    ['`', '@', false],
    ['273 k', '273 \u212a', true],
    ['é', 'CAFÉ', true],
    ['say', 'nothing of it', true],
  ])('%j in %j: %s', (words, text, expected) => expect(finds(words, text)).toBe(expected));

  it('are found exactly where they are in the text of the bytes', () => {
    const byte = fc.oneof(fc.constantFrom(...utf8('aAkK @`é')), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.array(byte, { maxLength: 12 }), (noise, bytes) => {
        const raw = Uint8Array.from([...noise, ...bytes]);
        const text = showUtf8(raw).toLowerCase();
        for (let at = 0; at < text.length; at++) {
          const words = text.slice(at, at + 3);
          expect(wordsIn(words)(recordOf(raw))).toBe(true);
        }
        expect(wordsIn('kA'.toLowerCase())(recordOf(raw))).toBe(text.includes('ka'));
      }),
    );
  });
});
