/** The page's own chat clients, one per wire, run by the server. */
import { shallowRef, watch } from 'vue';
import type { DemoRequest, OlderTlsRequest, RelayMessage } from '#dissect/page-stream';
import type { WireName } from '#protocol/messages';
import { type RelayState, failPending, heard, restored, sending } from '../model/deliveries.ts';
import { type RecordPosition, readOwn, withPosition } from '../model/sayings.ts';
import { socketUrl, useServerSocket } from './server-socket.ts';

/** Of the workbench, whose server can also show a demo. */
export type WorkbenchRelay = ReturnType<typeof useRelay>;
export type Relay = Omit<WorkbenchRelay, 'askDemo' | 'askOlderTls'>;

/** What this page said is stored in its tab, so that after a reload it can still be told from what others say. */
const KEY = 'wireglass-own';

/** The chat relay's WebSocket is closed with the calling component. */
export function useRelay() {
  const state = shallowRef<RelayState>(restored(readOwn(sessionStorage.getItem(KEY))));
  watch(
    () => state.value.own,
    (own) => sessionStorage.setItem(KEY, JSON.stringify(own)),
  );
  /** Requests of an earlier load of this page must not be taken for those of this one. */
  const load = Date.now().toString(36);
  let requests = 0;

  const socket = useServerSocket<RelayMessage>(
    socketUrl('chat'),
    (message) => (state.value = heard(state.value, message)),
  );
  watch(
    socket.state,
    (now) => {
      if (now.state === 'live') return;
      const message = 'the connection to the server was lost';
      state.value = {
        ...failPending(state.value, 'connection_lost', message),
        lines: {},
        demo: undefined,
        olderTls: undefined,
      };
    },
    { flush: 'sync' },
  );

  /** Says `text` over these wires at once. False when there is no connection to the server. */
  function say(text: string, wires: readonly WireName[]): boolean {
    const id = `${load}-${++requests}`;
    if (!socket.send({ type: 'say', id, text, wires })) return false;
    state.value = sending(state.value, id, text, wires);
    return true;
  }

  /** Stores the position of the last message on a wire, so that it is found without the keys. */
  function remember(wire: WireName, { time, offset }: RecordPosition): void {
    state.value = { ...state.value, own: withPosition(state.value.own, wire, { time, offset }) };
  }

  /** Asks for the demo conversation, or for its end. False when there is no connection to the server. */
  function askDemo(wanted: DemoRequest['wanted']): boolean {
    return socket.send({ type: 'demo', wanted } satisfies DemoRequest);
  }

  /** Asks for one connection with TLS 1.2. */
  function askOlderTls(): void {
    const request = { type: 'older-tls' } as const satisfies OlderTlsRequest;
    if (socket.send(request)) state.value = { ...state.value, olderTls: { ...request, state: 'asked' } };
  }

  return { socket: socket.state, state, say, askDemo, askOlderTls, remember, retry: () => socket.retry() };
}
