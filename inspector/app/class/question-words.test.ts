import { describe, expect, it } from 'vitest';
import type { ClassState } from '#dissect/page-class';
import type { ClassQuestion, QuestionOutcome } from '#dissect/page-question';
import { heatRuns, outcomeText, questionLine, runText } from './question-words.ts';

const OUTCOME: QuestionOutcome = {
  readable: [[0, 3]],
  answers: 3,
  marked: [3, 3, 1, 1, 0],
  mean: 72,
  score: null,
};
const QUESTION: ClassQuestion = {
  id: 1,
  by: 'Instructor',
  flow: 1,
  record: 2,
  wire: 'psk',
  dir: 'c2s',
  bytes: '17000000ff',
  own: null,
  answered: null,
  outcome: null,
};
const state = (name: string): ClassState => ({ me: { name }, here: 5 }) as ClassState;

describe('a question to the class', () => {
  it('is said to a student, to whoever asks, and to who else leads', () => {
    expect(questionLine(QUESTION, state('Ada'))).toBe(
      'The instructor asks: which of these bytes can Eve read?',
    );
    const asked = { ...QUESTION, answered: 2 };
    expect(questionLine(asked, state('Instructor'))).toBe(
      'You ask the class which bytes Eve can read. 2 of 5 students here answered.',
    );
    expect(questionLine(asked, state('Bo'))).toMatch(/^The instructor asks the class/);
    expect(questionLine({ ...asked, outcome: OUTCOME }, state('Bo'))).toMatch(/what the class marked/);
  });

  it('has its outcome in words: bytes in a row of which the same can be said', () => {
    expect(heatRuns(OUTCOME).map(runText)).toEqual([
      'Bytes 0–1: 100 % marked, readable',
      'Byte 2: 33 % marked, readable',
      'Byte 3: 33 % marked, unreadable',
      'Byte 4: 0 % marked, unreadable',
    ]);
    expect(outcomeText(OUTCOME)).toBe('3 answers, 72 of 100 points on average.');
  });

  it('says what Eve can read also where nobody has answered', () => {
    const none: QuestionOutcome = { ...OUTCOME, answers: 0, marked: [0, 0, 0, 0, 0], mean: null };
    expect(heatRuns(none).map(runText)).toEqual(['Bytes 0–2: readable', 'Bytes 3–4: unreadable']);
    expect(outcomeText(none)).toBe('Nobody has handed in.');
  });
});
