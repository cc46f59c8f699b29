/** What is said of a question to the class: which bytes of a record can Eve read? */
import type { ClassState } from '#dissect/page-class';
import type { ClassQuestion, QuestionOutcome } from '#dissect/page-question';
import { marksOf } from '#dissect/prediction';
import { counted } from '#protocol/shown';
import { whoIs } from './band-words.ts';

export function questionLine({ by, answered, outcome }: ClassQuestion, { me, here }: ClassState): string {
  if (outcome) return 'Which bytes can Eve read? This is what the class marked.';
  if (answered === null) return `${whoIs(by)} asks: which of these bytes can Eve read?`;
  const who = by === me.name ? 'You ask' : `${whoIs(by)} asks`;
  return `${who} the class which bytes Eve can read. ${answered} of ${counted(here, 'student')} here answered.`;
}

/** Bytes in a row of which the same can be said. */
export interface HeatRun {
  readonly start: number;
  /** The first byte behind it. */
  readonly end: number;
  /** Percent of the answers; undefined if there is none. */
  readonly share: number | undefined;
  readonly isReadable: boolean;
}

/** For each byte, in percent, how many of the class have marked it; undefined if nobody has answered. */
export function sharesOf({ marked, answers }: QuestionOutcome): (number | undefined)[] {
  return marked.map((count) => (answers === 0 ? undefined : Math.round((100 * count) / answers)));
}

export function heatRuns(outcome: QuestionOutcome): HeatRun[] {
  const readable = marksOf(outcome.readable, outcome.marked.length);
  const runs: HeatRun[] = [];
  sharesOf(outcome).forEach((share, at) => {
    const isReadable = readable?.[at] === 1;
    const last = runs.at(-1);
    if (last?.share === share && last?.isReadable === isReadable)
      runs[runs.length - 1] = { ...last, end: at + 1 };
    else runs.push({ start: at, end: at + 1, share, isReadable });
  });
  return runs;
}

/** `Bytes 0–4: 80 % marked, readable`. */
export function runText({ start, end, share, isReadable }: HeatRun): string {
  const where = end - start === 1 ? `Byte ${start}` : `Bytes ${start}–${end - 1}`;
  const marked = share === undefined ? '' : `${share} % marked, `;
  return `${where}: ${marked}${isReadable ? 'readable' : 'unreadable'}`;
}

export function outcomeText({ answers, mean }: QuestionOutcome): string {
  if (mean === null) return 'Nobody has handed in.';
  return `${counted(answers, 'answer')}, ${mean} of 100 points on average.`;
}
