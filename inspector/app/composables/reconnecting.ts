/** When the sockets of the page connect again at once, without waiting for their next attempt. */
import { useEventListener } from '@vueuse/core';
import { shallowRef, watch } from 'vue';

/** `lost`, `away`: those that are refused, too; `all`: live ones, too, when nothing comes through them any more. */
export type Which = 'lost' | 'away' | 'all';

const asked = shallowRef<{ readonly which: Which }>();

/** For what one part of the page knows, and every socket needs: there is another token, or the connection is dead. */
export function reconnect(which: Which): void {
  asked.value = { which };
}

/** Calls `act` when a person is back at the page, or the device is back in its network, while the calling scope lives. */
export function useReturns(act: () => void): void {
  useEventListener(window, ['online', 'pageshow'], act);
  useEventListener(document, 'visibilitychange', () => {
    if (document.visibilityState === 'visible') act();
  });
}

/** Calls `act` when sockets are to connect, while the calling scope lives. */
export function useReconnects(act: (which: Which) => void): void {
  useReturns(() => act('lost'));
  watch(asked, (now) => now && act(now.which), { flush: 'sync' });
}
