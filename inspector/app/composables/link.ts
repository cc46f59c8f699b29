/** A WebSocket to the server that says hello, reconnects by itself, and knows when reconnecting is useless. */
import type { Hello } from '#dissect/page-stream';

export type LinkState =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** Lost; the next attempt is made at `retryAt` (milliseconds since 1970). */
  | { readonly state: 'lost'; readonly retryAt: number; readonly attempt: number }
  /** The server refuses this page; another attempt would change nothing. */
  | { readonly state: 'refused'; readonly code: string; readonly message: string };

export interface LinkOptions {
  readonly url: string;
  readonly token: () => string | undefined;
  /** One parsed JSON text. The link also looks at an `error`, and decides whether to reconnect. */
  readonly onMessage: (message: { readonly type: string }) => void;
  readonly onState: (state: LinkState) => void;
  readonly connect?: (url: string) => WebSocket;
  readonly random?: () => number;
}

export interface Link {
  send(message: object): boolean;
  /** Tries at once: the person asked for it, or there is a new token. */
  retry(): void;
  close(): void;
}

/** Errors after which another attempt would end the same way. */
const FINAL_CODES = new Set([
  'token_required',
  'token_wrong',
  'bad_origin',
  'bad_host',
  'too_many_pages',
  'not_found',
  'no_tap',
]);
const FIRST_DELAY = 500;
const MAX_DELAY = 8_000;

export function openLink(options: LinkOptions): Link {
  const link = new ReconnectingLink(options);
  link.retry();
  return link;
}

class ReconnectingLink implements Link {
  readonly #options: LinkOptions;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #refused = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  send(message: object): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  retry(): void {
    this.close();
    this.#refused = false;
    if (this.#attempt === 0) this.#options.onState({ state: 'connecting' });
    const socket = (this.#options.connect ?? ((url) => new WebSocket(url)))(this.#options.url);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      const token = this.#options.token();
      const hello: Hello = { type: 'hello', ...(token === undefined ? {} : { token }) };
      socket.send(JSON.stringify(hello));
    });
    socket.addEventListener('message', ({ data }) => this.#onText(socket, String(data)));
    socket.addEventListener('close', () => this.#onClose(socket));
  }

  close(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #onText(socket: WebSocket, text: string): void {
    if (socket !== this.#socket) return;
    const message = JSON.parse(text) as { type: string; code?: string; message?: string };
    if (message.type === 'error' && FINAL_CODES.has(message.code ?? '')) {
      this.#refused = true;
      const { code = '', message: reason = '' } = message;
      this.#options.onState({ state: 'refused', code, message: reason });
    } else if (!this.#refused && message.type !== 'error') {
      // The link is live once the server has answered: an open socket may still be refused.
      this.#attempt = 0;
      this.#options.onState({ state: 'live' });
    }
    this.#options.onMessage(message);
  }

  #onClose(socket: WebSocket): void {
    if (socket !== this.#socket || this.#refused) return;
    this.#socket = undefined;
    this.#attempt += 1;
    const random = this.#options.random ?? Math.random;
    // Jitter, so that a classroom of pages does not reconnect all at once.
    const delay = Math.min(MAX_DELAY, FIRST_DELAY * 2 ** (this.#attempt - 1)) * (0.75 + random() / 2);
    this.#options.onState({ state: 'lost', retryAt: Date.now() + delay, attempt: this.#attempt });
    this.#timer = setTimeout(() => this.retry(), delay);
  }
}
