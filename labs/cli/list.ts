/** `wireglass lab`: the labs with the learner's progress. */
import pc from 'picocolors';
import { type Lesson, PARTS, type Part } from '#judge/lesson';
import { LESSONS } from '../lessons.ts';
import { type LabState, type Progress, labProgress, stateOf } from '../runner/progress.ts';
import { type LabContext, print, shownPath } from './context.ts';

interface Row {
  readonly name: string;
  readonly part: Part;
  readonly title: string;
  readonly goal: string;
  readonly minutes: number;
  readonly state: LabState;
  readonly hints: number;
  readonly checks: number;
  readonly current: boolean;
}

/** Columns of a line before the goal, which is cut where a terminal is too narrow for it. */
const TAKEN = 42;

const COLOURS: Readonly<Record<LabState, (text: string) => string>> = {
  'not started': pc.dim,
  started: pc.yellow,
  passed: pc.green,
  solved: pc.cyan,
};

export async function list(context: LabContext): Promise<void> {
  const progress = await context.progress.read();
  const rows = LESSONS.map((lesson) => rowOf(lesson, progress));
  const parts = (Object.keys(PARTS) as Part[]).filter((part) => rows.some((row) => row.part === part));
  const lines = parts.flatMap((part) => [
    pc.bold(`Part ${part}: ${PARTS[part]}`),
    ...rows.filter((row) => row.part === part).map(line),
    '',
  ]);
  const done = rows.filter(({ state }) => state === 'passed' || state === 'solved').length;
  const summary = `${done} of ${rows.length} done`;
  const started = rows.some(({ state }) => state !== 'not started');
  const text = [...lines, ...(started ? [summary, ...next(rows)] : firstSteps(context))].join('\n');
  print(context, text, { done, total: rows.length, labs: rows });
}

function rowOf(lesson: Lesson, progress: Progress): Row {
  const { name, part, title, goal, minutes } = lesson;
  const known = labProgress(progress, lesson);
  const { hints, checks } = known;
  const current = progress.current === name;
  return { name, part, title, goal, minutes, state: stateOf(known), hints, checks, current };
}

function line({ name, state, minutes, goal, current }: Row): string {
  const mark = current ? pc.bold('>') : ' ';
  const time = `${String(minutes).padStart(3)} min`;
  const room = (process.stdout.columns ?? Infinity) - TAKEN;
  const shown = goal.length > room ? `${goal.slice(0, room - 1)}…` : goal;
  return `${mark} ${name.padEnd(18)} ${COLOURS[state](state.padEnd(11))} ${time}  ${shown}`;
}

function next(rows: readonly Row[]): string[] {
  const open =
    rows.find(({ state }) => state === 'started') ?? rows.find((row) => row.state === 'not started');
  if (!open)
    return ['All labs are done. npx wireglass lab run --alone runs the server that you have written.'];
  const command = open.state === 'started' ? 'watch' : 'start';
  return [`Go on with: npx wireglass lab ${command} ${open.name}`];
}

/** What to do, in five lines. */
function firstSteps({ workspace }: LabContext): string[] {
  return [
    pc.bold('You have not started yet. Five steps:'),
    `1. npx wireglass lab start    puts the first lab's file into ${shownPath(workspace.folder)}`,
    '2. Open that file in your editor, and beside it the README.md that the command names.',
    '3. npx wireglass lab watch    judges your file whenever you save it',
    '4. npx wireglass lab hint     when you are stuck; there are three levels',
    '5. npx wireglass lab next     when every check has passed',
  ];
}
