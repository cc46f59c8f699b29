/** What a run of the checks says. It is the same JSON, whoever ran them and wherever. */
import type { Finding } from './failure.ts';

/** A line of the learner's file. */
export interface SourceLine {
  readonly file: string;
  /** From 1, as the column. */
  readonly number: number;
  readonly column: number;
  readonly text: string;
}

export interface CheckResult {
  readonly id: string;
  readonly requires: string;
  /** not run: the piece could not be used any more, or time was up. */
  readonly state: 'passed' | 'failed' | 'not run';
  readonly finding?: Omit<Finding, 'thrown'>;
  readonly line?: SourceLine;
  readonly why?: string;
  /** The inspector's view that shows it, as the part of its address after the origin. */
  readonly look?: string;
}

export interface Verdict {
  /** As `01-frames`. */
  readonly lab: string;
  /** With the same seed the checks use the same inputs. */
  readonly seed: number;
  readonly total: number;
  readonly passed: number;
  readonly notRun: number;
  readonly results: readonly CheckResult[];
  /** What the piece printed, cut at a cap. */
  readonly printed: string;
}

export function isPassed({ passed, total }: Verdict): boolean {
  return total > 0 && passed === total;
}
