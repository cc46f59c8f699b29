/** The folder with what a learner wrote: one file for each lab, the progress, and copies of what was replaced. */
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Lesson } from '#judge/lesson';

/** Names the folder, in place of `labs/workspace`. */
export const WORKSPACE_VARIABLE = 'WIREGLASS_WORKSPACE';

/** Best first, when a learner has several files for one lab. */
const ENDINGS = ['.ts', '.js', '.mjs'] as const;
export type Language = 'ts' | 'js';

/** For editors: the learner's files are checked loosely, and not by the rules of the project. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noEmit: true,
    allowJs: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
  },
};

export class Workspace {
  readonly folder: string;
  /** The project's `labs` folder. */
  readonly #labs: string;

  constructor(folder: string, root: string) {
    this.folder = folder;
    this.#labs = join(root, 'labs');
  }

  get exists(): boolean {
    return existsSync(this.folder);
  }

  /** The learner's file for a lab, if there is one. */
  fileOf({ name }: Lesson): string | undefined {
    return ENDINGS.map((ending) => join(this.folder, name + ending)).find((file) => existsSync(file));
  }

  /** One of the lab's own files: its README, its hints, its starter, its solution. */
  lessonFile({ name }: Lesson, file: string): string {
    return join(this.#labs, name, file);
  }

  /** Writes the starter, unless the learner has a file already. Returns the file, and whether it is new. */
  async start(
    lesson: Lesson,
    language: Language,
  ): Promise<{ readonly file: string; readonly isNew: boolean }> {
    const existing = this.fileOf(lesson);
    if (existing !== undefined) return { file: existing, isNew: false };
    await mkdir(this.folder, { recursive: true });
    const config = join(this.folder, 'tsconfig.json');
    if (!existsSync(config)) await writeFile(config, `${JSON.stringify(TSCONFIG, null, 2)}\n`);
    const file = join(this.folder, `${lesson.name}.${language}`);
    await writeFile(file, await this.#textOf(lesson, 'starter.ts', language), { flag: 'wx' });
    return { file, isNew: true };
  }

  /** The solution in the language of the learner's file. */
  async solution(lesson: Lesson): Promise<string> {
    const file = this.fileOf(lesson);
    return this.#textOf(lesson, 'solution.ts', file !== undefined && extname(file) !== '.ts' ? 'js' : 'ts');
  }

  async read(lesson: Lesson): Promise<string | undefined> {
    const file = this.fileOf(lesson);
    return file === undefined ? undefined : readFile(file, 'utf8');
  }

  /** Replaces the learner's file, of which a copy is kept. Returns the copy's path, if there was a file. */
  async replace(lesson: Lesson, text: string, now: Date): Promise<string | undefined> {
    const copy = await this.keep(lesson, now);
    const file = this.fileOf(lesson) ?? join(this.folder, `${lesson.name}.ts`);
    await mkdir(this.folder, { recursive: true });
    await writeFile(file, text);
    return copy;
  }

  /** Removes the learner's file, of which a copy is kept. */
  async remove(lesson: Lesson, now: Date): Promise<string | undefined> {
    const file = this.fileOf(lesson);
    const copy = await this.keep(lesson, now);
    if (file !== undefined) await rm(file);
    return copy;
  }

  async keep(lesson: Lesson, now: Date): Promise<string | undefined> {
    const file = this.fileOf(lesson);
    if (file === undefined) return undefined;
    const kept = join(this.folder, 'kept');
    await mkdir(kept, { recursive: true });
    const stamp = now.toISOString().replace(/[:.]/g, '-');
    const copy = join(kept, `${lesson.name}-${stamp}${extname(file)}`);
    await copyFile(file, copy);
    return copy;
  }

  /** Names and texts of the learner's files. */
  async files(): Promise<Record<string, string>> {
    const names = this.exists ? await readdir(this.folder) : [];
    const own = names.filter((name) => ENDINGS.some((ending) => name.endsWith(ending))).sort();
    const texts = await Promise.all(own.map((name) => readFile(join(this.folder, name), 'utf8')));
    return Object.fromEntries(own.map((name, i) => [name, texts[i] ?? '']));
  }

  async write(name: string, text: string): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeFile(join(this.folder, basename(name)), text);
  }

  async #textOf(lesson: Lesson, source: string, language: Language): Promise<string> {
    const text = await readFile(this.lessonFile(lesson, source), 'utf8');
    return language === 'ts' ? text : withoutTypes(text);
  }
}

/** The same program in JavaScript: types are removed, comments stay. */
async function withoutTypes(text: string): Promise<string> {
  const { default: ts } = await import('typescript');
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      // A starter imports what its learner will need, and uses little of it yet.
      verbatimModuleSyntax: true,
    },
  });
  return outputText;
}
