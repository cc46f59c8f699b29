/** What the pictures are drawn from, asked for again whenever something crosses a wire. */
import { useThrottleFn } from '@vueuse/core';
import { type Ref, computed, watch } from 'vue';
import type { Traffic } from '../composables/traffic.ts';
import type { Surveyed } from '../reading/exchange.ts';

/** Milliseconds between two questions: a picture that changes more often is hard to read. */
const PAUSE_MS = 500;

/** `flow`: the connection whose key schedule is wanted. */
export function useSurvey(traffic: Traffic, flow: Ref<number | undefined>) {
  const ask = (): void => traffic.askSurvey(flow.value);
  const askSoon = useThrottleFn(ask, PAUSE_MS, true);
  watch(flow, ask, { immediate: true });
  watch([traffic.states, traffic.cleared], () => void askSoon());
  watch(traffic.surveyed, (now) => {
    // Counting goes on in slices.
    if (now?.isDone === false) ask();
  });
  /** The same list until a value is another: what a reader has opened or changed in it stays. */
  const schedule = computed<Surveyed['schedule']>((known) => {
    const now = traffic.surveyed.value?.schedule ?? [];
    return known && sameValues(known, now) ? known : now;
  });
  return { survey: traffic.surveyed, schedule };
}

function sameValues(a: Surveyed['schedule'], b: Surveyed['schedule']): boolean {
  return a.length === b.length && a.every((one, at) => sameValue(one, b[at]));
}

function sameValue(a: Surveyed['schedule'][number], b: Surveyed['schedule'][number] | undefined): boolean {
  return a.id === b?.id && a.output === b.output && a.check?.fits === b.check?.fits;
}
