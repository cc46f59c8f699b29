/** A learner's frame decoder (lab 01) in place of ours. Ours runs beside it and knows what it should have given. */
import { concat } from '#protocol/bytes';
import { FrameDecoder } from '#protocol/frame';
import { LIMITS } from '#protocol/limits';
import type { PayloadDecoder } from '#runtime/sockets/connection';
import { type LoadedPiece, Nonsense, attempt, callPiece, mustHave } from './fault.ts';

interface Decoder {
  push(bytes: Uint8Array): void;
  next(): Uint8Array | null | undefined;
}

const CONTRACT =
  'next() gives the next whole payload as a Uint8Array, or undefined; it throws for a bad length.';

export function learnersDecoder(piece: LoadedPiece): PayloadDecoder {
  return new CheckedDecoder(piece);
}

class CheckedDecoder implements PayloadDecoder {
  readonly #piece: LoadedPiece;
  /** Made when the first bytes come: then its connection is there to pay for a fault. */
  #made: Decoder | undefined;
  readonly #ours = new FrameDecoder();
  /** What came since the last payload, for the message about a fault. */
  #recent: Uint8Array[] = [];

  constructor(piece: LoadedPiece) {
    this.#piece = piece;
  }

  push(bytes: Uint8Array): void {
    this.#ours.push(bytes);
    this.#recent.push(bytes.slice());
    const theirs = this.#theirs;
    const call = { name: 'push()', input: () => bytes, contract: CONTRACT };
    callPiece(this.#piece, call, () => theirs.push(bytes));
  }

  next(): Uint8Array | undefined {
    const expected = attempt(() => this.#ours.next());
    if (!this.#made) return undefined;
    const call = { name: 'next()', input: () => concat(this.#recent), contract: CONTRACT };
    return callPiece(this.#piece, call, () => {
      const got = this.#askNext(expected);
      if (got) this.#recent = [];
      return got;
    });
  }

  get #theirs(): Decoder {
    const create = this.#piece.exports['createFrameDecoder'] as (maxPayload: number) => Decoder;
    const call = { name: 'createFrameDecoder()', input: () => LIMITS.framePayload, contract: CONTRACT };
    return (this.#made ??= callPiece(this.#piece, call, () =>
      mustHave(create(LIMITS.framePayload), ['push', 'next']),
    ));
  }

  get pending(): number {
    return this.#ours.pending;
  }

  end(): void {
    this.#ours.end();
  }

  /** Where ours refuses the bytes, theirs must, too. */
  #askNext(expected: Expected): Uint8Array | undefined {
    if (expected instanceof Error) {
      const given = attempt(() => this.#theirs.next() ?? undefined);
      if (given instanceof Error) throw expected;
      throw new Nonsense('it did not refuse a frame that it must refuse');
    }
    const given: unknown = this.#theirs.next() ?? undefined;
    if (isSame(given, expected)) return given;
    const wanted = expected ? `a payload of ${expected.length} bytes` : 'undefined';
    throw new Nonsense(
      `it gave ${given instanceof Uint8Array ? `${given.length} bytes` : typeof given} instead of ${wanted}`,
    );
  }
}

type Expected = Uint8Array | undefined | Error;

function isSame(given: unknown, expected: Expected): given is Uint8Array | undefined {
  if (!(expected instanceof Uint8Array)) return given === expected;
  if (!(given instanceof Uint8Array) || given.length !== expected.length) return false;
  return given.every((byte, i) => byte === expected[i]);
}
