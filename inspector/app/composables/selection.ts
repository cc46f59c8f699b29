/** Which record is looked at: what was said last, until the person chooses another one. */
import { type Ref, computed, ref, watch } from 'vue';
import type { WireRecord } from '#dissect/model';
import type { Route } from '../model/route.ts';

type Chosen = Route['record'];

interface SelectionOptions {
  /** What the list shows, in order. */
  readonly records: Ref<readonly WireRecord[]>;
  /** What was said last on this wire; when the list does not show it, its last record stands in for it. */
  readonly latest: Ref<WireRecord | undefined>;
  /** False while the list is being put together: what is followed then stays, or waits. */
  readonly settled: Ref<boolean>;
  /** The person's choice; absent while the latest is followed. */
  readonly chosen: Ref<Chosen>;
  readonly choose: (record: Chosen) => void;
}

export function useSelection({ records, latest, settled, chosen, choose }: SelectionOptions) {
  const isListed = (record: WireRecord | undefined): boolean =>
    record !== undefined && records.value.lastIndexOf(record) >= 0;
  const newest = computed<WireRecord | undefined>((before) => {
    if (isListed(latest.value)) return latest.value;
    if (settled.value) return records.value.at(-1);
    return isListed(before) ? before : undefined;
  });
  const selected = computed<WireRecord | undefined>(() => {
    const wanted = chosen.value;
    if (!wanted) return newest.value;
    return records.value.find(({ flow, index }) => flow === wanted.flow && index === wanted.index);
  });
  /** How many records there were when the person stopped following. */
  const seen = ref(0);
  watch(chosen, () => (seen.value = records.value.length), { immediate: true });
  watch(
    () => records.value.length,
    (length) => {
      // The list was filtered or cleared: what is left is nothing new.
      if (length < seen.value) seen.value = length;
    },
  );

  return {
    selected,
    following: computed(() => chosen.value === undefined),
    newer: computed(() => (chosen.value === undefined ? 0 : Math.max(0, records.value.length - seen.value))),
    select: (record: WireRecord): void => {
      choose(record === newest.value ? undefined : { flow: record.flow, index: record.index });
    },
    follow: () => choose(undefined),
  };
}
