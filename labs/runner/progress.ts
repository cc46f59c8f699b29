/** How far a learner has come: one small file in the workspace, replaced as a whole. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { fileFault } from '#certs/file-errors';
import type { Lesson } from '#judge/lesson';

/** Milliseconds since 1970. */
const time = v.pipe(v.number(), v.integer(), v.minValue(0));
const count = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0);

const LAB = v.object({
  started: v.optional(time),
  /** When every check passed for the first time. */
  passed: v.optional(time),
  /** When the solution was written into the workspace: what passes then is not the learner's. */
  solved: v.optional(time),
  /** Levels of hints that were shown, up to three. */
  hints: count,
  /** How often it was checked. */
  checks: count,
});
export type LabProgress = v.InferOutput<typeof LAB>;

export const PROGRESS = v.object({
  version: v.literal(1),
  /** The lab that commands without a name are about. */
  current: v.optional(v.string()),
  labs: v.record(v.string(), LAB),
});
export type Progress = v.InferOutput<typeof PROGRESS>;

const EMPTY: Progress = { version: 1, labs: {} };
const UNTOUCHED: LabProgress = { hints: 0, checks: 0 };

export type LabState = 'not started' | 'started' | 'passed' | 'solved';

export class ProgressFile {
  readonly #folder: string;
  readonly #path: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'progress.json');
  }

  /** Rejects when there is a file that is not one of ours. */
  async read(): Promise<Progress> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw new Error(`${this.#path}: ${fileFault(error) ?? error.message}`, { cause: error });
    });
    if (text === undefined) return EMPTY;
    const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), PROGRESS), text);
    if (success) return output;
    throw new Error(`${this.#path} is damaged; move it away to begin with no progress, your files stay`);
  }

  async write(progress: Progress): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const next = `${this.#path}.new`;
    await writeFile(next, `${JSON.stringify(progress, null, 2)}\n`);
    await rename(next, this.#path);
  }

  /** Changes what is known of one lab. */
  async note(lesson: Lesson, change: (before: LabProgress) => Partial<LabProgress>): Promise<LabProgress> {
    const progress = await this.read();
    const before = labProgress(progress, lesson);
    const after = { ...before, ...change(before) };
    await this.write({ ...progress, labs: { ...progress.labs, [lesson.name]: after } });
    return after;
  }

  async setCurrent(lesson: Lesson): Promise<void> {
    await this.write({ ...(await this.read()), current: lesson.name });
  }

  /** Forgets what is known of a lab. */
  async forget(lesson: Lesson): Promise<void> {
    const progress = await this.read();
    const labs = Object.fromEntries(Object.entries(progress.labs).filter(([name]) => name !== lesson.name));
    await this.write({ ...progress, labs });
  }
}

export function labProgress({ labs }: Progress, { name }: Lesson): LabProgress {
  return labs[name] ?? UNTOUCHED;
}

export function stateOf({ started, passed, solved }: LabProgress): LabState {
  if (passed !== undefined) return solved !== undefined && solved <= passed ? 'solved' : 'passed';
  return started === undefined ? 'not started' : 'started';
}
