/** `wireglass lab reset`, `export` and `import`: begin again, and take the work to another machine. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as v from 'valibot';
import { counted } from '#protocol/shown';
import { LESSONS } from '../lessons.ts';
import { PROGRESS } from '../runner/progress.ts';
import { type AskFlags, confirmed } from './asking.ts';
import { type LabContext, lessonOf, print, shownPath } from './context.ts';

export interface ResetFlags extends AskFlags {
  readonly all?: boolean;
}

export async function reset(name: string | undefined, flags: ResetFlags, context: LabContext): Promise<void> {
  const lessons = flags.all ? LESSONS : [await lessonOf(name, context)];
  const what = flags.all ? 'every lab' : (lessons[0]?.name ?? '');
  const question = `Forget the progress of ${what} and remove your files? Copies of them are kept.`;
  if (!(await confirmed(question, flags))) return print(context, 'Nothing was changed.', { done: false });
  const copies: string[] = [];
  for (const lesson of lessons) {
    const copy = await context.workspace.remove(lesson, new Date());
    if (copy !== undefined) copies.push(copy);
    await context.progress.forget(lesson);
  }
  const kept = copies.map(shownPath).join(', ');
  print(context, `Reset ${what}.${kept === '' ? '' : ` Your files are kept as ${kept}.`}`, {
    done: true,
    copies,
  });
}

const TRANSFER = v.object({
  kind: v.literal('wireglass labs'),
  progress: PROGRESS,
  /** Names and texts. A name has no path. */
  files: v.record(v.pipe(v.string(), v.regex(/^[\w-]+\.(ts|js|mjs)$/)), v.string()),
});

export async function exportTo(file: string, context: LabContext): Promise<void> {
  const files = await context.workspace.files();
  const progress = await context.progress.read();
  const transfer: v.InferOutput<typeof TRANSFER> = { kind: 'wireglass labs', progress, files };
  await writeFile(file, `${JSON.stringify(transfer, null, 2)}\n`, { flag: 'wx' });
  const count = Object.keys(files).length;
  print(context, `${counted(count, 'file')} and the progress are in ${file}.`, { file, files: count });
}

export async function importFrom(file: string, flags: AskFlags, context: LabContext): Promise<void> {
  const text = await readFile(file, 'utf8');
  const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), TRANSFER), text);
  if (!success)
    throw new Error(`${file} is not an export of the labs; npx wireglass lab export FILE makes one`);
  const names = Object.keys(output.files);
  const question = `Replace the progress and your files with those of ${basename(file)} (${counted(names.length, 'file')})? Copies are kept.`;
  if (!(await confirmed(question, flags))) return print(context, 'Nothing was changed.', { done: false });
  for (const lesson of LESSONS) await context.workspace.remove(lesson, new Date());
  for (const [name, content] of Object.entries(output.files)) await context.workspace.write(name, content);
  await context.progress.write(output.progress);
  print(context, `${counted(names.length, 'file')} and the progress of ${file} are here now.`, {
    files: names,
  });
}
