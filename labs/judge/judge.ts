/** Runs the checks of a lab one after the other, and says what came of each. */
import type { Bench, Check } from './check.ts';
import { CheckFailure, type Finding } from './failure.ts';
import { type LossReason, PieceLost, PieceThrew } from './piece.ts';
import type { Thrown } from './values.ts';
import type { CheckResult, SourceLine, Verdict } from './verdict.ts';

export interface Trial<B extends Bench> {
  readonly lab: string;
  readonly seed: number;
  readonly checks: readonly Check<B>[];
  /** A bench with a fresh piece. Asked for again after a piece was lost. Rejects with `PieceLost`. */
  readonly open: () => Promise<B>;
  /** The line of the learner's file that a stack trace leads to, or that defines an export. */
  readonly lineOf: (at: {
    readonly stack?: string;
    readonly name?: string | undefined;
  }) => SourceLine | undefined;
  /** Things that a piece must not do, tried since this was last asked; each in words. */
  readonly trespasses: () => readonly string[];
  readonly printed: () => string;
  /** Called before each check, with its number from 0. */
  readonly onCheck?: (index: number) => void;
}

/** After this many lost pieces the remaining checks are not run: it would end in the same way. */
const LOSSES = 2;
/** These have taken long, or would come again at once. */
const AT_ONCE: readonly LossReason[] = ['not loaded', 'hung', 'memory'];

export async function judge<B extends Bench>(trial: Trial<B>): Promise<Verdict> {
  const { lab, seed, checks } = trial;
  const results: CheckResult[] = [];
  let bench: B | undefined;
  let losses = 0;
  for (const [index, check] of checks.entries()) {
    if (losses >= LOSSES) {
      results.push(rowOf(check, 'not run'));
      continue;
    }
    trial.onCheck?.(index);
    try {
      bench ??= await trial.open();
      await check.run(bench);
      results.push(resultOf(trial, check, undefined));
    } catch (error) {
      results.push(resultOf(trial, check, error));
      if (!(error instanceof PieceLost)) continue;
      losses = AT_ONCE.includes(error.reason) ? LOSSES : losses + 1;
      bench = undefined;
    }
  }
  const count = (state: CheckResult['state']): number => results.filter((row) => row.state === state).length;
  return {
    lab,
    seed,
    total: checks.length,
    passed: count('passed'),
    notRun: count('not run'),
    results,
    printed: trial.printed(),
  };
}

function resultOf<B extends Bench>(trial: Trial<B>, check: Check<B>, error: unknown): CheckResult {
  const [trespass] = trial.trespasses();
  const finding = findingOf(error, trespass);
  if (!finding) return rowOf(check, 'passed');
  const { thrown, ...rest } = finding;
  const line = trial.lineOf({ ...(thrown && { stack: thrown.stack }), name: check.about });
  const row = { ...rowOf(check, 'failed'), finding: rest, ...(line && { line }) };
  // The reason for a requirement explains nothing where the code was not judged by it.
  if (trespass !== undefined || error instanceof PieceLost) return row;
  const { why, look } = check;
  return { ...row, why, ...(look && { look: viewOf(look) }) };
}

function rowOf<B extends Bench>({ id, requires }: Check<B>, state: CheckResult['state']): CheckResult {
  return { id, requires, state };
}

/** Throws what is neither the learner's fault nor a finding: a fault of ours must not look like theirs. */
function findingOf(error: unknown, trespass: string | undefined): Finding | undefined {
  if (trespass !== undefined) return { what: trespass };
  if (error === undefined) return undefined;
  if (error instanceof CheckFailure) return error.finding;
  if (error instanceof PieceThrew) return { what: error.message, thrown: error.thrown };
  if (error instanceof PieceLost) return { what: error.message, ...thrownPart(error.thrown) };
  const why = error instanceof Error ? error.message : 'for a reason that is not an error';
  throw new Error(`the judge itself failed, through no fault of your code: ${why}`, { cause: error });
}

function thrownPart(thrown: Thrown | undefined): { readonly thrown?: Thrown } {
  return thrown ? { thrown } : {};
}

/** The inspector's view of a wire and a filter, as the part of its address after the origin. */
function viewOf({ wire, filter }: { readonly wire: string; readonly filter?: string }): string {
  const more = filter === undefined ? '' : `&filter=${encodeURIComponent(filter)}`;
  return `/#wire=${encodeURIComponent(wire)}${more}`;
}
