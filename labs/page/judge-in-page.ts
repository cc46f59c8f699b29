/** Judges a learner's file inside a page, with the same checks and the same verdict as the terminal. */
import type { Bench } from '#judge/check';
import { thrownOf } from '#judge/host';
import { judge } from '#judge/judge';
import type { Lesson } from '#judge/lesson';
import { lineFinder } from '#judge/lines';
import {
  type JudgeFunction,
  type LossReason,
  PieceLost,
  type Transport,
  answerCallback,
  moduleOver,
  toolsOver,
} from '#judge/piece';
import { missingExports } from '#judge/exports';
import { randomFrom } from '#judge/random';
import type { Answer, Callback, Request, Thrown } from '#judge/values';
import type { Verdict } from '#judge/verdict';
import type { FromWorker, ToWorker } from './piece-worker.ts';

/** Milliseconds that a piece may owe answers, as in the terminal. */
const TIME = 10_000;
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
  const running: WorkerPiece[] = [];
  const endAll = (): void => running.splice(0).forEach((piece) => piece.end());
  const load = async (): Promise<WorkerPiece> => {
    const piece = new WorkerPiece(newWorker(), {
      trespass: (what) => void trespasses.push(what),
      printed: (text) => void (printed = (printed + text).slice(0, PRINTED)),
    });
    running.push(piece);
    await piece.load(source.code, lesson.exports);
    return piece;
  };
  const open = async (): Promise<Bench> => {
    endAll();
    const piece = await load();
    return {
      piece: moduleOver(piece, lesson.exports),
      tools: toolsOver(piece),
      again: async () => moduleOver(await load(), lesson.exports),
      random: randomFrom(seed),
    };
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

interface Hearers {
  readonly trespass: (what: string) => void;
  readonly printed: (text: string) => void;
}

class WorkerPiece implements Transport {
  readonly #worker: PieceWorker;
  readonly #hearers: Hearers;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Answer) => void; reject: (error: PieceLost) => void }
  >();
  readonly #callbacks: JudgeFunction[] = [];
  #loading: { resolve: (exports: readonly string[]) => void; reject: (error: PieceLost) => void } | undefined;
  #lost: PieceLost | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;

  constructor(worker: PieceWorker, hearers: Hearers) {
    this.#worker = worker;
    this.#hearers = hearers;
    worker.onmessage = ({ data }) => this.#heard(data);
    worker.onerror = ({ message }) => this.#lose('ended', `the code failed outside of any call: ${message}`);
  }

  async load(code: string, wanted: readonly string[]): Promise<void> {
    const exports = await new Promise<readonly string[]>((resolve, reject) => {
      this.#loading = { resolve, reject };
      this.#owe();
      this.#worker.postMessage({ kind: 'load', code });
    });
    const missing = missingExports(wanted, exports);
    if (missing !== undefined) this.#lose('not loaded', missing);
    if (this.#lost) throw this.#lost;
  }

  request(request: Omit<Request, 'id'>): Promise<Answer> {
    if (this.#lost) return Promise.reject(this.#lost);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#owe();
      this.#worker.postMessage({ kind: 'request', request: { ...request, id } as Request });
    });
  }

  keep(callback: JudgeFunction): number {
    return this.#callbacks.push(callback) - 1;
  }

  end(): void {
    this.#lose('ended', 'the judge has ended it');
  }

  #heard(message: FromWorker): void {
    switch (message.kind) {
      case 'loaded':
        this.#settled();
        return this.#loading?.resolve(message.exports);
      case 'not loaded': {
        const { name, message: text } = message.thrown;
        return this.#lose('not loaded', `the file cannot be loaded: ${name}: ${text}`, message.thrown);
      }
      case 'answer':
        this.#waiting.get(message.answer.id)?.resolve(message.answer);
        this.#waiting.delete(message.answer.id);
        return this.#settled();
      case 'callback':
        return void this.#callBack(message.callback);
      case 'trespass':
        return this.#hearers.trespass(message.what);
      case 'printed':
        return this.#hearers.printed(message.text);
    }
  }

  async #callBack({ id, callback, args }: Callback): Promise<void> {
    const run = this.#callbacks[callback];
    if (!run) return;
    const answer = await answerCallback(run, args).then(
      (ok): Answer => ({ id, ok }),
      (error: unknown): Answer => ({ id, thrown: thrownOf(error) }),
    );
    this.#worker.postMessage({ kind: 'called back', answer });
  }

  #owe(): void {
    this.#timer ??= setTimeout(
      () => this.#lose('hung', `the code gave no answer within ${TIME / 1000} s: an endless loop?`),
      TIME,
    );
  }

  #settled(): void {
    if (this.#waiting.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #lose(reason: LossReason, message: string, thrown?: Thrown): void {
    if (this.#lost) return;
    this.#lost = new PieceLost(reason, message, thrown);
    clearTimeout(this.#timer);
    this.#worker.terminate();
    this.#loading?.reject(this.#lost);
    for (const { reject } of this.#waiting.values()) reject(this.#lost);
    this.#waiting.clear();
  }
}
