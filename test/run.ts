/**
 * `npm test`: everything that must hold, in one command. With arguments (`npm test -- --unit`,
 * `npm test -- server/protocol -t frame`) only the tests they choose.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import { TOOLS, VECTORS_FOLDER } from './support/programs/tools.ts';
import { installTools, missingTools } from './run/install.ts';
import { type Outcome, ROOT, run, runBinBeside } from './run/process.ts';
import { runTests } from './run/vitest.ts';

interface Step {
  readonly name: string;
  /** Why it is not needed now; it then counts as skipped, for this reason. */
  readonly unless?: string | undefined;
  readonly run: () => Promise<Outcome>;
}

interface Result {
  readonly name: string;
  readonly state: 'ok' | 'failed' | 'skipped';
  readonly seconds: number;
  readonly note?: string;
}

/**
 * Many tests wait for programs and timers. These use that time, in two rows at once, and give way to the tests, but not so far
 * that they would still run on one processor when the tests are over.
 */
const CHECKS: readonly (readonly Step[])[] = [
  [
    { name: 'lint', run: () => runBinBeside('eslint', ['--max-warnings=0', '.']) },
    { name: 'types of pure folders', run: () => runBinBeside('tsc', ['-p', 'tsconfig.pure.json']) },
  ],
  [
    { name: 'format', run: () => runBinBeside('prettier', ['--check', '--log-level=warn', '.']) },
    { name: 'types', run: () => runBinBeside('tsc', ['-p', 'tsconfig.json']) },
    {
      name: 'types of pages',
      unless: hasPages() ? undefined : 'there is no .vue file',
      run: () => runBinBeside('vue-tsc', ['-p', 'tsconfig.vue.json']),
    },
  ],
];

/** The tests that start the program or open its pages use the built versions. */
const BUILD: Step = {
  name: 'build',
  run: () => run(process.execPath, ['--import', 'tsx', 'server/cli/start.ts', '--build-only']),
};

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const all = args.length === 0;
  const whole = all || args.some(reachesOutside);
  // The build needs none of the programs that are installed meanwhile.
  const installing = whole ? installTools((line) => console.log(pc.dim(line))) : undefined;
  const built = await performAll(whole ? [BUILD] : []);
  await installing;
  const begin = performance.now();
  const checking = Promise.all((all ? CHECKS : []).map(performAll));
  const { ok, skipped } = await runTests(args);
  const tests: Result = { name: 'tests', state: ok ? 'ok' : 'failed', seconds: secondsSince(begin) };
  const results = [...built, ...(await checking).flat(), tests];
  summarize(results, skipped);
  if (results.some(({ state }) => state === 'failed')) process.exitCode = 1;
}

/** Whether these are tests of the built program, or tests that use other programs. */
function reachesOutside(arg: string): boolean {
  return /e2e|integration|interop/.test(arg);
}

async function performAll(steps: readonly Step[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const step of steps) results.push(await perform(step));
  return results;
}

async function perform({ name, unless, run: action }: Step): Promise<Result> {
  if (unless !== undefined) return shown({ name, state: 'skipped', seconds: 0, note: unless });
  const begin = performance.now();
  const { ok, output } = await action();
  if (!ok) console.log(output.trimEnd());
  return shown({ name, state: ok ? 'ok' : 'failed', seconds: secondsSince(begin) });
}

function summarize(results: readonly Result[], skipped: ReadonlyMap<string, number>): void {
  console.log(pc.bold('Summary'));
  results.forEach(shown);
  for (const name of missingTools()) {
    console.log(
      pc.yellow(`  ${name} is not here (Debian: ${TOOLS[name].debian}); tests that need it were skipped`),
    );
  }
  if (!existsSync(VECTORS_FOLDER)) {
    console.log(
      pc.yellow(
        `  no published vectors at ${VECTORS_FOLDER} (or WIREGLASS_VECTORS); their tests were skipped`,
      ),
    );
  }
  for (const [suite, count] of skipped) console.log(pc.yellow(`  skipped: ${suite} (${count})`));
}

function shown(result: Result): Result {
  const { name, state, seconds, note } = result;
  const mark = { ok: pc.green('✓'), failed: pc.red('✗'), skipped: pc.yellow('-') }[state];
  const tail = note === undefined ? `${seconds.toFixed(1)} s` : `skipped: ${note}`;
  console.log(`${mark} ${name.padEnd(24)} ${tail}`);
  return result;
}

function secondsSince(begin: number): number {
  return (performance.now() - begin) / 1000;
}

function hasPages(): boolean {
  return ['inspector/app', 'client/gui'].some((folder) => {
    const path = join(ROOT, folder);
    return (
      existsSync(path) && readdirSync(path, { recursive: true }).some((name) => String(name).endsWith('.vue'))
    );
  });
}
