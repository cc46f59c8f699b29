/** Whether a client comes back after a lost connection, and after how long. */
import { BACKOFF, type Backoff, backoffDelay } from './backoff.ts';
import type { ChatError } from './errors.ts';

export interface ComebackOptions {
  /** How to come back after a lost connection; false not to. */
  readonly reconnect?: Partial<Backoff> | false | undefined;
  /** In [0, 1): spreads the attempts to come back. */
  readonly random?: (() => number) | undefined;
}

/** After this many milliseconds open, the next lost connection counts as the first. */
const STABLE_MS = 5_000;

export class Comebacks {
  readonly #backoff: Backoff | undefined;
  readonly #random: () => number;
  #failures = 0;
  #enteredAt = 0;

  constructor({ reconnect, random = Math.random }: ComebackOptions) {
    this.#backoff = reconnect === false ? undefined : { ...BACKOFF, ...reconnect };
    this.#random = random;
  }

  /** Attempts since a connection has last held. */
  get failures(): number {
    return this.#failures;
  }

  /** A connection stands and is in its rooms. */
  entered(): void {
    this.#enteredAt = performance.now();
  }

  /** Whether to come back when a connection, open until then or not, has ended for this reason. */
  wanted(error: ChatError, wasOpen: boolean): boolean {
    if (wasOpen && performance.now() - this.#enteredAt > STABLE_MS) this.#failures = 0;
    return error.heals && this.#backoff !== undefined && this.#failures < this.#backoff.attempts;
  }

  /** Number of the next attempt, from 1, and the milliseconds to wait for it. */
  next(): { readonly attempt: number; readonly delay: number } {
    const delay = backoffDelay(this.#failures, this.#random(), this.#backoff);
    this.#failures += 1;
    return { attempt: this.#failures, delay };
  }
}
