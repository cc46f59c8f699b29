/** Judges a learner's file inside a page, with the same checks and the same verdict as the terminal. */
import type { Bench } from '#judge/check';
import { judge } from '#judge/judge';
import type { Lesson } from '#judge/lesson';
import { lineFinder } from '#judge/lines';
import { PieceLost } from '#judge/piece';
import { PieceLine, TIME } from '#judge/piece-line';
import { randomFrom } from '#judge/random';
import type { Verdict } from '#judge/verdict';
import { type Script, type SourceFault, compile } from './compile.ts';
import type { FromWorker, ToWorker } from './piece-worker.ts';

/** Milliseconds between two looks at whether an answer is owed for too long. */
const LOOK_EVERY = 50;
/** Characters of what a piece prints. */
const PRINTED = 16_384;

/** As much of a `Worker` as is needed. */
export interface PieceWorker {
  onmessage: ((event: { readonly data: FromWorker }) => void) | null;
  onerror: ((event: { readonly message: string }) => void) | null;
  postMessage(message: ToWorker): void;
  terminate(): void;
}

export interface PageTrial {
  readonly lesson: Lesson;
  /** The learner's file: its name and its text. */
  readonly file: string;
  readonly text: string;
  readonly seed: number;
  /** Milliseconds that the piece may owe answers; 10 s by default. */
  readonly time?: number;
  /** Milliseconds that it may be silent while it owes one; no limit by default. */
  readonly silence?: number;
  /** Called before each check, with its number from 0. */
  readonly onCheck?: (index: number) => void;
  /** Starts the script of `piece-worker.ts`. */
  readonly newWorker: () => PieceWorker;
}

export async function judgeInPage(trial: PageTrial): Promise<Verdict> {
  const { lesson, seed, file, text, onCheck } = trial;
  const source = compile({ file, text, modules: lesson.modules });
  const pieces = new Pieces(trial, source);
  const find = 'code' in source ? lineFinder({ file, text, map: source.map }) : undefined;
  return judge({
    lab: lesson.name,
    seed,
    checks: lesson.checks,
    open: () => pieces.open(),
    lineOf: (spot) => (find ? find(spot) : (source as SourceFault).line),
    trespasses: () => pieces.trespasses.splice(0),
    printed: () => pieces.printed.trimEnd(),
    ...(onCheck && { onCheck }),
  }).finally(() => pieces.endAll());
}

/** Loads the file, and uses it for something else than the checks. Rejects with what `use` rejects with, and `PieceLost`. */
export async function useInPage<T>(trial: PageTrial, use: (bench: Bench) => Promise<T>): Promise<T> {
  const { lesson, file, text } = trial;
  const pieces = new Pieces(trial, compile({ file, text, modules: lesson.modules }));
  return pieces
    .open()
    .then(use)
    .finally(() => pieces.endAll());
}

/** The workers in which the file is loaded, and what it did there besides answering. */
class Pieces {
  readonly trespasses: string[] = [];
  printed = '';
  readonly #trial: PageTrial;
  readonly #source: Script | SourceFault;
  readonly #running: PieceLine[] = [];

  constructor(trial: PageTrial, source: Script | SourceFault) {
    this.#trial = trial;
    this.#source = source;
  }

  /** A bench with a fresh piece; the pieces before it are ended. */
  async open(): Promise<Bench> {
    this.endAll();
    const { module, tools } = await this.#load();
    const again = async () => (await this.#load()).module;
    return { piece: module, tools, again, random: randomFrom(this.#trial.seed) };
  }

  endAll(): void {
    this.#running.splice(0).forEach((line) => line.lose('ended', 'the judge has ended it'));
  }

  async #load(): Promise<PieceLine> {
    if (!('code' in this.#source))
      throw new PieceLost('not loaded', `the file cannot be read: ${this.#source.message}`);
    const { lesson, time = TIME, silence, newWorker } = this.#trial;
    const line = lineTo(newWorker(), {
      code: this.#source.code,
      exports: lesson.exports,
      time,
      silence,
      trespass: (what) => void this.trespasses.push(what),
      printed: (text) => void (this.printed = (this.printed + text).slice(0, PRINTED)),
    });
    this.#running.push(line);
    await line.loaded();
    return line;
  }
}

interface LineRequest {
  readonly code: string;
  readonly exports: readonly string[];
  readonly time: number;
  readonly silence: number | undefined;
  readonly trespass: (what: string) => void;
  readonly printed: (text: string) => void;
}

/** Loads the code in the worker. The line is lost, and the worker ended, when the piece owes an answer for too long. */
function lineTo(worker: PieceWorker, request: LineRequest): PieceLine {
  const { code, exports, time, silence, trespass, printed } = request;
  const line = new PieceLine({
    exports,
    time,
    ...(silence !== undefined && { silence }),
    send: (message) => worker.postMessage(message),
    onTrespass: trespass,
    onLost: () => {
      clearInterval(watch);
      worker.terminate();
    },
  });
  let watch: ReturnType<typeof setInterval> | undefined;
  worker.onmessage = ({ data }) => {
    // The worker says something as soon as its script is there: the way of the script is no fault of the piece.
    watch ??= setInterval(() => line.passed(LOOK_EVERY), LOOK_EVERY);
    if (data.kind === 'printed') printed(data.text);
    else line.hear(data);
  };
  worker.onerror = ({ message }) => line.lose('ended', `the code failed outside of any call: ${message}`);
  worker.postMessage({ kind: 'load', code });
  return line;
}
