/** The judge's view of a learner's piece: an object that lives elsewhere and is called over a transport. */
import { CheckFailure, describe } from './failure.ts';
import {
  type Answer,
  type Crossing,
  EXPORTS,
  type Request,
  TOOLS,
  type Thrown,
  Uncrossable,
  fromCrossing,
  toCrossing,
} from './values.ts';

/** Sends a request, without its number, and resolves with the answer. Rejects with `PieceLost` when none can come. */
export interface Transport {
  request(request: WithoutId<Request>): Promise<WithoutId<Answer>>;
  /** Keeps a function for the piece to call; returns its number. */
  keep(callback: JudgeFunction): number;
}
/** A function of the judge's that a piece may call, with data only. */
export type JudgeFunction = (...args: readonly unknown[]) => unknown;
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** Why a piece gives no answers any more. */
export type LossReason = 'hung' | 'ended' | 'memory' | 'not loaded';

export class PieceLost extends Error {
  readonly reason: LossReason;
  /** Where it happened, if an error came with it. */
  readonly thrown: Thrown | undefined;

  constructor(reason: LossReason, message: string, thrown?: Thrown) {
    super(message);
    this.name = 'PieceLost';
    this.reason = reason;
    this.thrown = thrown;
  }
}

/** What the piece threw when it was called. */
export class PieceThrew extends Error {
  readonly thrown: Thrown;
  /** How it was called, as `next()`. */
  readonly call: string;
  /** Results that came before it, when several were asked for. */
  readonly before: readonly unknown[];

  constructor(call: string, thrown: Thrown, before: readonly unknown[] = []) {
    super(`${call} threw ${thrown.name}: ${thrown.message}`);
    this.name = 'PieceThrew';
    this.call = call;
    this.thrown = thrown;
    this.before = before;
  }
}

/** An object or a function of the learner's. */
export class PieceObject {
  readonly methods: readonly string[];
  readonly #transport: Transport;
  readonly #held: number;

  constructor(transport: Transport, held: number, methods: readonly string[]) {
    this.#transport = transport;
    this.#held = held;
    this.methods = methods;
  }

  /** Calls a method. Rejects with `PieceThrew` when it throws, and with `PieceLost` when no answer comes. */
  async call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.#call(method, args, false);
  }

  /** The same, and the memory of byte arguments is used for something else as soon as the call is over. */
  async callAndOverwrite(method: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.#call(method, args, true);
  }

  /** Calls a method once for each list of arguments, in order; as one request, so that thousands are quick. */
  async each(method: string, calls: readonly (readonly unknown[])[]): Promise<unknown[]> {
    const crossed = calls.map((args) => this.#crossing(args));
    const answer = await this.#transport.request({ op: 'each', on: this.#held, method, calls: crossed });
    return this.#valueOf(answer, `${method}(…)`) as unknown[];
  }

  /** Calls a method until it gives nothing more. */
  async drain(method: string, limit = 100_000): Promise<unknown[]> {
    const answer = await this.#transport.request({ op: 'drain', on: this.#held, method, limit });
    return this.#valueOf(answer, `${method}()`) as unknown[];
  }

  /** The other side need not keep it any longer. */
  async release(): Promise<void> {
    await this.#transport.request({ op: 'release', on: this.#held });
  }

  async #call(method: string, args: readonly unknown[], overwrite: boolean): Promise<unknown> {
    const crossed = this.#crossing(args);
    const answer = await this.#transport.request({
      op: 'call',
      on: this.#held,
      method,
      args: crossed,
      overwrite,
    });
    return this.#valueOf(answer, callText(method, args));
  }

  #valueOf(answer: WithoutId<Answer>, call: string): unknown {
    if ('ok' in answer) return this.#received(answer.ok);
    const before = answer.before ? (this.#received(answer.before) as unknown[]) : [];
    throw new PieceThrew(call, answer.thrown, before);
  }

  #received(value: Crossing): unknown {
    return fromCrossing(value, {
      held: (held, methods) => new PieceObject(this.#transport, held, methods),
      callback: () => new Uncrossable('a function of the judge'),
    });
  }

  #crossing(args: readonly unknown[]): Crossing[] {
    return args.map((arg) => {
      if (arg instanceof PieceObject) return { is: 'held', held: arg.#held, methods: [] };
      if (typeof arg === 'function')
        return { is: 'callback', callback: this.#transport.keep(arg as JudgeFunction) };
      return toCrossing(arg, notHeld);
    });
  }
}

/** The learner's module. */
export function moduleOver(transport: Transport, exports: readonly string[]): PieceObject {
  return new PieceObject(transport, EXPORTS, exports);
}

/** What the learner's process can do for the judge besides. */
export function toolsOver(transport: Transport): PieceObject {
  return new PieceObject(transport, TOOLS, []);
}

/** Throws unless the value is an object with these methods. `from`: what returned it. */
export function mustHaveMethods(
  value: unknown,
  methods: readonly string[],
  from: string,
): asserts value is PieceObject {
  const missing = methods.filter(
    (method) => !(value instanceof PieceObject) || !value.methods.includes(method),
  );
  if (missing.length === 0) return;
  throw new CheckFailure({
    what: `${from} must return an object with ${methods.join(' and ')}`,
    expected: `an object with ${methods.join(', ')}`,
    got: describe(value),
  });
}

function notHeld(): never {
  throw new TypeError('objects of the judge do not cross');
}

/** Runs a function of the judge's for the piece. */
export async function answerCallback(run: JudgeFunction, args: readonly Crossing[]): Promise<Crossing> {
  const values = args.map((arg) =>
    fromCrossing(arg, {
      held: (_, methods) => new Uncrossable(describe({ methods })),
      callback: () => new Uncrossable('a function of the judge'),
    }),
  );
  return toCrossing(await run(...values), notHeld);
}

function callText(method: string, args: readonly unknown[]): string {
  return `${method}(${args.map(argumentText).join(', ')})`;
}

function argumentText(value: unknown): string {
  return value instanceof Uint8Array
    ? `${value.length} bytes`
    : value instanceof Uncrossable
      ? '…'
      : describe(value);
}
