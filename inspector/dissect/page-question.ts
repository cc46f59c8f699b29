/** A question to the class, as its pages are told it: which bytes of a record can Eve read? */
import type { Direction } from './model.ts';
import type { ByteRanges, Score } from './prediction.ts';
import type { WireName } from '#protocol/wires';

export interface ClassQuestion {
  /** Later questions have higher numbers. */
  readonly id: number;
  /** Name of whoever asks. */
  readonly by: string;
  readonly flow: number;
  /** Position of the record in its flow. */
  readonly record: number;
  readonly wire: WireName;
  readonly dir: Direction;
  /** What crossed the wire, in hex. */
  readonly bytes: string;
  /** What this person has handed in. */
  readonly own: ByteRanges | null;
  /** How many of the students who are here have handed in; null for students. */
  readonly answered: number | null;
  /** Null until it is revealed. */
  readonly outcome: QuestionOutcome | null;
}

export interface QuestionOutcome {
  /** What Eve can read. */
  readonly readable: ByteRanges;
  /** Students who have handed in. */
  readonly answers: number;
  /** For each byte, how many of them have marked it. */
  readonly marked: readonly number[];
  /** Points of the mean answer; null if there is none. */
  readonly mean: number | null;
  /** Of this person, if they have handed in. */
  readonly score: Score | null;
}

/** A student hands in, for the first time or anew. */
export interface AnswerAction {
  readonly type: 'answer';
  readonly question: number;
  readonly marks: ByteRanges;
}

export type QuestionAction =
  /** Asks the class about a record, in place of what it was asked before. */
  | { readonly type: 'ask'; readonly flow: number; readonly record: number }
  | { readonly type: 'reveal' }
  /** Takes the question away. */
  | { readonly type: 'end-question' };
