/** A piece of a learner's that broke its contract while the server ran: said in one line, and one connection pays for it. */
import { describe } from '#judge/failure';
import { thrownOf } from '#judge/host';
import type { SourceLine } from '#judge/verdict';
import { RemoteProtocolError } from '#protocol/errors';
import { printable } from '#protocol/shown';
import { within } from './within.ts';

/** A learner's file that takes part in the server. */
export interface LoadedPiece {
  /** As people call it: frames, chat, psk, tls. */
  readonly piece: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly lineOf: (spot: { readonly stack?: string }) => SourceLine | undefined;
  /** Called with a line for the person at the terminal. */
  readonly tell: (line: string) => void;
}

export interface Call {
  /** As in `next()`. */
  readonly name: string;
  /** What it was given. */
  readonly input: unknown;
  /** What it must do, in one sentence. */
  readonly contract: string;
}

/** Runs a call into a piece. Throws `RemoteProtocolError` internal, after saying so, when the piece does not keep its contract. */
export function callPiece<T>(piece: LoadedPiece, call: Call, run: () => T): T {
  try {
    return within(run);
  } catch (error) {
    // The peer was at fault, and the piece has noticed.
    if (error instanceof RemoteProtocolError) throw error;
    const { name, message, stack } = thrownOf(error);
    return broken(piece, call, name === 'Nonsense' ? message : `it threw ${name}: ${message}`, stack);
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
      `your ${piece}${where}: ${name} broke its contract: ${what}. It was given ${describe(input)}. ${contract} ` +
        'This connection is closed; the others go on.',
    ),
  );
  throw new RemoteProtocolError('internal', {
    expected: contract,
    got: `the learner's ${piece} failed in ${name}: ${what}`,
  });
}
