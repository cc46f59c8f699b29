/** A person marks the bytes that Eve can read, as they think; then the page reveals which they are. */
import { useStorage } from '@vueuse/core';
import { type Ref, computed, ref, shallowRef, watch } from 'vue';
import {
  type Marks,
  NO_TALLY,
  type Tally,
  counted,
  letters,
  readableByEve,
  scoreOf,
  withRange,
} from '../model/predict.ts';
import { type RecordView, WIRE_SPACE } from '../model/record-view.ts';

export type Prediction = ReturnType<typeof usePrediction>;

const EMPTY: Marks = new Uint8Array(0);

export function usePrediction(view: Readonly<Ref<RecordView | undefined>>) {
  const isOn = ref(false);
  const isRevealed = ref(false);
  const marked = shallowRef(EMPTY);
  /** In this tab, over all records. */
  const tally = useStorage<Tally>('wireglass-points', NO_TALLY, globalThis.sessionStorage);
  /** The stroke under way: what was marked before it, and whether it marks or takes away. */
  let stroke: { readonly before: Marks; readonly from: number; readonly isSet: boolean } | undefined;
  const readable = computed(() => (view.value ? readableByEve(view.value) : EMPTY));

  function clear(): void {
    isRevealed.value = false;
    stroke = undefined;
    marked.value = new Uint8Array(view.value?.spaces[WIRE_SPACE]?.bytes.length ?? 0);
  }
  watch(
    () => view.value?.spaces[WIRE_SPACE]?.bytes,
    () => {
      // Another record is another question.
      if (isOn.value) clear();
    },
  );
  return {
    isOn,
    isRevealed,
    tally,
    /** Everything that would tell the answer is out of sight. */
    isCovered: computed(() => isOn.value && !isRevealed.value),
    letters: computed(() =>
      isOn.value ? letters(marked.value, isRevealed.value ? readable.value : undefined) : '',
    ),
    count: computed(() => marked.value.reduce((sum, mark) => sum + mark, 0)),
    score: computed(() => (isRevealed.value ? scoreOf(readable.value, marked.value) : undefined)),
    toggle(): void {
      isOn.value = !isOn.value;
      clear();
    },
    clear,
    markAll: () => (marked.value = marked.value.slice().fill(1)),
    /** A stroke begins at a byte: it marks if that byte was not marked, or else takes marks away. */
    begin(at: number): void {
      stroke = { before: marked.value, from: at, isSet: marked.value[at] !== 1 };
      marked.value = withRange(marked.value, at, at, stroke.isSet);
    },
    /** The stroke reaches to this byte. */
    reach(at: number): void {
      if (stroke) marked.value = withRange(stroke.before, stroke.from, at, stroke.isSet);
    },
    reveal(): void {
      if (isRevealed.value) return;
      isRevealed.value = true;
      tally.value = counted(tally.value, scoreOf(readable.value, marked.value));
    },
  };
}
