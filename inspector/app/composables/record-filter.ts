/** The records that a filter leaves over. While its text is no filter, the last one that was keeps its place. */
import { type Ref, computed, ref, shallowRef, watch } from 'vue';
import type { FlowSummary, WireRecord } from '#dissect/model';
import {
  ALL_RECORDS,
  type Filter,
  type FlowOf,
  NO_FILTER,
  type Search,
  fits,
  isFiltered,
  readSearch,
} from '../model/filter.ts';

export function useRecordFilter(records: Ref<readonly WireRecord[]>, flowOf: FlowOf) {
  const filter = ref<Filter>(NO_FILTER);
  const search = computed(() => readSearch(filter.value.search));
  const inForce = shallowRef<Exclude<Search, { kind: 'fault' }>>(ALL_RECORDS);
  watch(
    search,
    (read) => {
      if (read.kind !== 'fault') inForce.value = read;
    },
    { immediate: true, flush: 'sync' },
  );
  const shown = computed(() => {
    if (!isFiltered(filter.value)) return records.value;
    const known = knownFlows(flowOf);
    return records.value.filter((record) => fits(record, filter.value, inForce.value.fits, known));
  });
  return { filter, search, shown };
}

/** A summary is put together anew each time it is asked for. */
function knownFlows(flowOf: FlowOf): FlowOf {
  const known = new Map<number, FlowSummary | undefined>();
  return (id) => {
    if (!known.has(id)) known.set(id, flowOf(id));
    return known.get(id);
  };
}
