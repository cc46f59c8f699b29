/** For checks of what a piece must refuse: a call that must throw, and what it must not say when it does. */
import { describe, fail } from './failure.ts';
import { type PieceObject, PieceThrew } from './piece.ts';
import type { Thrown } from './values.ts';

export interface Refusal {
  readonly method: string;
  readonly args: readonly unknown[];
  /** What is to be refused, as the subject of a sentence: "a sealed text with a flipped bit". */
  readonly what: string;
  readonly input?: string;
}

/** What the call throws. Throws `CheckFailure` when it returns something instead. */
export async function mustThrow(piece: PieceObject, { method, args, what, input }: Refusal): Promise<Thrown> {
  let value: unknown;
  try {
    value = await piece.call(method, ...args);
  } catch (error) {
    if (error instanceof PieceThrew) return error.thrown;
    throw error;
  }
  return fail({
    what: `${what} was not refused`,
    expected: `${method} throws an error`,
    got: `${method} gave ${describe(value)}`,
    ...(input !== undefined && { input }),
  });
}
