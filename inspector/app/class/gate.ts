/** What a class changes in the way from view to view: who has not joined comes to the door, and the class can be led. */
import { useDebounceFn } from '@vueuse/core';
import { computed, watch } from 'vue';
import { type RouteLocationNormalized, type Router, START_LOCATION } from 'vue-router';
import { heldToken, isStudentDevice } from '../../ui/held-token.ts';
import { canLead, keepPlace, keptPlace, pathOf } from './places.ts';
import { type Class, useClass } from './use-class.ts';

/** Milliseconds within which changes of the leader's address are told as one. */
const LEAD_PAUSE_MS = 150;
const DOOR = '/join';

/** Call it before the router begins. */
export function keepGate(router: Router): void {
  const here = useClass();
  const asked = here.begin();
  router.beforeEach(async (to, from) => {
    // With a token, the page begins at once. Whether the token is valid, the sockets are told soon enough.
    if (heldToken() === undefined) await asked;
    return from === START_LOCATION ? (toDoor(here, to) ?? toKept(to)) : toDoor(here, to);
  });
  watch(here.standing, async () => {
    // The first way to a view may lead to the door by itself.
    await router.isReady();
    const { path, fullPath } = router.currentRoute.value;
    if (here.standing.value !== 'outside' || path === DOOR) return;
    here.wanted.value = fullPath;
    void router.replace(DOOR);
  });
  router.afterEach(({ path }) => here.report(path));
  followLook(router, here);
  leadLook(router, here);
}

function toDoor({ standing, wanted }: Class, to: RouteLocationNormalized): string | undefined {
  if (standing.value !== 'outside' || to.path === DOOR) return undefined;
  wanted.value = to.fullPath;
  return DOOR;
}

/** Whoever opens the bare address again goes on where they were. */
function toKept(to: RouteLocationNormalized): string | undefined {
  const kept = to.fullPath === '/' && isStudentDevice() ? keptPlace() : undefined;
  return kept === '/' ? undefined : kept;
}

/** Shows a student what everyone is to look at, and afterwards what the student looked at before. */
function followLook(router: Router, here: Class): void {
  const shown = computed(() =>
    here.me.value?.role === 'student' ? (here.state.value?.look?.place ?? null) : undefined,
  );
  let isLed = false;
  const keep = ({ path, fullPath } = router.currentRoute.value): void => {
    if (shown.value === null && !isLed && path !== DOOR) keepPlace(fullPath);
  };
  watch(shown, (place) => {
    if (typeof place === 'string') {
      isLed = true;
      void router.replace(place);
    } else if (isLed) {
      isLed = false;
      void router.replace(keptPlace() ?? '/');
    } else keep();
  });
  router.afterEach(() => keep());
  router.beforeEach((to) => {
    // A view that is still being loaded when the class is led away is where the student wanted to be.
    keep(to);
    const place = shown.value;
    return typeof place === 'string' && to.path !== pathOf(place) && to.path !== DOOR ? place : undefined;
  });
}

/** While this person leads, the class goes along with this page. */
function leadLook(router: Router, { me, state, act }: Class): void {
  const isLeading = (): boolean =>
    me.value !== undefined && me.value.role !== 'student' && state.value?.look?.by === me.value.name;
  const lead = useDebounceFn((place: string) => {
    if (isLeading() && canLead(place) && state.value?.look?.place !== place)
      void act({ type: 'look', place });
  }, LEAD_PAUSE_MS);
  router.afterEach(({ fullPath }) => void (isLeading() && lead(fullPath)));
}
