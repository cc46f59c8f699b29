import { describe, expect, it } from 'vitest';
import { counted, printable, printableLines } from './shown.ts';

describe('a number of things', () => {
  it.each([
    [0, 'byte', undefined, '0 bytes'],
    [1, 'byte', undefined, '1 byte'],
    [2, 'byte', undefined, '2 bytes'],
    [1_234_567, 'record', undefined, '1,234,567 records'],
    [1, 'identity', 'identities', '1 identity'],
    [2, 'identity', 'identities', '2 identities'],
  ] as const)('%i of %s (%s): %s', (number, one, many, expected) => {
    expect(counted(number, one, many)).toBe(expected);
  });
});

describe('a text of others', () => {
  it('cannot command a terminal, nor turn the text around', () => {
    expect(printable('a\u001b]0;title\u0007b\u009bc\u202ed\u2028e\ud800f\ng')).toBe('a·]0;title·b·c·d·e·f·g');
  });

  it('keeps its lines where it may have several', () => {
    expect(printableLines('one\u001b[2J\r\ntwo\nthree')).toBe('one·[2J·\ntwo\nthree');
  });
});
