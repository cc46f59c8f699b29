/** The contract of a check: one judged requirement of a lab, as a row of its table. */
import type { PieceObject } from './piece.ts';
import type { Random } from './random.ts';

/** What a check works with. Everything comes in here, so that the same check runs in a terminal and in a page. */
export interface Bench {
  /** The learner's module. */
  readonly piece: PieceObject;
  /** What the learner's process can do besides; empty in a page. */
  readonly tools: PieceObject;
  /** The learner's module loaded another time, as after a restart. Rejects with `PieceLost`. */
  readonly again: () => Promise<PieceObject>;
  /** For the inputs, so that nobody can answer by heart. */
  readonly random: Random;
}

export interface Check<B extends Bench = Bench> {
  /** As in the list of verdicts: `split-reads`. */
  readonly id: string;
  /** What it requires, in one sentence. */
  readonly requires: string;
  /** Why that matters, in one sentence. */
  readonly why: string;
  /** Where to look for it in the inspector: a wire and a filter. */
  readonly look?: { readonly wire: string; readonly filter?: string };
  /** The export that the line of the learner's file is looked for under, when nothing was thrown. */
  readonly about?: string;
  /** Throws `CheckFailure` when the requirement is not met. */
  readonly run: (bench: B) => Promise<void>;
}
