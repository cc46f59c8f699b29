/** The judge's end of the line to a piece, wherever that runs: who waits for what, and why nothing comes any more. */
import { thrownOf } from './host.ts';
import type { FromPiece, ToPiece } from './messages.ts';
import {
  type JudgeFunction,
  type LossReason,
  PieceLost,
  type PieceObject,
  type Transport,
  answerCallback,
  moduleOver,
  toolsOver,
} from './piece.ts';
import type { Answer, Callback, Request, Thrown } from './values.ts';

export interface LineOptions {
  readonly send: (message: ToPiece) => void;
  /** Functions that the piece must export. */
  readonly exports: readonly string[];
  /** Milliseconds that the piece may owe answers, all together. */
  readonly time: number;
  /** Milliseconds that the piece may be silent while it owes an answer; no limit by default. */
  readonly silence?: number;
  readonly onTrespass: (what: string) => void;
  /** Called once, when the piece is of no use any more: what runs it must end. */
  readonly onLost: () => void;
}

/** Milliseconds that a piece may owe answers, unless another time is given. */
export const TIME = 10_000;

/**
 * While the piece talks to the judge, time counts for this part only: on a busy machine each of thousands of questions waits
 * for both of them.
 */
const TALKING = 1 / 4;

interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: PieceLost) => void;
}

export class PieceLine implements Transport {
  readonly #options: LineOptions;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  readonly #callbacks: JudgeFunction[] = [];
  #loading: Waiting<void> | undefined;
  #lost: PieceLost | undefined;
  #lastId = 0;
  /** Milliseconds in which answers were owed. */
  #owed = 0;
  /** Whether the piece has said anything since time was last counted. */
  #heard = false;
  /** Milliseconds in which an answer was owed, since the piece last gave a sign of life. */
  #silent = 0;
  /** Functions of the judge's that the piece has called and that have not returned. */
  #calledBack = 0;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  get module(): PieceObject {
    return moduleOver(this, this.#options.exports);
  }

  get tools(): PieceObject {
    return toolsOver(this);
  }

  /** Resolves when the piece is loaded and exports what it must. Rejects with `PieceLost`. */
  loaded(): Promise<void> {
    if (this.#lost) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => (this.#loading = { resolve, reject }));
  }

  request(request: Omit<Request, 'id'>): Promise<Answer> {
    if (this.#lost) return Promise.reject(this.#lost);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#options.send({ kind: 'request', request: { ...request, id } as Request });
    });
  }

  keep(callback: JudgeFunction): number {
    return this.#callbacks.push(callback) - 1;
  }

  hear(message: FromPiece): void {
    this.#silent = 0;
    if (message.kind === 'working') return;
    this.#heard = true;
    switch (message.kind) {
      case 'loaded':
        return this.#loaded(message.exports);
      case 'not loaded': {
        const { name, message: text } = message.thrown;
        return this.lose('not loaded', `the file cannot be loaded: ${name}: ${text}`, message.thrown);
      }
      case 'answer':
        this.#waiting.get(message.answer.id)?.resolve(message.answer);
        return void this.#waiting.delete(message.answer.id);
      case 'callback':
        return void this.#callBack(message.callback);
      case 'trespass':
        return this.#options.onTrespass(message.what);
    }
  }

  /** So many milliseconds have passed. While the judge works for it, the piece owes nothing. */
  passed(milliseconds: number): void {
    const owes = this.#loading !== undefined || this.#waiting.size > 0;
    if (owes && this.#calledBack === 0) {
      this.#owed += this.#heard ? milliseconds * TALKING : milliseconds;
      this.#silent += milliseconds;
    }
    this.#heard = false;
    const { time, silence = Infinity } = this.#options;
    if (this.#silent > silence) this.#hung(silence);
    else if (this.#owed > time) this.#hung(time);
  }

  #hung(time: number): void {
    this.lose('hung', `the code gave no answer within ${time / 1000} s: is there an endless loop?`);
  }

  /** No answer will come: everyone who waits is told why. */
  lose(reason: LossReason, message: string, thrown?: Thrown): void {
    if (this.#lost) return;
    this.#lost = new PieceLost(reason, message, thrown);
    this.#options.onLost();
    this.#loading?.reject(this.#lost);
    this.#loading = undefined;
    for (const { reject } of this.#waiting.values()) reject(this.#lost);
    this.#waiting.clear();
  }

  #loaded(exports: readonly string[]): void {
    const missing = missingExports(this.#options.exports, exports);
    if (missing !== undefined) return this.lose('not loaded', missing);
    this.#loading?.resolve();
    this.#loading = undefined;
  }

  async #callBack({ id, callback, args }: Callback): Promise<void> {
    const run = this.#callbacks[callback];
    if (!run) return;
    this.#calledBack += 1;
    const answer = await answerCallback(run, args).then(
      (ok): Answer => ({ id, ok }),
      (error: unknown): Answer => ({ id, thrown: thrownOf(error) }),
    );
    this.#calledBack -= 1;
    if (!this.#lost) this.#options.send({ kind: 'called back', answer });
  }
}

function missingExports(wanted: readonly string[], exports: readonly string[]): string | undefined {
  const missing = wanted.filter((name) => !exports.includes(name));
  if (missing.length === 0) return undefined;
  const has = exports.length > 0 ? exports.join(', ') : 'no function';
  return `the file must export ${missing.map((name) => `the function ${name}`).join(' and ')}; it exports ${has}`;
}
