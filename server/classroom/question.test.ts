import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangesOf, scoreOf } from '#dissect/prediction';
import { Question, outcomeOf } from './question.ts';

/** Five bytes, of which Eve can read the first two. */
const READABLE = Uint8Array.of(1, 1, 0, 0, 0);
const ASKED = {
  id: 1,
  by: 'Instructor',
  flow: 3,
  record: 0,
  wire: 'psk',
  dir: 'c2s',
  bytes: '1700001f00',
} as const;
const [ADA, BEN, CLEO] = [1, 2, 3] as const;

const ask = (): Question => new Question(ASKED, READABLE);

describe('a question to the class', () => {
  it('counts for each byte who has marked it, and tells each their own score', () => {
    const question = ask();
    expect(question.answer(ADA, [[0, 2]])).toBe(true);
    expect(question.answer(BEN, [[1, 3]])).toBe(true);
    expect(question.ownOf(ADA)).toEqual({ own: [[0, 2]], outcome: null });
    question.reveal();
    const common = { readable: [[0, 2]], answers: 2, marked: [1, 2, 1, 0, 0], mean: 58 };
    expect(question.ownOf(ADA).outcome).toEqual({
      ...common,
      score: { hits: 2, misses: 0, falseMarks: 0, points: 100 },
    });
    expect(question.ownOf(BEN).outcome?.score).toMatchObject({ points: 16 });
    expect(question.ownOf(CLEO)).toEqual({ own: null, outcome: { ...common, score: null } });
  });

  it('takes another answer in place of the first, until it is revealed', () => {
    const question = ask();
    question.answer(ADA, [[0, 5]]);
    const before = question.revisionFor(ADA);
    question.answer(ADA, []);
    expect(question.revisionFor(ADA)).not.toBe(before);
    question.reveal();
    expect(question.answer(ADA, [[0, 5]])).toBe(false);
    expect(question.ownOf(ADA).outcome).toMatchObject({ answers: 1, marked: [0, 0, 0, 0, 0], mean: 0 });
  });

  it('has nothing new to tell anyone because of the answer of another', () => {
    const question = ask();
    const before = question.revisionFor(BEN);
    question.answer(ADA, [[0, 1]]);
    expect(question.revisionFor(BEN)).toBe(before);
    question.reveal();
    expect(question.revisionFor(BEN)).not.toBe(before);
  });

  it('does not count who has left the class, but for what was revealed', () => {
    const question = ask();
    question.answer(ADA, [[0, 1]]);
    question.answer(BEN, [[0, 1]]);
    question.forget(ADA);
    expect([question.hasAnswered(ADA), question.hasAnswered(BEN)]).toEqual([false, true]);
    question.reveal();
    question.forget(BEN);
    question.reveal();
    expect(question.ownOf(BEN)).toMatchObject({ own: null, outcome: { answers: 1, score: null } });
  });

  it.each([[[[0, 6]]], [[[2, 2]]], [[[3, 1]]], [[[-1, 1]]]] as const)('refuses marks %j', (ranges) => {
    const question = ask();
    expect(question.answer(ADA, ranges)).toBe(false);
    expect(question.hasAnswered(ADA)).toBe(false);
  });

  it('has no mean where nobody has answered', () => {
    const question = ask();
    question.reveal();
    expect(question.ownOf(ADA).outcome).toMatchObject({ answers: 0, mean: null });
  });
});

describe('what came of a question', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length, max: 1 });
  const asked = fc
    .integer({ min: 1, max: 60 })
    .chain((length) => fc.tuple(bytes(length), fc.array(bytes(length), { maxLength: 20 })));

  it('does not depend on who has answered what, and adds up', () => {
    fc.assert(
      fc.property(asked, ([readable, answers]) => {
        const outcome = outcomeOf(readable, answers);
        expect(outcomeOf(readable, [...answers].reverse())).toEqual(outcome);
        expect(outcome.marked.every((count) => count >= 0 && count <= answers.length)).toBe(true);
        const all = answers.flatMap((marks) => [...marks]).filter((mark) => mark === 1).length;
        expect(outcome.marked.reduce((sum, count) => sum + count, 0)).toBe(all);
        const points = answers.map((marks) => scoreOf(readable, marks).points);
        if (outcome.mean === null) expect(answers).toEqual([]);
        else {
          expect(outcome.mean).toBeGreaterThanOrEqual(Math.min(...points));
          expect(outcome.mean).toBeLessThanOrEqual(Math.max(...points));
        }
      }),
    );
  });

  it('is the same for marks that were sent as ranges', () => {
    fc.assert(
      fc.property(asked, ([readable, answers]) => {
        const question = new Question(ASKED, readable);
        answers.forEach((marks, person) => {
          expect(question.answer(person, rangesOf(marks))).toBe(true);
          expect(question.ownOf(person).own).toEqual(rangesOf(marks));
        });
        question.reveal();
        expect(question.ownOf(-1).outcome).toEqual({ ...outcomeOf(readable, answers), score: null });
      }),
    );
  });
});
