/** The piece's end of the line, the same in a child process and in a worker: loads the script, performs, and calls back. */
import { type Compile, type Import, evaluate } from './evaluate.ts';
import { type CallBack, PieceHost, thrownOf } from './host.ts';
import type { FromPiece, ToPiece } from './messages.ts';
import type { Answer } from './values.ts';

export interface Loading {
  readonly code: string;
  readonly compile: Compile;
  readonly imports: Import;
  /** What this side can do for the judge, given the exports. */
  readonly tools?: (exports: object) => object;
}

export class PieceSide {
  readonly #tell: (message: FromPiece) => void;
  /** Calls of the judge's functions that have not been answered. */
  readonly #calls = new Map<number, (answer: Answer) => void>();
  #host: PieceHost | undefined;
  #lastCall = 0;

  constructor(tell: (message: FromPiece) => void) {
    this.#tell = tell;
  }

  load({ code, compile, imports, tools }: Loading): void {
    try {
      const exports = evaluate(code, compile, imports);
      this.#host = new PieceHost(exports, this.#callBack, tools?.(exports), () =>
        this.#tell({ kind: 'working' }),
      );
      const functions = Object.entries(exports).filter(([, value]) => typeof value === 'function');
      this.#tell({ kind: 'loaded', exports: functions.map(([name]) => name) });
    } catch (error) {
      this.#tell({ kind: 'not loaded', thrown: thrownOf(error) });
    }
  }

  /** The answer to a request, which the owner tells; `undefined` for what needs none. */
  async hear(message: ToPiece): Promise<Answer | undefined> {
    if (message.kind === 'request') return this.#host?.perform(message.request);
    const { answer } = message;
    this.#calls.get(answer.id)?.(answer);
    this.#calls.delete(answer.id);
    return undefined;
  }

  readonly #callBack: CallBack = async (callback, args) => {
    const id = ++this.#lastCall;
    const answered = new Promise<Answer>((resolve) => this.#calls.set(id, resolve));
    this.#tell({ kind: 'callback', callback: { id, callback, args } });
    const answer = await answered;
    if ('ok' in answer) return answer.ok;
    throw new Error(answer.thrown.message);
  };
}
