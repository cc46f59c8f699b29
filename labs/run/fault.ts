/** A piece of a learner's that broke its contract while the server ran: said in one line, and one connection pays for it. */
import { describe } from '#judge/failure';
import { thrownOf } from '#judge/host';
import type { SourceLine } from '#judge/verdict';
import { RemoteProtocolError } from '#protocol/errors';
import { printable } from '#protocol/shown';

/** A learner's file that takes part in the server. */
export interface LoadedPiece {
  /** As people call it: frames, chat, psk, tls. */
  readonly piece: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly lineOf: (spot: { readonly stack?: string }) => SourceLine | undefined;
  /** Runs a call into it; `within`, which ends one that does not end by itself, unless something else is asked for. */
  readonly run: <T>(call: () => T) => T;
  /** Called with a line for the person at the terminal. */
  readonly tell: (line: string) => void;
}

export interface Call {
  /** As in `next()`. */
  readonly name: string;
  /** What it was given; asked for when something is wrong with the call. */
  readonly input: () => unknown;
  /** What it must do, in one sentence. */
  readonly contract: string;
}

/** Runs a call into a piece. Throws `RemoteProtocolError` internal, after saying so, when the piece does not keep its contract. */
export function callPiece<T>(piece: LoadedPiece, call: Call, run: () => T): T {
  try {
    return piece.run(run);
  } catch (error) {
    // The peer was at fault, and the piece has noticed.
    if (error instanceof RemoteProtocolError) throw error;
    const { name, message, stack } = thrownOf(error);
    return broken(piece, call, name === 'Nonsense' ? message : `it threw ${name}: ${message}`, stack);
  }
}

/** Throws `Nonsense` unless what a piece returned has these methods. */
export function mustHave<T extends object>(made: T, methods: readonly (keyof T & string)[]): T {
  const missing = methods.filter((method) => typeof (made as T | undefined | null)?.[method] !== 'function');
  if (missing.length === 0) return made;
  throw new Nonsense(`what it returned has no ${missing.join(', ')}`);
}

/** What a call gives, or the error that it throws. */
export function attempt<T>(run: () => T): T | Error {
  try {
    return run();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What a piece returned is not what its contract says. */
export class Nonsense extends Error {
  override readonly name = 'Nonsense';
}

function broken({ piece, lineOf, tell }: LoadedPiece, call: Call, what: string, stack: string): never {
  const { name, input, contract } = call;
  const line = lineOf({ stack });
  const where = line ? ` (${line.file}:${line.number})` : '';
  tell(
    printable(
      `your ${piece}${where}: ${name} broke its contract: ${what}. It was given ${describe(input())}. ${contract} ` +
        'This connection is closed; the others go on.',
    ),
  );
  throw new RemoteProtocolError('internal', {
    expected: contract,
    got: `the learner's ${piece} failed in ${name}: ${what}`,
  });
}
