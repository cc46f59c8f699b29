/** The answerers for the chat core's questions, and what a failure of theirs means to the asker. */
import type { Effect } from '#chat/effects';
import { type Answerers, type Ask, BusyError, IN_LINE, type Questions } from '#chat/questions';
import { storeFailure } from '#store/errors';
import type { ErrorCode } from '#protocol/errors';

export type Answers = Answerers;

export interface AnswerHandler {
  answered(ask: Ask<Effect>, output: unknown): void;
  /** There is no answer: `code` is what the asker is told. */
  unanswered(ask: Ask<Effect>, code: ErrorCode, error: unknown): void;
}

/** Finds the answer to a question and hands it over. Never rejects. */
export async function answer(answers: Answers, ask: Ask<Effect>, handler: AnswerHandler): Promise<void> {
  // The row of the table ties the input to the output; the compiler cannot follow that through the index.
  const answerer = answers[ask.question] as (input: unknown) => Promise<unknown>;
  const found = await answerer(ask.input).then(
    (output) => ({ output }),
    (error: unknown) => ({ error }),
  );
  if ('output' in found) handler.answered(ask, found.output);
  else handler.unanswered(ask, codeOf(found.error), found.error);
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
