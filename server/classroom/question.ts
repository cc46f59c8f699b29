/** A question to the class, its answers, and what came of them. In memory only: after a new start of the server, nothing is asked. */
import type { ClassQuestion, QuestionOutcome } from '#dissect/page-question';
import { type ByteRanges, type Marks, marksOf, rangesOf, scoreOf } from '#dissect/prediction';

/** What is asked, as everyone is told it. */
export type Asked = Omit<ClassQuestion, 'own' | 'answered' | 'outcome'>;

export class Question {
  readonly asked: Asked;
  readonly #readable: Marks;
  readonly #answers = new Map<number, { readonly marks: Marks; readonly turn: number }>();
  /** Rises with every answer. */
  #turn = 0;
  #revealed: Omit<QuestionOutcome, 'score'> | undefined;

  /** `readable`: for each byte, whether Eve can read it. */
  constructor(asked: Asked, readable: Marks) {
    this.asked = asked;
    this.#readable = readable;
  }

  get isRevealed(): boolean {
    return this.#revealed !== undefined;
  }

  /** Different whenever there is something else to tell this person. */
  revisionFor(person: number): string {
    return `${this.asked.id} ${this.isRevealed} ${this.#answers.get(person)?.turn ?? 0}`;
  }

  /** In place of what the person has handed in before. False if the marks are no marks of these bytes, or it is too late. */
  answer(person: number, ranges: ByteRanges): boolean {
    const marks = marksOf(ranges, this.#readable.length);
    if (!marks || this.isRevealed) return false;
    this.#answers.set(person, { marks, turn: ++this.#turn });
    return true;
  }

  hasAnswered(person: number): boolean {
    return this.#answers.has(person);
  }

  /** Somebody is no longer in the class. Until it is revealed, their answer does not count. */
  forget(person: number): void {
    this.#answers.delete(person);
  }

  reveal(): void {
    this.#revealed ??= outcomeOf(
      this.#readable,
      [...this.#answers.values()].map(({ marks }) => marks),
    );
  }

  ownOf(person: number): Pick<ClassQuestion, 'own' | 'outcome'> {
    const marks = this.#answers.get(person)?.marks;
    return {
      own: marks ? rangesOf(marks) : null,
      outcome: this.#revealed
        ? { ...this.#revealed, score: marks ? scoreOf(this.#readable, marks) : null }
        : null,
    };
  }
}

/** What the answers of a class come to, without saying whose they are. */
export function outcomeOf(readable: Marks, answers: readonly Marks[]): Omit<QuestionOutcome, 'score'> {
  const points = answers.reduce((sum, marks) => sum + scoreOf(readable, marks).points, 0);
  return {
    readable: rangesOf(readable),
    answers: answers.length,
    marked: Array.from(readable, (_, at) => answers.reduce((sum, marks) => sum + (marks[at] ?? 0), 0)),
    mean: answers.length === 0 ? null : Math.round(points / answers.length),
  };
}
