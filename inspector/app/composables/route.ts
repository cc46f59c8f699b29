/** Keeps the view in the address: it survives a reload, and Back and Forward step through earlier views. */
import { useDebounceFn, useEventListener } from '@vueuse/core';
import { shallowRef } from 'vue';
import { type Route, formatRoute, parseRoute } from '../model/route.ts';

export type RouteChange = Partial<Route>;

/**
 * Milliseconds within which changes of one kind from the keyboard make one step of the history: letters of a filter,
 * records passed with the arrow keys. Browsers also limit how often the address may change. Each click makes a step of
 * its own, at once.
 */
const TYPING_PAUSE_MS = 400;

export function useRoute() {
  const route = shallowRef<Route>(parseRoute(location.hash));
  /** What the last step changed, and when. */
  let last = { what: '', at: -Infinity };
  let byKeyboard = false;
  useEventListener(window, 'keydown', () => (byKeyboard = true), { capture: true });
  useEventListener(window, 'pointerdown', () => (byKeyboard = false), { capture: true });
  useEventListener(window, 'hashchange', () => {
    if (formatRoute(route.value) === location.hash) return;
    route.value = parseRoute(location.hash);
    last = { what: '', at: -Infinity };
  });

  function write(how: 'pushState' | 'replaceState'): void {
    const address = formatRoute(route.value);
    if (address !== location.hash) history[how](history.state, '', address);
  }
  const pushLater = useDebounceFn(() => write('pushState'), TYPING_PAUSE_MS);
  const replaceLater = useDebounceFn(() => write('replaceState'), TYPING_PAUSE_MS);

  function go(change: RouteChange): void {
    route.value = { ...route.value, ...change };
    const what = Object.keys(change).join();
    const isMore = byKeyboard && what === last.what && performance.now() - last.at < TYPING_PAUSE_MS;
    last = { what, at: performance.now() };
    if (what === 'filter') void pushLater();
    else if (isMore) void replaceLater();
    else write('pushState');
  }
  return { route, go };
}
