/** Which record is looked at: the newest, until the person chooses an older one. */
import { type Ref, computed, ref, watch } from 'vue';
import type { WireRecord } from '#dissect/model';
import type { Route } from '../model/route.ts';

type Chosen = Route['record'];

/**
 * @param records what the list shows, in order
 * @param chosen the person's choice; absent while the newest is followed
 */
export function useSelection(
  records: Ref<readonly WireRecord[]>,
  chosen: Ref<Chosen>,
  choose: (record: Chosen) => void,
) {
  const selected = computed<WireRecord | undefined>(() => {
    const wanted = chosen.value;
    if (!wanted) return records.value.at(-1);
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
    select(record: WireRecord): void {
      const isLast = record === records.value.at(-1);
      choose(isLast ? undefined : { flow: record.flow, index: record.index });
    },
    follow: () => choose(undefined),
  };
}
