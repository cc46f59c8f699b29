/** One page's WebSocket: JSON texts out, and an end that says why. */
import type { WebSocket } from 'ws';
import { LIMITS } from '#wire/limits';

/** Close codes of our own (RFC 6455 §7.4.2 leaves 4000 to 4999 to applications), each with its error code. */
export const CLOSE_CODES = {
  token_required: 4001,
  token_wrong: 4001,
  bad_request: 4002,
  hello_timeout: 4003,
  too_many_pages: 4004,
  too_slow: 4005,
  not_found: 4006,
} as const;

export type PageErrorCode = keyof typeof CLOSE_CODES;

/** Milliseconds after which a page that does not answer the closing handshake is dropped. */
export const CLOSE_TIMEOUT = 3_000;
const GOING_AWAY = 1001;

export class PageSocket<Out extends { readonly type: string }> {
  readonly #socket: WebSocket;
  readonly #closeTimeout: number;

  constructor(socket: WebSocket, closeTimeout: number = CLOSE_TIMEOUT) {
    this.#socket = socket;
    this.#closeTimeout = closeTimeout;
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Bytes that the page has not taken yet. */
  get backlog(): number {
    return this.#socket.bufferedAmount;
  }

  /**
   * Sends a message; `sent` is called when the kernel has taken it. Nothing happens once the socket is closing. A page
   * that has too much waiting is cut off, as a slow reader on a wire is.
   */
  send(message: Out, sent?: () => void): void {
    if (!this.open) return;
    this.#socket.send(JSON.stringify(message), (error) => {
      if (!error) sent?.();
    });
    cutSlowReader(this.#socket);
  }

  /** Tells the page what was wrong, and closes. */
  fail(code: PageErrorCode, message: string): void {
    if (!this.open) return;
    this.#socket.send(JSON.stringify({ type: 'error', code, message }));
    this.#close(CLOSE_CODES[code], code);
  }

  /** The server is going away. */
  leave(): void {
    this.#close(GOING_AWAY, 'shutting_down');
  }

  #close(status: number, reason: string): void {
    this.#socket.close(status, reason);
    const timer = setTimeout(() => this.#socket.terminate(), this.#closeTimeout);
    this.#socket.once('close', () => clearTimeout(timer));
  }
}

/**
 * Drops a socket whose peer does not read what it asks for. No goodbye: it would wait behind all the rest. Every answer
 * counts, those that the protocol gives by itself (pongs) too.
 */
export function cutSlowReader(socket: WebSocket): void {
  if (socket.bufferedAmount > LIMITS.sendQueue) socket.terminate();
}
