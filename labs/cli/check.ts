/** `wireglass lab check`: judges the learner's file, and those of the labs that it rests on. */
import pc from 'picocolors';
import type { Lesson } from '#judge/lesson';
import { type Verdict, isPassed } from '#judge/verdict';
import { counted } from '#protocol/shown';
import { lessonByName } from '../lessons.ts';
import { CONFINEMENTS, type Confinement } from '../runner/confinement.ts';
import { judgeFile } from '../runner/judge-file.ts';
import { tellChecks } from './class.ts';
import { type LabContext, lessonOf, newSeed, print, shownPath, textOptions } from './context.ts';
import { verdictText } from './verdict-text.ts';

export interface CheckFlags {
  readonly seed?: number;
  readonly all?: boolean;
}

export interface Checked {
  readonly lesson: Lesson;
  readonly verdict: Verdict;
  readonly confinement: Confinement | undefined;
  /** Milliseconds. */
  readonly took: number;
}

/** Exit code when a check has failed. */
const FAILED = 1;

export async function check(
  name: string | undefined,
  { seed = newSeed(), all = false }: CheckFlags,
  context: LabContext,
): Promise<void> {
  const lesson = await lessonOf(name, context);
  const checked = await checkWithEarlier(lesson, seed, context);
  const text = await checkedText(checked, context, all);
  print(context, text, jsonOf(checked));
  await tellChecks(checked, context);
  if (!checked.every(({ verdict }) => isPassed(verdict))) process.exitCode = FAILED;
}

export function jsonOf(checked: readonly Checked[]): unknown {
  return checked.map(({ verdict, confinement, took }) => ({
    ...verdict,
    confinement,
    took: Math.round(took),
  }));
}

/** The lab itself comes last. Earlier labs that were never started are ours to answer for. */
export async function checkWithEarlier(
  lesson: Lesson,
  seed: number,
  context: LabContext,
): Promise<Checked[]> {
  const earlier = lesson.restsOn
    .flatMap((name) => lessonByName(name) ?? [])
    .filter((each) => context.workspace.fileOf(each) !== undefined);
  const checked: Checked[] = [];
  for (const each of [...earlier, lesson]) checked.push(await checkOne(each, seed, context));
  for (const { lesson: each, verdict } of checked)
    await context.progress.note(each, (before) => ({
      ...(each === lesson && { checks: before.checks + 1, started: before.started ?? Date.now() }),
      // An earlier lab that passes here is done: lab run and lab next must not ask for it again.
      ...(isPassed(verdict) && before.passed === undefined && { passed: Date.now() }),
    }));
  return checked;
}

async function checkOne(lesson: Lesson, seed: number, { workspace, root }: LabContext): Promise<Checked> {
  const file = workspace.fileOf(lesson);
  if (file === undefined)
    throw new Error(
      `there is no ${shownPath(workspace.folder)}/${lesson.name}.ts; npx wireglass lab start ${lesson.name} makes it`,
    );
  const begin = performance.now();
  const judged = await judgeFile({ lesson, file, folder: workspace.folder, root, seed });
  return { lesson, ...judged, took: performance.now() - begin };
}

export async function checkedText(
  checked: readonly Checked[],
  context: LabContext,
  all = false,
): Promise<string> {
  const options = await textOptions(context, all);
  const last = checked.at(-1) as Checked;
  const earlier = checked.slice(0, -1).flatMap(({ verdict }) => {
    if (!isPassed(verdict)) return [verdictText(verdict, options), ''];
    return [`${verdict.lab}, which this lab rests on: all ${counted(verdict.total, 'check')} passed`, ''];
  });
  return [...earlier, verdictText(last.verdict, options), '', ...ending(checked)].join('\n');
}

function ending(checked: readonly Checked[]): string[] {
  const { lesson, verdict, confinement, took } = checked.at(-1) as Checked;
  const how =
    confinement === undefined ? 'Your code was not run' : `Your code ran ${CONFINEMENTS[confinement]}`;
  const facts = pc.dim(`${how}. It took ${(took / 1000).toFixed(1)} s. Seed ${verdict.seed}.`);
  const broken = checked.slice(0, -1).find((each) => !isPassed(each.verdict));
  if (!isPassed(verdict)) return [facts, `Stuck? npx wireglass lab hint ${lesson.name}`];
  if (broken) return [facts, `First mend ${broken.lesson.name}, which this lab rests on.`];
  return [
    facts,
    `Done. npx wireglass lab next goes on; npx wireglass lab diff ${lesson.name} shows our solution beside yours.`,
  ];
}
