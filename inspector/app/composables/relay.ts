/** The page's own chat clients, one per wire, run by the server. */
import { onScopeDispose, shallowRef } from 'vue';
import type { RelayMessage } from '#dissect/stream';
import type { WireName } from '#wire/messages';
import { IDLE, type RelayState, failPending, heard, sending } from '../model/deliveries.ts';
import { type LinkState, openLink } from './link.ts';
import { heldToken } from './token.ts';

export type Relay = ReturnType<typeof useRelay>;

/** `url` of the chat relay's WebSocket. Closes it with the component that called. */
export function useRelay(url: string) {
  const link = shallowRef<LinkState>({ state: 'connecting' });
  const state = shallowRef<RelayState>(IDLE);
  let requests = 0;

  const socket = openLink({
    url,
    token: heldToken,
    onState: (now) => {
      link.value = now;
      if (now.state === 'live') return;
      const message = 'the connection to the server was lost';
      state.value = { ...failPending(state.value, 'connection_lost', message), lines: {} };
    },
    onMessage: (message) => (state.value = heard(state.value, message as RelayMessage)),
  });
  onScopeDispose(() => socket.close());

  /** Says `text` over these wires at once. False when there is no connection to the server. */
  function say(text: string, wires: readonly WireName[]): boolean {
    const id = `page-${++requests}`;
    if (!socket.send({ type: 'say', id, text, wires })) return false;
    state.value = sending(state.value, id, wires);
    return true;
  }

  return { link, state, say, retry: () => socket.retry() };
}
