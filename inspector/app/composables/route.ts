/** The selection and the filter, kept in the address: they survive a reload and can be sent to somebody. */
import { useDebounceFn, useEventListener } from '@vueuse/core';
import { shallowRef } from 'vue';
import { type Route, formatRoute, parseRoute } from '../model/route.ts';

type Change = Partial<Omit<Route, 'record'>> & { readonly record?: Route['record'] | null };

/** Milliseconds of silence after which what was typed becomes a step of the history; browsers limit these. */
const PATIENCE = 400;

export function useRoute() {
  const route = shallowRef<Route>(parseRoute(location.hash));
  /** The filter that the address holds. */
  let addressed = route.value.filter;
  const writeLater = useDebounceFn(write, PATIENCE);
  useEventListener(window, 'hashchange', () => {
    route.value = parseRoute(location.hash);
    addressed = route.value.filter;
  });

  /** Each filter is a step to go back to; which record, wire and view is looked at changes the step that it is in. */
  function write(): void {
    const how = route.value.filter === addressed ? 'replaceState' : 'pushState';
    addressed = route.value.filter;
    history[how](history.state, '', formatRoute(route.value));
  }

  function go(change: Change): void {
    const { record = route.value.record, ...rest } = change;
    const { wire, eve, filter } = { ...route.value, ...rest };
    route.value = { wire, eve, filter, ...(record ? { record } : {}) };
    if (change.filter === undefined) write();
    else void writeLater();
  }
  return { route, go };
}
