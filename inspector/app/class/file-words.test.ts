import { describe, expect, it } from 'vitest';
import { FILE_ENDS } from '#dissect/page-file';
import { endForReader, endForStudent, fileOf, readersText } from './file-words.ts';

describe('the words for a file that is shown', () => {
  it('say who has it open', () => {
    expect(readersText([])).toBe('Nobody has it open now.');
    expect(readersText(['Instructor'])).toBe('The instructor has it open now.');
    expect(readersText(['Instructor', 'Tess'])).toBe('The instructor and Tess have it open now.');
  });

  it('say why it is over, differently for each reason', () => {
    const said = FILE_ENDS.flatMap((why) => [endForReader(why, 'Ada'), endForStudent(why)]);
    expect(new Set(said).size).toBe(2 * FILE_ENDS.length);
    expect(endForReader('stopped', 'Ada')).toBe('Ada has stopped showing it.');
    expect(endForStudent('time')).toBe('Nobody can read your code any more. The 15 minutes were over.');
  });

  it('name the file as the editor does', () => {
    expect(fileOf('04-seal')).toBe('04-seal.ts');
  });
});
