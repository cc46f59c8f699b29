/** `wireglass lab hint`, `solve` and `diff`: help that gives away more and more. */
import { readFile } from 'node:fs/promises';
import { createTwoFilesPatch } from 'diff';
import pc from 'picocolors';
import { splitHints } from '#judge/hints';
import { counted } from '#protocol/shown';
import { labProgress } from '../runner/progress.ts';
import { tellClass } from './class.ts';
import { type LabContext, lessonOf, print, shownPath } from './context.ts';
import { type AskFlags, confirmed } from './asking.ts';

export interface HintFlags {
  readonly level?: number;
}

/** The next level, or one that was asked for again. */
export async function hint(
  name: string | undefined,
  { level }: HintFlags,
  context: LabContext,
): Promise<void> {
  const lesson = await lessonOf(name, context);
  const hints = splitHints(await readFile(context.workspace.lessonFile(lesson, 'hints.md'), 'utf8'));
  const before = labProgress(await context.progress.read(), lesson).hints;
  const wanted = Math.min(level ?? before + 1, hints.length);
  await context.progress.note(lesson, ({ hints: shown }) => ({ hints: Math.max(shown, wanted) }));
  const text = hints[wanted - 1] ?? '';
  const more =
    wanted < hints.length
      ? `Not enough? npx wireglass lab hint ${lesson.name}`
      : `That was the last one. npx wireglass lab solve ${lesson.name} shows how we would write it.`;
  print(context, `${pc.bold(`Hint ${wanted} of ${hints.length}`)}\n\n${text}\n\n${pc.dim(more)}`, {
    lab: lesson.name,
    level: wanted,
    levels: hints.length,
    text,
  });
  await tellClass(lesson, [], context);
}

export async function solve(name: string | undefined, flags: AskFlags, context: LabContext): Promise<void> {
  const lesson = await lessonOf(name, context);
  const question = `Put our solution of ${lesson.name} in place of your file? A copy of yours is kept.`;
  if (!(await confirmed(question, flags))) return print(context, 'Nothing was changed.', { done: false });
  const copy = await context.workspace.replace(lesson, await context.workspace.solution(lesson), new Date());
  await context.progress.note(lesson, ({ started, solved }) => ({
    started: started ?? Date.now(),
    solved: solved ?? Date.now(),
  }));
  await context.progress.setCurrent(lesson);
  const file = shownPath(context.workspace.fileOf(lesson) ?? '');
  const kept = copy === undefined ? '' : ` Yours is ${shownPath(copy)}.`;
  print(context, `${file} is our solution now.${kept}`, { done: true, file, copy });
}

export async function diff(name: string | undefined, context: LabContext): Promise<void> {
  const lesson = await lessonOf(name, context);
  const own = await context.workspace.read(lesson);
  if (own === undefined) throw new Error(`${lesson.name} has not been started`);
  const patch = createTwoFilesPatch('yours', 'ours', normal(own), await context.workspace.solution(lesson));
  const lines = patch.split('\n').slice(1);
  const changed = lines.filter((line) => /^[-+](?![-+])/.test(line)).length;
  const text =
    changed === 0 ? 'Your file is the same as our solution.' : lines.map(coloured).join('\n').trimEnd();
  print(context, `${text}\n${pc.dim(counted(changed, 'line differs', 'lines differ'))}`, {
    lab: lesson.name,
    changed,
    patch,
  });
}

/** Line ends of Windows are no difference. */
function normal(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function coloured(line: string): string {
  if (line.startsWith('-')) return pc.red(line);
  if (line.startsWith('+')) return pc.green(line);
  return line.startsWith('@@') ? pc.dim(line) : line;
}
