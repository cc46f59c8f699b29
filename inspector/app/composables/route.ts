/** Keeps the view in the address: it survives a reload, and Back and Forward step through earlier views. */
import { useDebounceFn, useEventListener } from '@vueuse/core';
import { onScopeDispose, shallowRef, watch } from 'vue';
import { NavigationFailureType, type Router, isNavigationFailure, useRouter } from 'vue-router';

/** What a view keeps in the hash of its address. */
export interface AddressForm<R> {
  readonly parse: (hash: string) => R;
  /** Begins with `#`. */
  readonly format: (route: R) => string;
}

/**
 * Milliseconds within which changes of one kind from the keyboard make one step of the history: letters of a filter,
 * records passed with the arrow keys. Browsers also limit how often the address may change. Each click makes a step of
 * its own, at once.
 */
const TYPING_PAUSE_MS = 400;

export function useRoute<R extends object>({ parse, format }: AddressForm<R>) {
  const router = useRouter();
  const { path } = router.currentRoute.value;
  const route = shallowRef<R>(parse(location.hash));
  /** What the last step changed, and when. */
  let last = { what: '', at: -Infinity };
  let byKeyboard = false;
  useEventListener(window, 'keydown', () => (byKeyboard = true), { capture: true });
  useEventListener(window, 'pointerdown', () => (byKeyboard = false), { capture: true });
  /** How many changes of ours are on their way to the address: the person may already have made the next. */
  let writing = 0;
  function read(): void {
    if (writing > 0 || router.currentRoute.value.path !== path) return;
    if (format(route.value) === location.hash) return;
    route.value = parse(location.hash);
    last = { what: '', at: -Infinity };
  }
  watch(router.currentRoute, read, { flush: 'sync' });

  const leaving = useLeaving(router, path);

  /** As a text, since the router would escape a hash that it is given by itself once more. */
  function write(how: 'push' | 'replace'): void {
    const address = format(route.value);
    if (router.currentRoute.value.path !== path || address === location.hash) return;
    // The router gives up a way to another view when the address changes meanwhile.
    if (leaving()) return;
    writing++;
    void router[how](`${path}${location.search}${address}`).finally(() => writing--);
  }
  const pushLater = useDebounceFn(() => write('push'), TYPING_PAUSE_MS);
  const replaceLater = useDebounceFn(() => write('replace'), TYPING_PAUSE_MS);

  function go(change: Partial<R>): void {
    route.value = { ...route.value, ...change };
    const what = Object.keys(change).join();
    const isMore = byKeyboard && what === last.what && performance.now() - last.at < TYPING_PAUSE_MS;
    last = { what, at: performance.now() };
    if (what === 'filter') void pushLater();
    else if (isMore) void replaceLater();
    else write('push');
  }
  return { route, go };
}

/** Whether another view is on its way, whose code may be slow to come. */
function useLeaving(router: Router, path: string): () => boolean {
  let isLeaving = false;
  const stay = (): void => void (isLeaving = false);
  const stops = [
    router.beforeEach((to) => void (isLeaving = to.path !== path)),
    router.afterEach((_to, _from, failure) => {
      // Given up for another way, which has begun already.
      if (!isNavigationFailure(failure, NavigationFailureType.cancelled)) stay();
    }),
    router.onError(stay),
  ];
  onScopeDispose(() => stops.forEach((stop) => stop()));
  return () => isLeaving;
}
