/** The demo conversation on this page: begun on a first visit, or by a press, and over as soon as the person speaks. */
import { createGlobalState } from '@vueuse/core';
import { computed, ref, watch } from 'vue';
import { useClass } from '../class/use-class.ts';
import { isFirstVisit } from './first-visit.ts';
import type { WorkbenchRelay } from './relay.ts';

/** What is asked for as soon as there is a connection. */
const useWanted = createGlobalState(() =>
  ref<'arrival' | 'press' | undefined>(isFirstVisit() ? 'arrival' : undefined),
);

/** Begins the demo in the view of the wires, which may not be open yet. */
export function requestDemo(): void {
  useWanted().value = 'press';
}

export function useDemo(relay: WorkbenchRelay) {
  const wanted = useWanted();
  const { standing } = useClass();
  const isClosed = ref(false);
  watch(
    [relay.socket, wanted],
    ([{ state }, what]) => {
      if (state !== 'live' || what === undefined) return;
      // Each of a hundred students would begin one.
      if (what === 'arrival' && standing.value !== 'none') return;
      const hasSpoken = relay.state.value.own.request !== undefined;
      const isOutOfDate = what === 'arrival' && hasSpoken;
      // The connection may be lost before anybody has noticed: then the demo is asked for over the next one.
      if (isOutOfDate || relay.askDemo(what)) wanted.value = undefined;
    },
    { immediate: true },
  );

  const isRunning = computed(() => relay.state.value.demo?.state === 'running');
  /** Absent where nobody has to know of it: before it began, and once the person speaks. */
  const shown = computed(() => {
    const { demo, own } = relay.state.value;
    const isOverForGood = isClosed.value || own.request !== undefined;
    return demo && (isRunning.value || !isOverForGood) ? demo : undefined;
  });

  function stop(): void {
    if (isRunning.value) relay.askDemo('stop');
  }
  function start(): void {
    isClosed.value = false;
    wanted.value = 'press';
  }
  return { shown, stop, start, close: () => void (isClosed.value = true) };
}
