/** A person marks the bytes that Eve can read, as they think; then the page reveals which they are. */
import { useStorage } from '@vueuse/core';
import { type Ref, computed, ref, watch } from 'vue';
import { readableByEve, scoreOf } from '#dissect/prediction';
import { type RecordView, WIRE_SPACE } from '#dissect/record-view';
import { NO_TALLY, type Tally, counted, letters } from '../model/predict.ts';
import { useMarking } from './marking.ts';

export type Prediction = ReturnType<typeof usePrediction>;

export function usePrediction(view: Readonly<Ref<RecordView | undefined>>) {
  const isOn = ref(false);
  const isRevealed = ref(false);
  const bytes = computed(() => view.value?.spaces[WIRE_SPACE]?.bytes);
  const { marked, count, clear: unmark, markAll, begin, reach } = useMarking(bytes);
  /** In this tab, over all records. */
  const tally = useStorage<Tally>('wireglass-points', NO_TALLY, globalThis.sessionStorage);
  const readable = computed(() => (view.value ? readableByEve(view.value) : new Uint8Array(0)));

  function clear(): void {
    isRevealed.value = false;
    unmark();
  }
  watch(bytes, () => {
    // Another record is another question.
    if (isOn.value) clear();
  });
  return {
    isOn,
    isRevealed,
    tally,
    /** Everything that would tell the answer is out of sight. */
    isCovered: computed(() => isOn.value && !isRevealed.value),
    letters: computed(() =>
      isOn.value ? letters(marked.value, isRevealed.value ? readable.value : undefined) : '',
    ),
    count,
    score: computed(() => (isRevealed.value ? scoreOf(readable.value, marked.value) : undefined)),
    toggle(): void {
      isOn.value = !isOn.value;
      clear();
    },
    clear,
    markAll,
    begin,
    reach,
    reveal(): void {
      if (isRevealed.value) return;
      isRevealed.value = true;
      tally.value = counted(tally.value, scoreOf(readable.value, marked.value));
    },
  };
}
