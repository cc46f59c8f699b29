/** The question that the list answers. While the text is not a valid filter, the last valid one is in force. */
import { type Ref, computed, ref, shallowRef, watch } from 'vue';
import type { CompilePattern } from '#dissect/filter/index';
import type { WireName } from '#protocol/wires';
import { ALL_RECORDS, type Filter, type UsableSearch, readSearch } from '../model/filter.ts';
import { loadPatterns } from '../reading/patterns.ts';
import type { Records } from './traffic.ts';

interface FilterOptions {
  readonly records: Records;
  readonly wires: Ref<readonly WireName[]>;
  readonly filter: Ref<Filter>;
}

export function useRecordFilter({ records, wires, filter }: FilterOptions) {
  const compilePattern = shallowRef<CompilePattern>();
  const search = computed(() => readSearch(filter.value.search, compilePattern.value));
  const inForce = shallowRef<UsableSearch>(ALL_RECORDS);
  const asked = ref(0);
  /** The first question about these wires: a list with a smaller number shows others. */
  const first = ref(0);

  let [question, aboutWires] = ['', ''];
  watch(
    [wires, filter, search],
    ([now, given, read]) => {
      if (read.kind === 'loading') void loadPatterns().then((loaded) => (compilePattern.value = loaded));
      else if (read.kind !== 'fault') inForce.value = read;
      const isOther = now.join() !== aboutWires;
      const text = JSON.stringify([now, given]);
      if (text === question || (read.kind === 'fault' && !isOther)) return;
      asked.value = records.ask({ wires: [...now], filter: { ...given } });
      if (isOther) first.value = asked.value;
      [question, aboutWires] = [text, now.join()];
    },
    { immediate: true },
  );
  const { list } = records;
  return {
    search,
    inForce,
    list,
    /** The list is of other wires: its answer is on its way. */
    isForeign: computed(() => list.value.number < first.value),
    searching: computed(() => list.value.number < asked.value || list.value.searching),
  };
}
