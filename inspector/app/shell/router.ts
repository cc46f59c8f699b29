/** Which view an address shows. What a view shows is in the hash of its address, which each view reads itself. */
import { nextTick, shallowReactive } from 'vue';
import {
  NavigationFailureType,
  type Router,
  START_LOCATION,
  createRouter,
  createWebHistory,
  isNavigationFailure,
} from 'vue-router';
import NotFoundView from './NotFoundView.vue';
import { VIEWS } from './views.ts';

/** The way to a view whose code is not here yet. */
export type Loading =
  { readonly state: 'idle' } | { readonly state: 'loading' | 'failed'; readonly to: string };

/** Milliseconds of silence: code that comes sooner needs no sign that it is coming. */
const QUIET_MS = 200;

export interface ViewRouter {
  readonly router: Router;
  readonly progress: { loading: Loading };
  /** The last address of each view by its path: what it showed when the person left it. */
  readonly places: Map<string, string>;
  /** Goes once more where the code could not be loaded. */
  retry(): Promise<void>;
}

export function viewRouter(history = createWebHistory()): ViewRouter {
  const progress = shallowReactive<{ loading: Loading }>({ loading: { state: 'idle' } });
  const places = shallowReactive(new Map<string, string>());
  const router = createRouter({
    history,
    routes: [
      ...VIEWS.map(({ path, title, load }) => ({ path, meta: { title }, component: load })),
      { path: '/:rest(.*)*', meta: { title: 'Nothing here' }, component: NotFoundView },
    ],
    // A hash says what a view shows, and is no place to scroll to.
    scrollBehavior: (to, from, saved) => (to.path === from.path ? false : (saved ?? { top: 0 })),
  });
  let quiet: ReturnType<typeof setTimeout> | undefined;
  router.beforeEach(({ path, fullPath }, from) => {
    clearTimeout(quiet);
    if (path === from.path && from !== START_LOCATION) return;
    quiet = setTimeout(() => (progress.loading = { state: 'loading', to: fullPath }), QUIET_MS);
  });
  router.afterEach(({ path, fullPath, meta }, from, failure) => {
    clearTimeout(quiet);
    // Back to the view that is still the present one, while another could not be loaded.
    if (isNavigationFailure(failure, NavigationFailureType.duplicated)) progress.loading = { state: 'idle' };
    if (failure) return;
    progress.loading = { state: 'idle' };
    places.set(path, fullPath);
    document.title = path === '/' ? 'Wireglass' : `${String(meta['title'])} · Wireglass`;
    if (from !== START_LOCATION && path !== from.path) void nextTick(focusView);
  });
  router.onError((_error, { fullPath }) => {
    clearTimeout(quiet);
    progress.loading = { state: 'failed', to: fullPath };
  });
  const retry = (): Promise<void> => tryAgain(router, progress);
  return { router, progress, places, retry };
}

async function tryAgain(router: Router, progress: { loading: Loading }): Promise<void> {
  if (progress.loading.state === 'idle') return;
  const { to } = progress.loading;
  progress.loading = { state: 'loading', to };
  const answers = await fetch(to, { method: 'HEAD', cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (!answers) progress.loading = { state: 'failed', to };
  // Some browsers remember that a script did not come, so the page as a whole is loaded again.
  else await router.push(to).catch(() => location.assign(to));
}

/** For the keyboard and for screen readers, a view begins with its heading. */
export function focusView(): void {
  const target =
    document.querySelector<HTMLElement>('main h1') ?? document.querySelector<HTMLElement>('main');
  if (!target) return;
  if (!target.hasAttribute('tabindex')) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}
