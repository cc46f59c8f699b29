/** The socket over which attacks are asked for. What is asked for before the server is ready waits until it is. */
import type { PlayMessage, PlayRequest } from '#dissect/page-attacks';
import { socketUrl, useServerSocket } from '../composables/server-socket.ts';

/** Requests that wait. */
const MAX_UNSENT = 100;

/** `onReady` is told of the plays that wait: all others, from a connection before, are lost. */
export function usePlaySocket(
  onMessage: (message: Exclude<PlayMessage, { type: 'ready' }>) => void,
  onReady: (waiting: ReadonlySet<string>) => void,
) {
  /** As by somebody who presses a cell as soon as it is there. */
  const unsent: PlayRequest[] = [];
  const socket = useServerSocket<PlayMessage>(socketUrl('attacks'), (message) => {
    if (message.type !== 'ready') return onMessage(message);
    const requests = unsent.splice(0);
    onReady(new Set(requests.map(({ id }) => id)));
    for (const request of requests) send(request);
  });

  /** Sends it now, or once the server is ready. */
  function send(request: PlayRequest): void {
    const isReady = socket.state.value.state === 'live';
    if ((!isReady || !socket.send(request)) && unsent.length < MAX_UNSENT) unsent.push(request);
  }
  return { state: socket.state, send };
}
