import { describe, expect, it } from 'vitest';
import { authorText, bytesText, rowsOfRecords, withoutNames } from './projector-words.ts';

describe('the projector without names', () => {
  const names = { leaders: ['Instructor'], students: ['Ada', 'Bo'] };

  it('calls everyone a student but those who lead', () => {
    expect(authorText('Ada', names, true)).toBe('a student');
    expect(authorText('guest-1', names, true)).toBe('a student');
    expect(authorText('Instructor', names, true)).toBe('Instructor');
    expect(authorText('Ada', names, false)).toBe('Ada');
  });

  it.each([
    ['Ada, ask Cleo', '▒▒▒, ask Cleo'],
    ['@ADA: "Ada."', '@▒▒▒: "▒▒▒"'],
    ['what Аdа said', 'what ▒▒▒ said'],
    ['Ada’s and Adas', '▒▒▒’s and ▒▒▒'],
    ['ada-bo went', '▒▒▒ went'],
    ['about bo and Bo', 'about ▒▒▒ and ▒▒▒'],
    ['nothing here', 'nothing here'],
  ])('masks names in what is said: %s', (text, masked) => {
    expect(withoutNames(text, names.students)).toBe(masked);
  });

  it('leaves a text as it is where nobody has a name', () => {
    expect(withoutNames('Ada', [])).toBe('Ada');
  });
});

describe('bytes on the projector', () => {
  it('are hex, and say if there are more', () => {
    expect(bytesText(Uint8Array.of(0x17, 0x03, 0x03), 3)).toBe('17 03 03');
    expect(bytesText(Uint8Array.of(0x17, 0x03, 0x03), 90)).toBe('17 03 03 …');
  });

  it('stand there once for all messages of a record, apart from those that were taken away', () => {
    const row = (bytes: string | undefined, gone = false) => ({ bytes, gone });
    const rows = [row('17 a'), row('17 a'), row('17 a', true), row('17 b'), row(undefined), row(undefined)];
    expect(rowsOfRecords(rows).map(({ bytes, messages }) => [bytes, messages])).toEqual([
      ['17 a', 2],
      ['17 a', 1],
      ['17 b', 1],
      [undefined, 1],
      [undefined, 1],
    ]);
  });
});
