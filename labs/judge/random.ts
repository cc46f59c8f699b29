/** Random inputs that can be had again: the same seed gives the same run, so a failed check can be repeated. */
import { createPrng } from './prng.ts';

export interface Random {
  /** A whole number from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number;
  readonly bytes: (count: number) => Uint8Array;
  /** One of them. Throws `RangeError` when there is none. */
  readonly pick: <T>(from: readonly T[]) => T;
  /** The bytes in order, cut into pieces of 1 to `longest` bytes. */
  readonly pieces: (bytes: Uint8Array, longest: number) => Uint8Array[];
  /** A word of lower-case letters. */
  readonly word: (letters: number) => string;
}

/** `seed`: a whole number from 0 to 2^32 - 1. */
export function randomFrom(seed: number): Random {
  const next = createPrng(seed);
  const between = (low: number, high: number): number => low + (next() % (high - low + 1));
  return {
    between,
    bytes: (count) => Uint8Array.from({ length: count }, () => next() & 0xff),
    pick: (from) => {
      if (from.length === 0) throw new RangeError('there is nothing to pick from');
      return from[between(0, from.length - 1)] as (typeof from)[number];
    },
    pieces: (bytes, longest) => {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length;) {
        const piece = bytes.subarray(at, at + between(1, longest));
        pieces.push(piece);
        at += piece.length;
      }
      return pieces;
    },
    word: (letters) => String.fromCharCode(...Array.from({ length: letters }, () => between(0x61, 0x7a))),
  };
}
