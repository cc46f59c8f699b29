/** The records that a filter leaves over, found in slices. While its text is no filter, the last one that was stays. */
import { type Ref, computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { FlowSummary, WireRecord } from '#dissect/model';
import {
  ALL_RECORDS,
  type Filter,
  type FlowOf,
  type Search,
  fits,
  isFiltered,
  readSearch,
} from '../model/filter.ts';
import { Progress } from '../model/progress.ts';
import { Sieve } from '../model/sieve.ts';
import { Slices } from './slices.ts';

export function useRecordFilter(records: Ref<readonly WireRecord[]>, filter: Ref<Filter>, flowOf: FlowOf) {
  const search = computed(() => readSearch(filter.value.search));
  const inForce = shallowRef<Exclude<Search, { kind: 'fault' }>>(ALL_RECORDS);
  const shown = shallowRef<readonly WireRecord[]>([]);
  const searching = ref(false);
  const share = ref<number>();
  const sieve = new Sieve();
  const progress = new Progress();
  let known = knownFlows(flowOf);

  const sifting = new Slices({
    work(enough) {
      sieve.readOn(enough);
      return sieve.left > 0;
    },
    show(more) {
      searching.value = more;
      share.value = progress.at(sieve.left, performance.now());
      shown.value = sieve.found;
    },
  });

  watch(
    search,
    (read) => {
      if (read.kind !== 'fault') inForce.value = read;
    },
    { immediate: true, flush: 'sync' },
  );
  /** Undefined where everything fits. */
  const question = computed(() => {
    const [chips, { fits: test }] = [{ ...filter.value, search: '' }, inForce.value];
    if (!isFiltered(chips) && inForce.value === ALL_RECORDS) return undefined;
    return (record: WireRecord) => fits(record, chips, test, (id) => known(id));
  });
  watch([records, question], ([list, asks], [, before]) => sift(list, asks, asks !== before), {
    immediate: true,
    flush: 'sync',
  });
  onScopeDispose(() => sifting.stop());
  return { search, shown, searching, share };

  function sift(list: readonly WireRecord[], asks: typeof question.value, isOther: boolean): void {
    known = knownFlows(flowOf);
    if (isOther) sieve.ask(asks ?? (() => true));
    if (asks) {
      sieve.over(list);
      sifting.start();
    } else {
      sieve.over([]);
      sifting.stop();
      searching.value = false;
      share.value = progress.at(0, 0);
      shown.value = list;
    }
  }
}

/** A summary is put together anew each time it is asked for. */
function knownFlows(flowOf: FlowOf): FlowOf {
  const known = new Map<number, FlowSummary | undefined>();
  return (id) => {
    if (!known.has(id)) known.set(id, flowOf(id));
    return known.get(id);
  };
}
