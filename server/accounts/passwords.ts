/**
 * Passwords by bcrypt, one on each of its threads. The others wait in a queue with a cap. Those of known devices go first
 * and have a queue of their own, so that guesses made elsewhere do not delay them.
 */
import { randomBytes } from 'node:crypto';
import { type AnswersTo, BusyError } from '#chat/questions';
import { THREADS, compare, hash } from './bcrypt.ts';
import { LIMITS } from '#protocol/limits';

/** 2^12 rounds: about 0.2 s on current machines. */
export const BCRYPT_COST = 12;
export const MOST_WAITING = 256;

export interface PasswordOptions {
  /** Rounds as a power of two; tests use fewer. */
  readonly cost?: number;
}

type PasswordAnswers = AnswersTo<'hashPassword' | 'verifyPassword' | 'passwordFlaw'>;

/** `queue` may be given by a caller that monitors its length. */
export function passwordAnswers(
  { cost = BCRYPT_COST }: PasswordOptions = {},
  queue = new PasswordQueue(),
): PasswordAnswers {
  const nobody = hashOfNobody(cost);
  return {
    hashPassword: ({ password, trusted }) => queue.run(() => hash(password, cost), laneOf(trusted)),
    verifyPassword: async ({ password, hash: held, trusted }) => {
      const fits = await queue.run(() => compare(clipped(password), held ?? nobody), laneOf(trusted));
      return fits && held !== undefined && Buffer.byteLength(password) <= LIMITS.passwordBytes;
    },
    passwordFlaw: async ({ password, name }) => {
      // Loaded when the first password is chosen: the lists of common passwords take 25 MiB.
      const { passwordStrength } = await import('./password-strength.ts');
      const { flaw, advice } = passwordStrength(password, name);
      return flaw === undefined ? undefined : { flaw, advice };
    },
  };
}

/** bcrypt's own base64 alphabet. */
const BCRYPT_DIGITS = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Digits of a salt and of the hash behind it. */
const SALT_DIGITS = 22;
const HASH_DIGITS = 31;

/**
 * The hash with which the password for an unknown name is compared. It was not made from a password, so none is known to
 * match it, and comparing takes as long as with any other of this cost.
 */
function hashOfNobody(cost: number): string {
  const random = randomBytes(SALT_DIGITS + HASH_DIGITS);
  const digits = Array.from(random, (byte) => BCRYPT_DIGITS[byte % BCRYPT_DIGITS.length]).join('');
  return `$2b$${String(cost).padStart(2, '0')}$${digits}`;
}

/** The part that bcrypt reads, so that a long password takes no longer. */
function clipped(password: string): string {
  return password.slice(0, LIMITS.passwordBytes + 1);
}

/** Known devices and the operator wait separately from all others. */
type Lane = 'known' | 'strangers';

function laneOf(trusted = false): Lane {
  return trusted ? 'known' : 'strangers';
}

export class PasswordQueue {
  readonly #waiting: Readonly<Record<Lane, (() => void)[]>> = { known: [], strangers: [] };
  #running = 0;

  /** Number of jobs that wait for their turn. */
  get waiting(): number {
    return this.#waiting.known.length + this.#waiting.strangers.length;
  }

  /** Rejects with `BusyError` when too many wait in this lane already. */
  async run<T>(work: () => Promise<T>, lane: Lane = 'strangers'): Promise<T> {
    if (this.#running >= THREADS) {
      const waiting = this.#waiting[lane];
      if (waiting.length >= MOST_WAITING) throw new BusyError('too many logins are waiting already');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else this.#running += 1;
    try {
      return await work();
    } finally {
      // The place is handed to the job that has waited longest in the first lane, so that no other slips in between.
      const next = this.#waiting.known.shift() ?? this.#waiting.strangers.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
