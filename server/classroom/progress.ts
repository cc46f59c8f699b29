/**
 * How far each student is with each lab, from what the runs of its checks said. A report names checks and says nothing of the
 * learner’s file. Times are milliseconds since 1970.
 */
import type {
  BoardLab,
  CheckState,
  LabProgress,
  LabReport,
  LabStanding,
  StandingInLab,
} from '#dissect/page-labs';

/** Runs in a row with the same first failing check after which a student counts as stuck. */
export const STUCK_AFTER = 3;

export function reported(before: LabProgress | undefined, report: LabReport, now: number): LabProgress {
  const known = hinted(before, report.lab, report.hints, now);
  const failing = report.checks.find(({ state }) => state !== 'passed')?.id;
  const isSame = failing !== undefined && failing === known.failing;
  return {
    ...known,
    checks: report.checks,
    runs: known.runs + 1,
    failing,
    again: timesFailed(known.again, failing, isSame),
    since: isSame ? known.since : now,
    // A student who has passed every check has done the lab, and may try other ways afterwards.
    done: known.done ?? (failing === undefined ? now : undefined),
    failed: [...new Set([...known.failed, ...idsIn(report, 'failed')])],
  };
}

function timesFailed(before: number, failing: string | undefined, isSame: boolean): number {
  if (failing === undefined) return 0;
  return isSame ? before + 1 : 1;
}

/** Only hints were asked for: no check was run. */
export function hinted(
  before: LabProgress | undefined,
  lab: string,
  hints: number,
  now: number,
): LabProgress {
  const known = before ?? {
    lab,
    checks: [],
    hints: 0,
    runs: 0,
    failing: undefined,
    again: 0,
    since: now,
    done: undefined,
    failed: [],
  };
  return { ...known, hints: Math.max(known.hints, hints) };
}

export function standingIn({ done, again }: Pick<LabProgress, 'done' | 'again'>): StandingInLab {
  if (done !== undefined) return 'done';
  return again >= STUCK_AFTER ? 'stuck' : 'working';
}

/** What the board shows of it. */
export function boardField(progress: LabProgress): LabStanding {
  const { lab, checks, failing, since, runs, hints } = progress;
  const letters = checks.map(({ state }) => state.charAt(0)).join('');
  return {
    lab,
    standing: standingIn(progress),
    checks: letters,
    ...(failing !== undefined && { failing }),
    since,
    runs,
    hints,
  };
}

/** The labs that somebody has begun, by their names. The checks are those of the run that had the most. */
export function boardLabs(all: Iterable<LabProgress>): BoardLab[] {
  const byLab = new Map<string, LabProgress[]>();
  for (const each of all) byLab.set(each.lab, [...(byLab.get(each.lab) ?? []), each]);
  return [...byLab]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([lab, progress]) => {
      const [{ checks } = { checks: [] }] = progress.toSorted(
        (one, other) => other.checks.length - one.checks.length,
      );
      return { lab, checks: checks.map(({ id }) => id), hard: misconceptions(progress) };
    });
}

/** How many students have failed each check at least once: what the class finds hard, the hardest first. */
export function misconceptions(
  all: Iterable<Pick<LabProgress, 'failed'>>,
): { readonly check: string; readonly students: number }[] {
  const counts = new Map<string, number>();
  for (const { failed } of all) for (const id of failed) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts]
    .map(([check, students]) => ({ check, students }))
    .sort((one, other) => other.students - one.students || one.check.localeCompare(other.check));
}

function idsIn({ checks }: LabReport, wanted: CheckState): string[] {
  return checks.filter(({ state }) => state === wanted).map(({ id }) => id);
}
