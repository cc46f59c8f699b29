/** Promises of requests that have no answer yet, by the session's key. */
import type { Answer } from '#session/events';
import { ChatError } from './errors.ts';

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: ChatError) => void;
  readonly forget: () => void;
}

export class Requests {
  readonly #pending = new Map<number, Pending>();

  /** Resolves with the answer to the request `key`. Rejects when it is refused or the signal fires. */
  wait(key: number, signal: AbortSignal | undefined, cancel: () => void): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        cancel();
        this.reject(key, new ChatError('aborted', { cause: signal?.reason }));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const forget = (): void => signal?.removeEventListener('abort', onAbort);
      this.#pending.set(key, { resolve, reject, forget });
    });
  }

  resolve(key: number, answer: Answer): void {
    this.#take(key)?.resolve(answer);
  }

  reject(key: number, error: ChatError): void {
    this.#take(key)?.reject(error);
  }

  rejectAll(error: ChatError): void {
    for (const key of [...this.#pending.keys()]) this.reject(key, error);
  }

  #take(key: number): Pending | undefined {
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    pending?.forget();
    return pending;
  }
}
