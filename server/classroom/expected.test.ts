import { describe, expect, it } from 'vitest';
import { CLASS_CAPS } from '#dissect/page-class';
import { nameKey } from '#protocol/names';
import { expectedNow, readNames } from './expected.ts';

const read = (text: string) => readNames(text, ['Grace']);
const namesIn = (text: string) => {
  const { names, problems } = read(text);
  expect(problems).toEqual([]);
  return names;
};

describe('a list of names', () => {
  it.each([
    ['one a line, with empty lines', '\uFEFFAda\n\n  Ben  \r\nCleo\r\n', ['Ada', 'Ben', 'Cleo']],
    ['a CSV with a heading', 'Name,Class\nAda,7b\nBen,7b', ['Ada', 'Ben']],
    ['a CSV of a spreadsheet', '"Ada";"7b; left"\n"Ben";', ['Ada', 'Ben']],
    ['columns with tabs', 'Ada\t7b\nBen\t7c', ['Ada', 'Ben']],
    ['letters in another spelling', 'Zoe\u0308', ['Zo\u00eb']],
    ['nothing', ' \n\n', []],
  ])('is taken from %s', (_, text, names) => {
    expect(namesIn(text)).toEqual(names);
  });

  it.each([
    ['Ada Lovelace', 'A name has no spaces; write Ada-Lovelace.'],
    ['A\u202eda', 'A name has 1 to 32 letters'],
    ['"A ""b"""', 'A name has no spaces'],
    ['a'.repeat(33), 'A name has 1 to 32 letters'],
    ['Our-Teacher', 'This name is kept for those who lead the class'],
    ['Grace', 'This name is kept for those who lead the class'],
  ])('says why %j is no name, and in which line', (cell, why) => {
    const { names, problems } = read(`Ada\n${cell}\nBen`);
    expect(names).toEqual(['Ada', 'Ben']);
    expect(problems).toEqual([
      { line: 2, text: expect.any(String) as string, why: expect.stringContaining(why) as string },
    ]);
  });

  it('has each name once, also in look-alike letters', () => {
    // Er, o, er.
    expect(read('Pop\nBen\n\u0420\u043e\u0440').problems).toEqual([
      { line: 3, text: '\u0420\u043e\u0440', why: expect.stringContaining('In line 1, Pop is') as string },
    ]);
  });

  it('ends where a class is full', () => {
    const many = Array.from({ length: CLASS_CAPS.people + 9 }, (_, at) => `s${at}`).join('\n');
    expect(read(many).problems).toEqual([
      { line: CLASS_CAPS.people + 1, text: `s${CLASS_CAPS.people}`, why: 'A class has at most 500 people.' },
    ]);
  });

  it('knows who has come in, by names that look the same', () => {
    const here = new Set(['ADA'].map(nameKey));
    expect(expectedNow(['Ada', 'Ben'], (key) => here.has(key))).toEqual([
      { name: 'Ada', came: true },
      { name: 'Ben', came: false },
    ]);
  });
});
