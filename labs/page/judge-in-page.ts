/** Judges a learner's file inside a page, with the same checks and the same verdict as the terminal. */
import type { Bench } from '#judge/check';
import { judge } from '#judge/judge';
import type { Lesson } from '#judge/lesson';
import { lineFinder } from '#judge/lines';
import { PieceLine, TIME } from '#judge/piece-line';
import { randomFrom } from '#judge/random';
import type { Verdict } from '#judge/verdict';
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
  /** The learner's file: its name, its text, and both as a script with a source map. */
  readonly file: string;
  readonly text: string;
  readonly code: string;
  readonly map: string;
  readonly seed: number;
  /** Starts the script of `piece-worker.ts`. */
  readonly newWorker: () => PieceWorker;
}

export async function judgeInPage({ lesson, seed, newWorker, ...source }: PageTrial): Promise<Verdict> {
  const trespasses: string[] = [];
  let printed = '';
  const running: PieceLine[] = [];
  const endAll = (): void =>
    running.splice(0).forEach((line) => line.lose('ended', 'the judge has ended it'));
  const load = async (): Promise<PieceLine> => {
    const line = lineTo(newWorker(), {
      code: source.code,
      exports: lesson.exports,
      trespass: (what) => void trespasses.push(what),
      printed: (text) => void (printed = (printed + text).slice(0, PRINTED)),
    });
    running.push(line);
    await line.loaded();
    return line;
  };
  const open = async (): Promise<Bench> => {
    endAll();
    const { module, tools } = await load();
    return { piece: module, tools, again: async () => (await load()).module, random: randomFrom(seed) };
  };
  return judge({
    lab: lesson.name,
    seed,
    checks: lesson.checks,
    open,
    lineOf: lineFinder(source),
    trespasses: () => trespasses.splice(0),
    printed: () => printed.trimEnd(),
  }).finally(endAll);
}

interface LineRequest {
  readonly code: string;
  readonly exports: readonly string[];
  readonly trespass: (what: string) => void;
  readonly printed: (text: string) => void;
}

/** Loads the code in the worker. The line is lost, and the worker ended, when the piece owes an answer for too long. */
function lineTo(worker: PieceWorker, { code, exports, trespass, printed }: LineRequest): PieceLine {
  const line = new PieceLine({
    exports,
    time: TIME,
    send: (message) => worker.postMessage(message),
    onTrespass: trespass,
    onLost: () => {
      clearInterval(watch);
      worker.terminate();
    },
  });
  const watch = setInterval(() => line.passed(LOOK_EVERY), LOOK_EVERY);
  worker.onmessage = ({ data }) => (data.kind === 'printed' ? printed(data.text) : line.hear(data));
  worker.onerror = ({ message }) => line.lose('ended', `the code failed outside of any call: ${message}`);
  worker.postMessage({ kind: 'load', code });
  return line;
}
