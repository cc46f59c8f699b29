/** A new connection that is entering its rooms: it succeeds, ends before that, or takes too long. */
import { ChatError, type WireAddress } from '../errors.ts';

/** Ready to talk, or waiting for a login. */
export type Entered = { readonly resumed: boolean } | { readonly login: ChatError | undefined };

export class Entry {
  /** Rejects with `ChatError`. */
  readonly settled: Promise<Entered>;
  readonly #limit: ReturnType<typeof setTimeout>;
  // Both are set by the time the constructor ends. Node 20 has no Promise.withResolvers.
  #resolve!: (entered: Entered) => void;
  #reject!: (error: ChatError) => void;

  /** `timeout` in milliseconds. */
  constructor(address: WireAddress, timeout: number, stop: AbortSignal) {
    this.settled = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#limit = setTimeout(() => this.fails(new ChatError('timeout', { address })), timeout);
    stop.addEventListener('abort', () => this.fails(new ChatError('aborted', { address })), { once: true });
  }

  succeeds(entered: Entered): void {
    this.#resolve(entered);
  }

  fails(error: ChatError): void {
    this.#reject(error);
  }

  /** Nobody is waiting for it any more. */
  end(): void {
    clearTimeout(this.#limit);
  }
}
