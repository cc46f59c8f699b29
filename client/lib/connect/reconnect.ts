/** Whether a client reconnects after a lost connection, and after how long. */
import { BACKOFF, type Backoff, backoffDelay } from '#session/backoff';
import type { ChatError } from '../errors.ts';

export interface ReconnectOptions {
  /** How to reconnect after a lost connection; false for never. */
  readonly reconnect?: Partial<Backoff> | false | undefined;
  /** In [0, 1): spreads the attempts to reconnect. */
  readonly random?: (() => number) | undefined;
}

/** After a connection has been open for this many milliseconds, its loss counts as the first one. */
const STABLE_MS = 5_000;

export class ReconnectPolicy {
  readonly #backoff: Backoff | undefined;
  readonly #random: () => number;
  #failures = 0;
  #enteredAt = 0;

  constructor({ reconnect, random = Math.random }: ReconnectOptions = {}) {
    this.#backoff = reconnect === false ? undefined : { ...BACKOFF, ...reconnect };
    this.#random = random;
  }

  /** Attempts since the last stable connection. */
  get failures(): number {
    return this.#failures;
  }

  /** A connection is open and has entered its rooms. */
  entered(): void {
    this.#enteredAt = performance.now();
  }

  /** Whether to reconnect after a connection, open until then or not, has ended for this reason. */
  wanted(error: ChatError, wasOpen: boolean): boolean {
    if (wasOpen && performance.now() - this.#enteredAt > STABLE_MS) this.#failures = 0;
    return error.heals && this.#backoff !== undefined && this.#failures < this.#backoff.attempts;
  }

  /** Number of the next attempt, from 1, and the milliseconds to wait before it. */
  next(): { readonly attempt: number; readonly delay: number } {
    const delay = backoffDelay(this.#failures, this.#random(), this.#backoff);
    this.#failures += 1;
    return { attempt: this.#failures, delay };
  }
}
