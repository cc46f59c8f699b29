/** One page's WebSocket: sends JSON texts, and says why it closes. */
import type { WebSocket } from 'ws';
import { LIMITS } from '#protocol/limits';

/** Close codes of Wireglass (RFC 6455 §7.4.2 leaves 4000 to 4999 to applications), by error code. */
export const CLOSE_CODES = {
  token_required: 4001,
  token_wrong: 4001,
  bad_request: 4002,
  hello_timeout: 4003,
  too_many_pages: 4004,
  too_slow: 4005,
  not_found: 4006,
  wire_unreachable: 4007,
  wire_lost: 4008,
  console_session_over: 4009,
  join_required: 4010,
  removed_from_class: 4011,
  leaders_only: 4012,
} as const;

export type PageErrorCode = keyof typeof CLOSE_CODES;

/** Milliseconds after which a page that does not answer the closing handshake is dropped. */
export const CLOSE_TIMEOUT = 3_000;
const NORMAL = 1000;
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

  /** Bytes that the page has not read yet. */
  get backlog(): number {
    return this.#socket.bufferedAmount;
  }

  /**
   * Sends a message; `sent` is called when the kernel has accepted it. Nothing happens once the socket is closing. A page
   * that lags too far behind is cut off, like a slow reader on a wire.
   */
  send(message: Out, sent?: () => void): void {
    if (!this.open) return;
    this.#socket.send(JSON.stringify(message), (error) => {
      if (!error) sent?.();
    });
    cutSlowReader(this.#socket);
  }

  /** Tells the page what was wrong, with more about it where a program may want to know, and closes. */
  fail(code: PageErrorCode, message: string, more: { readonly fault?: string } = {}): void {
    if (!this.open) return;
    this.#socket.send(JSON.stringify({ type: 'error', code, message, ...more }));
    this.#close(CLOSE_CODES[code], code);
  }

  /** Closes because everything has been said. */
  done(): void {
    if (this.open) this.#close(NORMAL, 'done');
  }

  /** Closes because the server is going away. */
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
 * Drops a socket whose peer does not read what it asks for. There is no goodbye, which would have to wait behind
 * everything else. Every answer counts, including those of the protocol itself (pongs).
 */
export function cutSlowReader(socket: WebSocket): void {
  if (socket.bufferedAmount > LIMITS.sendQueue) socket.terminate();
}
