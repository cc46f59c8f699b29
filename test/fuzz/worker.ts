/** Runs the cases of `npm run fuzz` and says, before each, which one it is about to run. */
import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { cases } from './cases.ts';
import { type Case, check, genuineOf } from './oracle.ts';
import type { Seed } from './seeds.ts';

export interface FuzzOrder {
  readonly seeds: readonly Seed[];
  readonly seconds: number;
  readonly seed: number;
  /** The path of one case within the run that `seed` makes. */
  readonly path?: string;
}

export interface FuzzReport {
  readonly cases: number;
  readonly failure?: string;
}

const { seeds, seconds, seed, path } = workerData as FuzzOrder;
const genuine = genuineOf(seeds);
let count = 0;

const outcome = fc.check(fc.property(cases(seeds.map(({ name }) => name)), tried), {
  seed,
  numRuns: 1_000_000_000,
  interruptAfterTimeLimit: seconds * 1000,
  ...(path === undefined ? {} : { path, endOnFailure: true }),
});
const broken = outcome.failed && !interruptedOnly(outcome);
const failure = broken ? fc.defaultReportMessage(outcome) : undefined;
parentPort?.postMessage({
  cases: count,
  ...(failure === undefined ? {} : { failure }),
} satisfies FuzzReport);

function tried(each: Case): void {
  parentPort?.postMessage({ running: JSON.stringify(each), cases: ++count });
  check(each, seeds, genuine);
}

/** Running out of time is not a failure. */
function interruptedOnly({ interrupted, counterexample }: fc.RunDetails<[Case]>): boolean {
  return interrupted && counterexample === null;
}
