/** Judges a learner's file: bundles it, runs it in a process of its own, and asks it what the checks ask. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import type { Bench } from '#judge/check';
import type { Lesson } from '#judge/lesson';
import { judge } from '#judge/judge';
import { lineFinder } from '#judge/lines';
import { PieceLost } from '#judge/piece';
import { TIME } from '#judge/piece-line';
import { randomFrom } from '#judge/random';
import type { Verdict } from '#judge/verdict';
import { type Bundle, BundleError, bundle } from './bundle.ts';
import type { Confinement } from './confinement.ts';
import { type RunningPiece, startPiece } from './piece-process.ts';
import { Printed } from './printed.ts';

export interface JudgeRequest {
  readonly lesson: Lesson;
  readonly file: string;
  /** The folder that the file may import from. */
  readonly folder: string;
  /** The project's folder. */
  readonly root: string;
  readonly seed: number;
  /** Whether bubblewrap is used where it works; by default it is. */
  readonly sandbox?: boolean;
  /** Milliseconds that the piece may owe answers; 10 s by default. */
  readonly time?: number;
  /** Called before each check, with its number from 0. */
  readonly onCheck?: (index: number) => void;
}

export interface Judged {
  readonly verdict: Verdict;
  /** `undefined` when the code was never run. */
  readonly confinement: Confinement | undefined;
}

/** Rejects when the file cannot be read, and when a check fails by a fault of ours. */
export async function judgeFile({
  lesson,
  file,
  folder,
  root,
  seed,
  sandbox = true,
  time = TIME,
  onCheck,
}: JudgeRequest): Promise<Judged> {
  const { name, checks, exports, modules, network = false } = lesson;
  const text = await readFile(file, 'utf8');
  const printed = new Printed();
  const trespasses: string[] = [];
  const [bundled, script] = await Promise.all([bundleOf({ file, folder, modules }), childScript(root)]);
  const running: RunningPiece[] = [];
  let confinement: Confinement | undefined;
  const endAll = async (): Promise<void> => {
    await Promise.all(running.splice(0).map((piece) => piece.end()));
  };
  const load = async (): Promise<RunningPiece> => {
    if (bundled instanceof BundleError)
      throw new PieceLost('not loaded', `the file cannot be read: ${bundled.message}`);
    const onTrespass = (what: string): void => void trespasses.push(what);
    const { code } = bundled;
    const piece = await startPiece({
      script,
      code,
      exports,
      modules,
      root,
      network,
      sandbox,
      time,
      printed,
      onTrespass,
    });
    running.push(piece);
    ({ confinement } = piece);
    return piece;
  };
  const open = async (): Promise<Bench> => {
    await endAll();
    const { module, tools } = await load();
    return { piece: module, tools, again: async () => (await load()).module, random: randomFrom(seed) };
  };
  const find =
    bundled instanceof BundleError ? undefined : lineFinder({ file: basename(file), text, ...bundled });
  const verdict = await judge({
    lab: name,
    seed,
    checks,
    open,
    lineOf: (spot) => (bundled instanceof BundleError ? bundled.line : find?.(spot)),
    trespasses: () => trespasses.splice(0),
    printed: () => printed.text,
    ...(onCheck && { onCheck }),
  }).finally(endAll);
  return { verdict, confinement };
}

async function bundleOf(request: Parameters<typeof bundle>[0]): Promise<Bundle | BundleError> {
  try {
    return await bundle(request);
  } catch (error) {
    if (error instanceof BundleError) return error;
    throw error;
  }
}

let built: Promise<string> | undefined;

/** The script of the piece's process, bundled once. */
function childScript(root: string): Promise<string> {
  built ??= build({
    absWorkingDir: root,
    entryPoints: [join(root, 'labs/runner/child.ts')],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
    // A script that comes in over standard input has no path; packages are looked for from the project.
    define: { 'import.meta.url': JSON.stringify(join(root, 'package.json')) },
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? '');
  return built;
}
