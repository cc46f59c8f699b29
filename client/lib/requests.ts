/** The promises of unanswered requests, by the session's key. */
import type { Answer } from '#session/events';
import type { ClientSession } from '#session/session';
import { LocalProtocolError } from '#protocol/errors';
import { ChatError } from './errors.ts';

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: ChatError) => void;
  readonly forget: () => void;
}

export type AnswerOf<K extends Answer['kind']> = Extract<Answer, { kind: K }>;

export class Requests {
  readonly #session: ClientSession;
  readonly #closed: () => ChatError | undefined;
  readonly #flush: () => void;
  readonly #pending = new Map<number, Pending>();

  /** `closed` gives the error when the client is closed; `flush` sends what the session has to say. */
  constructor(session: ClientSession, closed: () => ChatError | undefined, flush: () => void) {
    this.#session = session;
    this.#closed = closed;
    this.#flush = flush;
  }

  /** Makes a request, of which `ask` returns the key, and resolves with its answer. Rejects with `ChatError`. */
  async make<K extends Answer['kind']>(ask: () => number, signal?: AbortSignal): Promise<AnswerOf<K>> {
    const closed = this.#closed();
    if (closed) throw closed;
    if (signal?.aborted) throw new ChatError('aborted', { cause: signal.reason });
    const key = asked(ask);
    const answer = this.wait(key, signal, () => this.#session.cancel(key));
    this.#flush();
    return (await answer) as AnswerOf<K>;
  }

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

function asked(ask: () => number): number {
  try {
    return ask();
  } catch (error) {
    if (error instanceof RangeError) throw new ChatError('outbox_full', { detail: error.message });
    if (error instanceof LocalProtocolError) throw new ChatError(error.code, { detail: error.message });
    throw error;
  }
}
