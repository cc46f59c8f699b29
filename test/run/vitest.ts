/** The tests themselves, and which of them were skipped. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBin } from './process.ts';

/** What `npm test -- --unit` and the like stand for: path filters of vitest. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  '--unit': ['server/', 'client/', 'inspector/', 'certs/', 'labs/', 'docs/'],
  '--gates': ['test/gates/'],
  '--conformance': ['test/conformance/'],
  '--integration': ['test/integration/'],
  '--interop': ['test/interop/'],
  '--fuzz': ['test/fuzz/'],
  '--e2e': ['test/e2e/'],
};

export interface TestsRun {
  readonly ok: boolean;
  /** Suites of which at least one test was skipped: title and how many. */
  readonly skipped: ReadonlyMap<string, number>;
}

/** Runs vitest on the terminal. `args` are groups, or whatever vitest itself understands. */
export async function runTests(args: readonly string[]): Promise<TestsRun> {
  const folder = mkdtempSync(join(tmpdir(), 'wireglass-tests-'));
  const report = join(folder, 'report.json');
  const filters = args.flatMap((arg) => GROUPS[arg] ?? [arg]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  try {
    const { ok } = await runBin('vitest', ['run', ...reporters, ...filters], { stdio: 'inherit' });
    return { ok, skipped: readSkipped(report) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly ancestorTitles: string[];
      readonly title: string;
    }[];
  }[];
}

/** vitest leaves no report when it could not start; its own message has already said so. */
function readSkipped(path: string): ReadonlyMap<string, number> {
  const skipped = new Map<string, number>();
  const { testResults } = readReport(path);
  for (const { status, ancestorTitles, title } of testResults.flatMap((file) => file.assertionResults)) {
    if (status === 'passed' || status === 'failed') continue;
    const suite = ancestorTitles.find((ancestor) => ancestor !== '') ?? title;
    skipped.set(suite, (skipped.get(suite) ?? 0) + 1);
  }
  return skipped;
}

function readReport(path: string): Report {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return { testResults: [] };
  }
}
