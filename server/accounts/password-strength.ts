/** How strong a password is against common guesses: well-known passwords and usual patterns. */
import { ZxcvbnFactory, type Score } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { translations } from '@zxcvbn-ts/language-en';
import { utf8 } from '#protocol/bytes';
import { LIMITS } from '#protocol/limits';

export interface Strength {
  /** 0 (guessed at once) to 4 (not worth trying). */
  readonly score: Score;
  /** Number of guesses it would take, as a power of ten. */
  readonly guessesLog10: number;
  /** What is wrong with it, in words; `undefined` when it is good enough. */
  readonly flaw: string | undefined;
  readonly advice: readonly string[];
}

/** Anything lower would be guessed within weeks, at the pace that logins allow. */
const LEAST_SCORE = 2;
/** The time for the estimate grows with the square of the length; this many characters decide it anyway. */
const LOOKED_AT = 32;

let estimator: ZxcvbnFactory | undefined;

/** Judges a password for an account of this name. Takes up to about 20 ms, and about 200 ms the first time. */
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

/** bcrypt ignores everything after 72 bytes: a longer password would be weaker than it seems. */
function lengthFlaw(password: string): string | undefined {
  const characters = [...password].length;
  if (characters < LIMITS.passwordLeast)
    return `A password must have at least ${LIMITS.passwordLeast} characters; this one has ${characters}.`;
  const bytes = utf8(password).length;
  if (bytes > LIMITS.passwordBytes)
    return `A password must have at most ${LIMITS.passwordBytes} bytes; this one has ${bytes}.`;
  return password.includes('\0')
    ? 'A password must not contain a NUL character: bcrypt would stop there.'
    : undefined;
}
