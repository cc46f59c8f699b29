/**
 * Passwords by bcrypt, one on each of its threads: all others wait here, and not too many. Those of known
 * devices go first, and have room of their own: whoever guesses elsewhere does not delay them.
 */
import { type AnswersTo, BusyError } from './answers.ts';
import { THREADS, compare, hash } from './bcrypt.ts';
import { passwordStrength } from './password-strength.ts';
import { LIMITS } from '#wire/limits';

/** 2^12 rounds: some 0.2 s on the machines of today. */
export const BCRYPT_COST = 12;
const MOST_WAITING = 256;

export interface PasswordOptions {
  /** Rounds as a power of two; tests take fewer. */
  readonly cost?: number;
}

type PasswordAnswers = AnswersTo<'hashPassword' | 'verifyPassword' | 'passwordFlaw'>;

/** A queue of its own unless one is given whose length somebody watches. */
export function passwordAnswers(
  { cost = BCRYPT_COST }: PasswordOptions = {},
  queue = new PasswordQueue(),
): PasswordAnswers {
  // What an unknown name is compared with: of the same cost, and no password fits it but by chance.
  const nobody = hash(crypto.randomUUID(), cost);
  // Whoever needs it hears that it failed; until then that is nobody's unhandled rejection.
  nobody.catch(() => undefined);
  return {
    hashPassword: ({ password }) => queue.run(() => hash(password, cost)),
    verifyPassword: async ({ password, hash: held, trusted = false }) => {
      const against = held ?? (await nobody);
      const fits = await queue.run(
        () => compare(clipped(password), against),
        trusted ? 'known' : 'strangers',
      );
      return fits && held !== undefined && Buffer.byteLength(password) <= LIMITS.passwordBytes;
    },
    passwordFlaw: ({ password, name }) => {
      const { flaw, advice } = passwordStrength(password, name);
      return Promise.resolve(flaw === undefined ? undefined : { flaw, advice });
    },
  };
}

/** No more than bcrypt looks at: a long one takes no longer. */
function clipped(password: string): string {
  return password.slice(0, LIMITS.passwordBytes + 1);
}

/** Known devices wait apart from all others. */
type Lane = 'known' | 'strangers';

export class PasswordQueue {
  readonly #waiting: Readonly<Record<Lane, (() => void)[]>> = { known: [], strangers: [] };
  #running = 0;

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.known.length + this.#waiting.strangers.length;
  }

  /** Rejects with `BusyError` when too many wait in this lane already. */
  async run<T>(work: () => Promise<T>, lane: Lane = 'strangers'): Promise<T> {
    if (this.#running >= THREADS) {
      const waiting = this.#waiting[lane];
      if (waiting.length >= MOST_WAITING) throw new BusyError('too many logins wait already');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else this.#running += 1;
    try {
      return await work();
    } finally {
      // Whoever waits longest in the first lane takes the place over, so nobody slips in between.
      const next = this.#waiting.known.shift() ?? this.#waiting.strangers.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
