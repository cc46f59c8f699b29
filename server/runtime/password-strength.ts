/** How good a password is, by what people who guess passwords try first: a list of common ones and their patterns. */
import { ZxcvbnFactory, type Score } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { translations } from '@zxcvbn-ts/language-en';
import { LIMITS } from '#wire/limits';

export interface Strength {
  /** 0 (guessed at once) to 4 (not worth trying). */
  readonly score: Score;
  /** Guesses it would take, as a power of ten. */
  readonly guessesLog10: number;
  /** What is wrong with it, in words; `undefined` when it will do. */
  readonly flaw: string | undefined;
  readonly advice: readonly string[];
}

/** Anything below falls to guesses at the pace a login allows, within weeks. */
const LEAST_SCORE = 2;
/** The estimate takes milliseconds that grow with the square of the length; what stands here decides it anyway. */
const LOOKED_AT = 32;

let estimator: ZxcvbnFactory | undefined;

/** Judges a password for an account of this name. Takes up to some 20 ms, the first time some 200. */
export function passwordStrength(password: string, name: string): Strength {
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, translations });
  const { score, guessesLog10, feedback } = estimator.check(password.slice(0, LOOKED_AT), [
    name,
    'wireglass',
  ]);
  const advice = feedback.suggestions;
  const result = { score, guessesLog10, advice };
  const wrongLength = lengthFlaw(password);
  if (wrongLength !== undefined) return { ...result, flaw: wrongLength };
  if (score >= LEAST_SCORE) return { ...result, flaw: undefined };
  return { ...result, flaw: feedback.warning ?? 'This password is easy to guess.' };
}

/** bcrypt looks at 72 bytes and no further: a longer password would be weaker than it seems. */
function lengthFlaw(password: string): string | undefined {
  const characters = [...password].length;
  if (characters < LIMITS.passwordLeast)
    return `A password has at least ${LIMITS.passwordLeast} characters; this one has ${characters}.`;
  const bytes = Buffer.byteLength(password);
  if (bytes > LIMITS.passwordBytes)
    return `A password has at most ${LIMITS.passwordBytes} bytes; this one has ${bytes}.`;
  return password.includes('\0') ? 'A password has no NUL character: bcrypt would stop there.' : undefined;
}
