/** `wireglass lab start` and `wireglass lab next`: put a lab's starter into the workspace. */
import pc from 'picocolors';
import type { Lesson } from '#judge/lesson';
import { LESSONS } from '../lessons.ts';
import { labProgress } from '../runner/progress.ts';
import type { Language } from '../runner/workspace.ts';
import { type LabContext, lessonOf, print, shownPath } from './context.ts';

export interface StartFlags {
  readonly js?: boolean;
}

/** Without a name, the first lab that has not been passed. */
export async function start(
  name: string | undefined,
  { js }: StartFlags,
  context: LabContext,
): Promise<void> {
  const lesson = name === undefined ? await firstOpen(context) : await lessonOf(name, context);
  await begin(lesson, js ? 'js' : 'ts', context);
}

/** The first lab that has not been passed; says so when the current one is not. */
export async function next(context: LabContext): Promise<void> {
  const progress = await context.progress.read();
  const current = LESSONS.find(({ name }) => name === progress.current);
  if (current && labProgress(progress, current).passed === undefined)
    throw new Error(
      `${current.name} has not been passed yet; npx wireglass lab check says what is missing, and ` +
        'npx wireglass lab start NAME goes to another lab all the same',
    );
  const file = current && context.workspace.fileOf(current);
  await begin(await firstOpen(context), file?.endsWith('.js') ? 'js' : 'ts', context);
}

async function firstOpen({ progress }: LabContext): Promise<Lesson> {
  const known = await progress.read();
  const open = LESSONS.find((lesson) => labProgress(known, lesson).passed === undefined);
  if (open) return open;
  throw new Error('every lab has been passed; npx wireglass lab start NAME opens one again');
}

async function begin(lesson: Lesson, language: Language, context: LabContext): Promise<void> {
  const { file, isNew } = await context.workspace.start(lesson, language);
  await context.progress.note(lesson, ({ started }) => ({ started: started ?? Date.now() }));
  await context.progress.setCurrent(lesson);
  const readme = shownPath(context.workspace.lessonFile(lesson, 'README.md'));
  const { name, title, goal, minutes } = lesson;
  const lines = [
    pc.bold(`${name}: ${title} (about ${minutes} minutes)`),
    goal,
    '',
    `Read    ${readme}`,
    `Write   ${shownPath(file)}${isNew ? '' : ' (it was there already, and is unchanged)'}`,
    `Check   npx wireglass lab watch`,
  ];
  print(context, lines.join('\n'), { lab: name, file, readme, isNew });
}
