/** The answerers for the chat core's questions, and what a failure of theirs means to the asker. */
import type { Effect } from '#chat/effects';
import { type Answerers, type Ask, BusyError, IN_LINE, type Questions } from '#chat/questions';
import { storeFailure } from '#store/errors';
import type { ErrorCode } from '#protocol/errors';

export type Answers = Answerers;

export function answerTo(answers: Answers, { question, input }: Ask<Effect>): Promise<never> {
  // The row of the table ties the input to the output; the compiler cannot follow that through the index.
  const answerer = answers[question] as (input: unknown) => Promise<never>;
  return answerer(input);
}

/** Whether the question waits for its turn among the commits, so that it sees exactly what was said before it. */
export function isInLine(question: keyof Questions): boolean {
  return (IN_LINE as readonly string[]).includes(question);
}

/** The error code for a failure, as a client is told. */
export function codeOf(error: unknown): ErrorCode {
  if (error instanceof BusyError) return 'busy';
  return storeFailure(error) ?? 'storage_failed';
}
