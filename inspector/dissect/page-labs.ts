/** What a class is told of labs: the reports of those who do them, and the board of those who lead. Times are milliseconds since 1970. */

export type CheckState = 'passed' | 'failed' | 'not run';

export interface CheckOutcome {
  readonly id: string;
  readonly state: CheckState;
}

/**
 * `POST /api/class/progress`: what a run of a lab’s checks tells the class. It says how each check ended, and nothing of the
 * learner’s file. Without checks, only hints were looked at. The answer is empty, with status 204, or `bad_request` 400,
 * `rate_limited` 429.
 */
export interface LabReport {
  /** As `04-seal`. */
  readonly lab: string;
  /** In the order of the lab. */
  readonly checks: readonly CheckOutcome[];
  /** Hints that were shown. */
  readonly hints: number;
}

/** How far a student is with a lab. */
export interface LabProgress extends LabReport {
  /** How often the checks were run. */
  readonly runs: number;
  /** The first check that does not pass; undefined if all do, or none was run. */
  readonly failing: string | undefined;
  /** Runs in a row with this check as the first that does not pass. */
  readonly again: number;
  /** When it first was, or when all passed. */
  readonly since: number;
  /** When all checks passed for the first time. */
  readonly done: number | undefined;
  /** Checks that have failed at least once. */
  readonly failed: readonly string[];
}

export type StandingInLab = 'done' | 'working' | 'stuck';

/** A field of the board: a student and a lab. */
export interface LabStanding {
  readonly lab: string;
  readonly standing: StandingInLab;
  /** One letter a check, in the order of the lab: `p` passed, `f` failed, `n` not run. Empty if none was run. */
  readonly checks: string;
  readonly failing?: string;
  /** Since when this check is the first that does not pass; milliseconds since 1970. */
  readonly since: number;
  readonly runs: number;
  readonly hints: number;
}

/** A lab that somebody in the class has begun. */
export interface BoardLab {
  readonly lab: string;
  /** Names of its checks, in their order. */
  readonly checks: readonly string[];
  /** How many students have failed a check at least once, the most first. */
  readonly hard: readonly { readonly check: string; readonly students: number }[];
}
