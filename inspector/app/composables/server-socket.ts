/** A WebSocket to the server that says hello, reconnects by itself, and knows when reconnecting is useless. */
import { useWebSocket } from '@vueuse/core';
import { type Ref, onScopeDispose, shallowRef } from 'vue';
import type { Hello } from '#dissect/page-stream';
import { type Backoff, backoffDelay } from '#session/backoff';
import { heldToken } from '../../ui/held-token.ts';
import { noteRefusal } from '../../ui/refusals.ts';
import { type Which, useReconnects } from './reconnecting.ts';

export type SocketState =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** Lost; the next attempt is made at `retryAt` (milliseconds since 1970). */
  | { readonly state: 'lost'; readonly retryAt: number; readonly attempt: number }
  /** The server refuses this page; another attempt would change nothing. */
  | { readonly state: 'refused'; readonly code: string; readonly message: string };

/** Errors after which another attempt would end the same way. */
const FINAL_CODES = new Set([
  'token_required',
  'token_wrong',
  'join_required',
  'leaders_only',
  'bad_origin',
  'bad_host',
  'too_many_pages',
  'not_found',
  'no_tap',
]);
/** Milliseconds. A person looks at the page: it comes back sooner than a client in a terminal. */
const BACKOFF = { first: 500, longest: 3_000, attempts: Infinity } as const satisfies Backoff;
/** Milliseconds after which an attempt to connect counts as lost when the device is back in its network. */
const SLOW_MS = 2_000;

/** The address of a WebSocket of the server that serves the page. */
export function socketUrl(name: 'tap' | 'chat' | 'attacks' | 'bench' | 'class'): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/${name}`;
}

/**
 * The socket is closed with the calling component. `onMessage` gets each JSON text, parsed; errors too. `takes` is given each
 * text before it is parsed, and may keep it.
 */
export function useServerSocket<M extends { readonly type: string }>(
  url: string,
  onMessage: (message: M) => void,
  takes: (text: string) => boolean = () => false,
) {
  const state = shallowRef<SocketState>({ state: 'connecting' });
  /** Attempts since the server last answered. */
  let attempt = 0;
  let isOver = false;
  const socket = useWebSocket(url, {
    onConnected(opened) {
      if (isOver) return socket.close();
      const token = heldToken();
      const hello: Hello = { type: 'hello', ...(token === undefined ? {} : { token }) };
      opened.send(JSON.stringify(hello));
    },
    onMessage(from, { data }: MessageEvent<string>) {
      // A socket that was closed by hand may still have texts on their way.
      if (from !== socket.ws.value) return;
      if (takes(data)) return;
      const message = JSON.parse(data) as M & { readonly code?: string; readonly message?: string };
      note(message);
      onMessage(message);
    },
    // It would also close when the page is about to be left, which a person may still decide against.
    autoClose: false,
    autoReconnect: { retries: () => !isOver && state.value.state !== 'refused', delay: nextDelay },
  });

  onScopeDispose(end);
  useReconnects(reconnectIf);

  /** For good. A socket that is being opened is closed once it is open: before, the browser would call that an error. */
  function end(): void {
    isOver = true;
    if (socket.ws.value?.readyState !== WebSocket.CONNECTING) socket.close();
  }

  /** An open socket may still be refused, so it is live once the server has answered. */
  function note({ type, code = '', message = '' }: { type: string; code?: string; message?: string }): void {
    if (type === 'error') noteRefusal(code);
    if (type === 'error' && FINAL_CODES.has(code)) state.value = { state: 'refused', code, message };
    else if (type !== 'error' && state.value.state !== 'refused') {
      attempt = 0;
      if (state.value.state !== 'live') state.value = { state: 'live' };
    }
  }

  function nextDelay(): number {
    attempt += 1;
    const delay = backoffDelay(attempt - 1, Math.random(), BACKOFF);
    state.value = { state: 'lost', retryAt: Date.now() + delay, attempt };
    return delay;
  }

  function reconnectIf(which: Which): void {
    if (!isOver && isMeant(which, state.value, socket.ws.value)) retry();
  }

  function retry(): void {
    if (state.value.state !== 'lost') state.value = { state: 'connecting' };
    socket.open();
  }

  return {
    state: state as Readonly<Ref<SocketState>>,
    /** False when there is no connection. */
    send: (message: object): boolean => socket.send(JSON.stringify(message), false),
    /** Tries at once: the person asked for it, or there is a new token. */
    retry,
    close: (): void => socket.close(),
  };
}

/** Whether a socket in this state is to connect again now. */
function isMeant(which: Which, now: SocketState, socket: WebSocket | undefined): boolean {
  const isTrying = now.state === 'connecting' || socket?.readyState === WebSocket.CONNECTING;
  const isSlow = now.state === 'lost' && Date.now() - now.retryAt > SLOW_MS;
  if (isTrying && !isSlow) return false;
  return {
    lost: now.state === 'lost',
    away: now.state !== 'live',
    // A socket that was closed by hand stays closed.
    all: now.state !== 'live' || socket !== undefined,
  }[which];
}
