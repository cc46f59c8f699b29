/** The class is asked which bytes of a record Eve can read: the record comes from the taps, and the truth from its dissection. */
import type { FlowSight } from '#classroom/flow-sight';
import { isLeader } from '#classroom/people';
import { Question } from '#classroom/question';
import type { Person } from '#classroom/records';
import { Dissection } from '#dissect/index';
import type { WireRecord } from '#dissect/model';
import { CLASS_CAPS, type ClassMessage } from '#dissect/page-class';
import type { AnswerAction, ClassQuestion } from '#dissect/page-question';
import { readableByEve } from '#dissect/prediction';
import { viewOf } from '#dissect/record-view';
import { toHex } from '#protocol/bytes';
import type { Recorder } from '#tap/recorder';
import type { Refusal } from './refusal.ts';

export interface QuestionsOptions {
  /** Absent without a tap. */
  readonly recorder: Pick<Recorder, 'events'> | undefined;
  readonly sight: Pick<FlowSight, 'isForQuestion' | 'withhold' | 'wireOf' | 'isCommon'>;
  /** Who may see the flow is another now. */
  readonly refresh: (flow: number) => void;
  readonly share: (flow: number, by: Person) => void;
  readonly changed: () => void;
  /** Students who are here. */
  readonly here: () => readonly number[];
}

export class Questions {
  readonly #options: QuestionsOptions;
  #question: Question | undefined;
  #count = 0;

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** In place of the question before. Until it is revealed, students do not see the connection of the record. */
  ask(flow: number, index: number, by: Person): Refusal {
    const { sight, changed } = this.#options;
    const wire = sight.wireOf(flow);
    const record = wire && sight.isForQuestion(by, flow) ? this.#recordAt(flow, index) : undefined;
    if (!wire || !record) return NO_RECORD;
    if (record.raw.length > CLASS_CAPS.questionBytes) return TOO_LONG;
    this.#letSee();
    const { raw, dir } = record;
    this.#question = new Question(
      { id: ++this.#count, by: by.account.name, flow, record: index, wire, dir, bytes: toHex(raw) },
      readableByEve(viewOf(record)),
    );
    this.#withhold(flow);
    changed();
    return undefined;
  }

  answer({ question, marks }: AnswerAction, by: Person): Refusal {
    const asked = this.#question;
    if (isLeader(by)) return LEADERS_ASK;
    if (asked?.asked.id !== question || asked.isRevealed) return NOT_OPEN;
    if (!asked.answer(by.id, marks)) return BAD_MARKS;
    this.#options.changed();
    return undefined;
  }

  /** Everyone sees what came of it, and may read the connection from now on. */
  reveal(by: Person): Refusal {
    const question = this.#question;
    if (!question || question.isRevealed) return NOT_OPEN;
    question.reveal();
    const { flow } = question.asked;
    const { sight, share, changed } = this.#options;
    this.#letSee();
    if (!sight.isCommon(flow)) share(flow, by);
    changed();
    return undefined;
  }

  end(): Refusal {
    if (!this.#question) return NOT_OPEN;
    this.#letSee();
    this.#question = undefined;
    this.#options.changed();
    return undefined;
  }

  /** Somebody is no longer in the class. */
  forget(person: number): void {
    this.#question?.forget(person);
  }

  /** Different whenever a page of this person has something else to be told. */
  revisionFor(person: Person): string {
    return this.#question ? `${this.#question.revisionFor(person.id)} ${this.#answeredFor(person)}` : '';
  }

  shownTo(person: Person): ClassQuestion | null {
    const question = this.#question;
    if (!question) return null;
    return { ...question.asked, ...question.ownOf(person.id), answered: this.#answeredFor(person) };
  }

  #answeredFor(person: Person): number | null {
    if (!isLeader(person)) return null;
    return this.#options.here().filter((id) => this.#question?.hasAnswered(id)).length;
  }

  /** As Eve has it: without any secret. */
  #recordAt(flow: number, index: number): WireRecord | undefined {
    const dissection = new Dissection({ keys: false, maxBytes: CLASS_CAPS.questionReach });
    for (const event of this.#options.recorder?.events() ?? []) {
      if (event.flow === flow && event.kind !== 'secret') dissection.add(event);
    }
    return dissection.records(flow)[index];
  }

  #withhold(flow: number): void {
    this.#options.sight.withhold(flow);
    this.#options.refresh(flow);
  }

  #letSee(): void {
    if (!this.#question) return;
    this.#options.sight.withhold(undefined);
    this.#options.refresh(this.#question.asked.flow);
  }
}

/** Each time it is called, what a page of this person has to be told of the question, and was not told before. */
export function newsOf(
  questions: Questions,
  whose: () => Person | undefined,
): () => ClassMessage | undefined {
  let told: string | undefined;
  return () => {
    const person = whose();
    const revision = person ? questions.revisionFor(person) : '';
    if (!person || revision === told) return undefined;
    told = revision;
    return { type: 'question', question: questions.shownTo(person) };
  };
}

const NO_RECORD = {
  code: 'no_such_record',
  message:
    'there is no such record, it is too far into its connection, or the class may not read its connection: share that first',
};
const TOO_LONG = {
  code: 'record_too_long',
  message: `a record that the class is asked about has at most ${CLASS_CAPS.questionBytes} bytes`,
};
const NOT_OPEN = { code: 'question_closed', message: 'this question is no longer open' };
const BAD_MARKS = { code: 'bad_marks', message: 'these are no marks of the bytes of the question' };
const LEADERS_ASK = { code: 'students_only', message: 'those who lead the class ask, and do not answer' };
