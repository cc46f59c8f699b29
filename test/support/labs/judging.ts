/** Judges a text as if a learner had saved it, in this process: quick enough for hundreds of wrong solutions. */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { type Bundle, bundle } from '#labs/runner/bundle';
import { evaluate } from '#judge/evaluate';
import { PieceHost, thrownOf } from '#judge/host';
import { judge } from '#judge/judge';
import type { Lesson } from '#judge/lesson';
import { lineFinder } from '#judge/lines';
import type { Bench } from '#judge/check';
import {
  type JudgeFunction,
  PieceLost,
  type Transport,
  answerCallback,
  moduleOver,
  toolsOver,
} from '#judge/piece';
import { toolsFor } from '#labs/runner/tools';
import { randomFrom } from '#judge/random';
import type { Verdict } from '#judge/verdict';

const load = createRequire(import.meta.url);

const LABS = join(import.meta.dirname, '../../../labs');

/** `text`: the learner's file; those of the labs that it rests on are our solutions. `seed`: of the inputs. */
export async function judgeText(lesson: Lesson, text: string, seed = 1): Promise<Verdict> {
  const file = `${lesson.name}.ts`;
  const { code, map } = await bundled(lesson, text);
  return judge({
    lab: lesson.name,
    seed,
    checks: lesson.checks,
    open: async () => ({
      ...pieceOf(code, lesson),
      again: async () => pieceOf(code, lesson).piece,
      random: randomFrom(seed),
    }),
    lineOf: lineFinder({ file, text, map }),
    trespasses: () => [],
    printed: () => '',
  });
}

/** The same text is judged with several seeds, and takes longer to bundle than most checks take. */
const bundles = new Map<string, Promise<Bundle>>();

function bundled(lesson: Lesson, text: string): Promise<Bundle> {
  const key = `${lesson.name}\n${text}`;
  const known = bundles.get(key) ?? bundleText(lesson, text);
  bundles.set(key, known);
  return known;
}

async function bundleText(lesson: Lesson, text: string): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-lab-'));
  try {
    const file = join(folder, `${lesson.name}.ts`);
    await writeFile(file, text);
    for (const earlier of lesson.restsOn)
      await copyFile(join(LABS, earlier, 'solution.ts'), join(folder, `${earlier}.ts`));
    return await bundle({ file, folder, modules: lesson.modules });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function pieceOf(code: string, { exports }: Lesson): Pick<Bench, 'piece' | 'tools'> {
  const compile = (functionText: string, filename: string): unknown =>
    new Script(functionText, { filename }).runInThisContext();
  const kept: JudgeFunction[] = [];
  let host: PieceHost;
  try {
    const module = evaluate(code, compile, load);
    host = new PieceHost(
      module,
      (callback, args) => answerCallback(kept[callback] as JudgeFunction, args),
      toolsFor(module),
    );
  } catch (error) {
    throw new PieceLost('not loaded', `the file cannot be loaded: ${String(error)}`, thrownOf(error));
  }
  let id = 0;
  const transport: Transport = {
    request: (request) => host.perform({ ...request, id: ++id }),
    keep: (callback) => kept.push(callback) - 1,
  };
  return { piece: moduleOver(transport, exports), tools: toolsOver(transport) };
}
