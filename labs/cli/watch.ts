/**
 * `wireglass lab watch`: judges the file at each save. It looks at the file's time instead of waiting for events, which do
 * not come on network drives and in WSL.
 */
import { unwatchFile, watchFile } from 'node:fs';
import { emitKeypressEvents } from 'node:readline';
import pc from 'picocolors';
import { messageOf } from '#certs/file-errors';
import type { Lesson } from '#judge/lesson';
import { checkWithEarlier, checkedText, jsonOf } from './check.ts';
import { tellChecks } from './class.ts';
import { type LabContext, lessonOf, newSeed, shownPath } from './context.ts';

/** Milliseconds between two looks at the file. */
const LOOK_EVERY = 150;
/** An editor may empty a file before it writes it: this many milliseconds later it is whole. */
const SETTLE = 50;

interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

/** Until `q` or Ctrl-C. */
export async function watch(name: string | undefined, context: LabContext): Promise<void> {
  const lesson = await lessonOf(name, context);
  const file = context.workspace.fileOf(lesson);
  if (file === undefined)
    throw new Error(`${lesson.name} has not been started; npx wireglass lab start ${lesson.name} does that`);
  const runs = new Runs(lesson, context);
  watchFile(file, { interval: LOOK_EVERY }, () => setTimeout(() => runs.want(), SETTLE));
  const stop = keys({ r: () => runs.want() });
  runs.want();
  await stop;
  unwatchFile(file);
  await runs.idle();
}

/** One run at a time; what was wanted meanwhile is one run more. */
class Runs {
  readonly #lesson: Lesson;
  readonly #context: LabContext;
  #wanted = false;
  #running: Promise<void> | undefined;

  constructor(lesson: Lesson, context: LabContext) {
    this.#lesson = lesson;
    this.#context = context;
  }

  want(): void {
    this.#wanted = true;
    this.#running ??= this.#run();
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#wanted) {
      this.#wanted = false;
      await this.#once();
    }
    this.#running = undefined;
  }

  async #once(): Promise<void> {
    const { json } = this.#context;
    try {
      const checked = await checkWithEarlier(this.#lesson, newSeed(), this.#context);
      if (json) console.log(JSON.stringify(jsonOf(checked)));
      else {
        clear();
        console.log(await checkedText(checked, this.#context));
      }
      await tellChecks(checked, this.#context);
    } catch (error) {
      if (!json) clear();
      console.error(`wireglass: ${messageOf(error)}`);
    }
    if (!json) console.log(pc.dim(`\n${this.#prompt()}`));
  }

  #prompt(): string {
    const { workspace } = this.#context;
    const file = shownPath(workspace.fileOf(this.#lesson) ?? workspace.folder);
    return `Waiting for the next change of ${file}. r runs the checks again, q ends.`;
  }
}

function clear(): void {
  if (process.stdout.isTTY) process.stdout.write('\x1b[2J\x1b[3J\x1b[H');
}

/** Resolves with `q` or Ctrl-C, also at the end of standard input that is a terminal. */
function keys(actions: Readonly<Record<string, () => void>>): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    const { stdin } = process;
    if (!stdin.isTTY) return;
    emitKeypressEvents(stdin);
    stdin.setRawMode(true).resume();
    const onKey = (_: string, { name = '', ctrl }: Key): void => {
      if (name !== 'q' && !(ctrl && name === 'c')) return actions[name]?.();
      stdin.off('keypress', onKey).setRawMode(false).pause();
      resolve();
    };
    stdin.on('keypress', onKey);
  });
}
