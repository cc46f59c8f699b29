/** The side of the learner's code: performs what the judge asks for. The same in a child process and in a worker. */
import {
  type Answer,
  type Crossing,
  EXPORTS,
  type Finder,
  type Request,
  TOOLS,
  type Thrown,
  fromCrossing,
  toCrossing,
} from './values.ts';

/** Objects that a piece may have handed over at one time. */
const HELD_CAP = 20_000;

/** After so many calls of one request, the judge is told that the work goes on. */
const SIGN_EVERY = 64;

/** Resolves with the judge's answer. */
export type CallBack = (callback: number, args: readonly Crossing[]) => Promise<Crossing>;

type Method = (...args: unknown[]) => unknown;

export class PieceHost {
  readonly #held = new Map<number, object>();
  #next = TOOLS + 1;

  readonly #callBack: CallBack;

  readonly #working: () => void;

  /**
   * `exports`: what the learner's module exports. `callBack`: calls a function of the judge's. `working`: called again and
   * again in the course of a request of many calls.
   */
  constructor(
    exports: object,
    callBack: CallBack,
    tools: object = {},
    working: () => void = () => undefined,
  ) {
    this.#working = working;
    this.#held.set(EXPORTS, exports);
    this.#held.set(TOOLS, tools);
    this.#callBack = callBack;
  }

  async perform(request: Request): Promise<Answer> {
    const { id } = request;
    const before: Crossing[] = [];
    try {
      return { id, ok: await this.#run(request, before) };
    } catch (error) {
      const partly = request.op === 'drain' || request.op === 'each';
      return { id, thrown: thrownOf(error), ...(partly && { before: { is: 'list', list: before } }) };
    }
  }

  async #run(request: Request, before: Crossing[]): Promise<Crossing> {
    switch (request.op) {
      case 'release':
        this.#held.delete(request.on);
        return { is: 'missing' };
      case 'call': {
        const args = this.#args(request.args);
        const value = this.#cross(await this.#method(request)(...args));
        if (request.overwrite) args.forEach(overwrite);
        return value;
      }
      case 'each': {
        const method = this.#method(request);
        for (const args of request.calls) {
          before.push(this.#cross(await method(...this.#args(args))));
          if (before.length % SIGN_EVERY === 0) this.#working();
        }
        return { is: 'list', list: before };
      }
      case 'drain': {
        const method = this.#method(request);
        for (let i = 0; i < request.limit; i++) {
          const value = await method();
          if (value === undefined || value === null) break;
          before.push(this.#cross(value));
          if (before.length % SIGN_EVERY === 0) this.#working();
        }
        return { is: 'list', list: before };
      }
    }
  }

  #method({ on, method }: { readonly on: number; readonly method: string }): Method {
    const object = this.#held.get(on);
    if (!object) throw new Error(`object ${on} is not held here`);
    if (method === '') return object as Method;
    const found: unknown = (object as Record<string, unknown>)[method];
    if (typeof found !== 'function') throw new TypeError(`${method} is not a function`);
    const bound = found as Method;
    return (...args) => bound.apply(object, args);
  }

  #args(args: readonly Crossing[]): unknown[] {
    return args.map((arg) => fromCrossing(arg, this.#finder));
  }

  readonly #finder: Finder = {
    held: (held) => this.#held.get(held),
    callback:
      (callback) =>
      async (...args: unknown[]): Promise<unknown> => {
        const answer = await this.#callBack(
          callback,
          args.map((arg) => this.#cross(arg)),
        );
        return fromCrossing(answer, this.#finder);
      },
  };

  #cross(value: unknown): Crossing {
    return toCrossing(value, (object) => {
      if (this.#held.size >= HELD_CAP) throw new Error(`more than ${HELD_CAP} objects were handed over`);
      this.#held.set(this.#next, object);
      return this.#next++;
    });
  }
}

function overwrite(arg: unknown): void {
  if (arg instanceof Uint8Array) arg.fill(0xee);
}

export function thrownOf(error: unknown): Thrown {
  if (!(error instanceof Error)) return { name: 'a value', message: String(error), stack: '' };
  const { name, message, stack = '' } = error;
  const { code } = error as { readonly code?: unknown };
  return { name, message, stack, ...(typeof code === 'string' && { code }) };
}
