/**
 * Values that cross between the judge and a piece: data is copied, functions and objects with methods stay where they
 * are and cross as numbers. Both sides are untrusted to each other, so nothing but these shapes is accepted.
 */

/** What crosses. Uint8Array crosses as it is; a transport that has only text encodes it. */
export type Crossing =
  | { readonly is: 'data'; readonly data: unknown }
  | { readonly is: 'bytes'; readonly bytes: Uint8Array }
  | { readonly is: 'list'; readonly list: readonly Crossing[] }
  | { readonly is: 'record'; readonly record: Readonly<Record<string, Crossing>> }
  | { readonly is: 'missing' }
  /** An object or a function that stays on the other side. */
  | { readonly is: 'held'; readonly held: number; readonly methods: readonly string[] }
  /** A function of the judge's that the piece may call; it gives a promise. */
  | { readonly is: 'callback'; readonly callback: number }
  /** Something that cannot cross, in words. */
  | { readonly is: 'other'; readonly what: string };

/** A thrown value. */
export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** As Node's errors and ours have it. */
  readonly code?: string;
}

export type Request = { readonly id: number } & (
  | {
      readonly op: 'call';
      readonly on: number;
      readonly method: string;
      readonly args: readonly Crossing[];
      /** Byte arguments are overwritten when the call is over, as memory that is used again. */
      readonly overwrite?: boolean;
    }
  /** Calls the method with each list of arguments, in order, and answers with a list. */
  | {
      readonly op: 'each';
      readonly on: number;
      readonly method: string;
      readonly calls: readonly (readonly Crossing[])[];
    }
  /** Calls the method until it gives undefined or null, at most `limit` times, and answers with a list. */
  | { readonly op: 'drain'; readonly on: number; readonly method: string; readonly limit: number }
  | { readonly op: 'release'; readonly on: number }
);

export type Answer = { readonly id: number } & (
  | { readonly ok: Crossing }
  | { readonly thrown: Thrown; /** What came before it, of a list. */ readonly before?: Crossing }
);

/** A piece calls a function that the judge gave it. Answered as a request is. */
export interface Callback {
  readonly id: number;
  readonly callback: number;
  readonly args: readonly Crossing[];
}

/** The module itself: its exports are the methods. */
export const EXPORTS = 0;
/** What the process of a piece can do for the judge, such as listening on a port with the piece behind it. */
export const TOOLS = 1;

/** Nothing deeper crosses. */
const DEEPEST = 12;

/** `hold` keeps an object and returns its number. */
export function toCrossing(value: unknown, hold: (value: object) => number, depth = 0): Crossing {
  if (value === undefined) return { is: 'missing' };
  if (value === null || ['string', 'boolean', 'number'].includes(typeof value)) return dataOf(value);
  if (typeof value === 'bigint' || typeof value === 'symbol')
    return { is: 'other', what: `a ${typeof value}` };
  if (depth > DEEPEST) return { is: 'other', what: 'something nested too deeply' };
  // A view of a larger buffer crosses alone.
  if (value instanceof Uint8Array) return { is: 'bytes', bytes: Uint8Array.from(value) };
  if (Array.isArray(value))
    return { is: 'list', list: value.map((each) => toCrossing(each, hold, depth + 1)) };
  const methods = methodsOf(value);
  if (typeof value === 'function' || methods.length > 0) return { is: 'held', held: hold(value), methods };
  const rows = Object.entries(value).map(
    ([name, each]) => [name, toCrossing(each, hold, depth + 1)] as const,
  );
  return { is: 'record', record: Object.fromEntries(rows) };
}

/** NaN and the infinities do not survive as text. */
function dataOf(value: unknown): Crossing {
  if (typeof value === 'number' && !Number.isFinite(value)) return { is: 'other', what: String(value) };
  return { is: 'data', data: value };
}

function methodsOf(value: object): string[] {
  const names = new Set<string>();
  for (
    let at: object | null = value;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object
  ) {
    if (at === Function.prototype || at === Array.prototype) break;
    for (const name of Object.getOwnPropertyNames(at)) {
      const own = Object.getOwnPropertyDescriptor(at, name);
      if (name !== 'constructor' && typeof own?.value === 'function') names.add(name);
    }
  }
  return [...names];
}

/** What stands for objects and functions that stayed on the other side. */
export interface Finder {
  readonly held: (held: number, methods: readonly string[]) => unknown;
  readonly callback: (callback: number) => unknown;
}

export function fromCrossing(crossing: Crossing, find: Finder): unknown {
  switch (crossing.is) {
    case 'data':
      return crossing.data;
    case 'bytes':
      return crossing.bytes;
    case 'missing':
      return undefined;
    case 'list':
      return crossing.list.map((each) => fromCrossing(each, find));
    case 'record':
      return Object.fromEntries(
        Object.entries(crossing.record).map(([name, each]) => [name, fromCrossing(each, find)]),
      );
    case 'held':
      return find.held(crossing.held, crossing.methods);
    case 'callback':
      return find.callback(crossing.callback);
    case 'other':
      return new Uncrossable(crossing.what);
  }
}

/** A value that could not cross. */
export class Uncrossable {
  readonly what: string;

  constructor(what: string) {
    this.what = what;
  }
}
