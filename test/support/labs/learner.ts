/** A learner with a workspace, and the pieces that a server takes from it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LESSONS } from '#labs/lessons';
import { type PluggedPieces, learnersPieces } from '#labs/run/pieces';
import { ProgressFile } from '#labs/runner/progress';
import { Workspace } from '#labs/runner/workspace';
import { ROOT } from '#data-folder/project';

export interface Learner {
  readonly plugged: PluggedPieces;
  /** What the learner was told about pieces that broke their contract. */
  readonly told: readonly string[];
  close(): Promise<void>;
}

/** By the names of the labs: `{ '01-frames': 'export …' }`. */
type Texts = Readonly<Record<string, string>>;

/** `run`: how calls into the pieces are run, when millions of them would take too long with a limit on each. */
export async function startLearner(texts: Texts, run?: <T>(call: () => T) => T): Promise<Learner> {
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-learner-'));
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, `${name}.ts`), text);
  const told: string[] = [];
  const plugged = await learnersPieces({
    workspace: new Workspace(folder, ROOT),
    progress: new ProgressFile(folder),
    unfinished: true,
    tell: (line) => void told.push(line),
    ...(run && { run }),
  });
  return { plugged, told, close: () => rm(folder, { recursive: true }) };
}

/** Our solution of every lab. */
export async function allSolutions(): Promise<Texts> {
  const texts = LESSONS.map(async ({ name }) => [name, await solutionOf(name)] as const);
  return Object.fromEntries(await Promise.all(texts));
}

export function solutionOf(lab: string): Promise<string> {
  return readFile(join(ROOT, 'labs', lab, 'solution.ts'), 'utf8');
}
