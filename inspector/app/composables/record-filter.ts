/**
 * The records that match a filter, found in slices. While the text is not a valid filter, the last valid one is used.
 */
import { type Ref, computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { CompilePattern } from '#dissect/filter/index';
import type { FlowSummary, WireRecord } from '#dissect/model';
import {
  ALL_RECORDS,
  type Filter,
  type FlowOf,
  type RecordTest,
  type UsableSearch,
  hasChips,
  passes,
  readSearch,
} from '../model/filter.ts';
import { Progress } from '../model/progress.ts';
import { Sieve } from '../model/sieve.ts';
import { loadPatterns } from './patterns.ts';
import { Slices } from './slices.ts';

interface FilterOptions {
  readonly records: Ref<readonly WireRecord[]>;
  readonly filter: Ref<Filter>;
  readonly flowOf: FlowOf;
  /** Recognises what this page sent. */
  readonly isMine: Ref<RecordTest>;
}

export function useRecordFilter({ records, filter, flowOf, isMine }: FilterOptions) {
  const compilePattern = shallowRef<CompilePattern>();
  const search = computed(() => readSearch(filter.value.search, compilePattern.value));
  const inForce = shallowRef<UsableSearch>(ALL_RECORDS);
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
      if (read.kind === 'loading') void loadPatterns().then((loaded) => (compilePattern.value = loaded));
      else if (read.kind !== 'fault') inForce.value = read;
    },
    { immediate: true, flush: 'sync' },
  );
  /** Undefined if all records match. */
  const question = computed(() => {
    const [chips, { fits }] = [filter.value, inForce.value];
    if (!hasChips(chips) && inForce.value === ALL_RECORDS) return undefined;
    // Only used if needed, because each message changes what the person has sent.
    const mine = chips.mine ? isMine.value : () => false;
    const flow: FlowOf = (id) => known(id);
    return (record: WireRecord) => passes(record, chips, mine, flow) && fits(record, flow);
  });
  watch([records, question], ([list, asks], [, before]) => sift(list, asks, asks !== before), {
    immediate: true,
    flush: 'sync',
  });
  onScopeDispose(() => sifting.stop());
  return { search, inForce, shown, searching, share };

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

/** `flowOf` with a cache, because a summary is built again on each request. */
function knownFlows(flowOf: FlowOf): FlowOf {
  const known = new Map<number, FlowSummary | undefined>();
  return (id) => {
    if (!known.has(id)) known.set(id, flowOf(id));
    return known.get(id);
  };
}
