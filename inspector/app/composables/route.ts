/** The selection, kept in the address: it survives a reload and can be sent to somebody. */
import { useEventListener } from '@vueuse/core';
import { shallowRef } from 'vue';
import { type Route, formatRoute, parseRoute } from '../model/route.ts';

export function useRoute() {
  const route = shallowRef<Route>(parseRoute(location.hash));
  useEventListener(window, 'hashchange', () => (route.value = parseRoute(location.hash)));

  function go(change: Partial<Omit<Route, 'record'>> & { record?: Route['record'] | null }): void {
    const { record = route.value.record, ...rest } = change;
    const { wire, eve } = { ...route.value, ...rest };
    route.value = { wire, eve, ...(record ? { record } : {}) };
    history.replaceState(history.state, '', formatRoute(route.value));
  }
  return { route, go };
}
