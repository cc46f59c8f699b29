import { describe, expect, it } from 'vitest';
import { flipOf, flipText } from './scripts/flip-text.ts';
import { paddingOracle } from './scripts/padding-oracle.ts';
import { truncate } from './scripts/truncate.ts';
import { checkWords } from './words.ts';

describe('words of one’s own', () => {
  it.each([
    [truncate, 'hello', '“End the conversation” is about words of its own'],
    [paddingOracle, '  ', 'The words are empty'],
    [paddingOracle, 'a "b"', 'Quotation marks'],
    [paddingOracle, 'a\nb', 'control characters'],
    [paddingOracle, 'ü'.repeat(12), 'At most 22 bytes are possible here; these words have 24'],
    [flipText, '¡…!', 'The words need a digit or a letter from A to Z'],
  ])('$id refuses %j', (attack, words, message) => {
    expect(() => checkWords(attack, words)).toThrow(message);
  });

  it('may be as long as the attack can read', () => {
    expect(() => checkWords(paddingOracle, 'ü'.repeat(11))).not.toThrow();
  });
});

describe('the bit that is flipped', () => {
  it.each([
    ['pay 10 to eve', 'pay 90 to eve'],
    ['Room 7', 'Room 6'],
    ['8 o’clock', '9 o’clock'],
    ['Grüße, ana', 'grüße, ana'],
    ['ü7', 'ü6'],
  ])('turns “%s” into “%s”', (words, wanted) => {
    const { wanted: got, change } = flipOf(words);
    expect(got).toBe(wanted);
    expect([...change].filter((bit) => bit !== 0)).toHaveLength(1);
  });
});
