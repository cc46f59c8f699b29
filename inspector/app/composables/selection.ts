/** The selected record: the one that the card shows, until the person chooses another one. */
import { type Ref, computed, ref, watch } from 'vue';
import type { WireRecord } from '#dissect/model';
import { firstFrom } from '../model/own-record.ts';
import type { Route } from '../model/route.ts';

type Chosen = Route['record'];

interface SelectionOptions {
  /** The records that the list shows, in order. */
  readonly records: Ref<readonly WireRecord[]>;
  /** All records, in order, even those that the list leaves out. */
  readonly all: Ref<readonly WireRecord[]>;
  /** What the card of this wire shows; if the list lacks it, the last record of the list is used. */
  readonly latest: Ref<WireRecord | undefined>;
  /** When the tap's stream began: anything older was there before, whenever it is read. */
  readonly since: Ref<number>;
  /** False while the list is being built: until then the followed record stays, or waits. */
  readonly settled: Ref<boolean>;
  /** The person's choice; absent while the latest is followed. */
  readonly chosen: Ref<Chosen>;
  readonly choose: (record: Chosen) => void;
}

export function useSelection({ records, all, latest, since, settled, chosen, choose }: SelectionOptions) {
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
  /**
   * The time of the newest record when the person stopped following. A number of records would not work: a filter
   * removes records from the list and puts them back, and none of those are new.
   */
  const seenUntil = ref(-Infinity);
  const lookAtAll = (): void => {
    seenUntil.value = Math.max(seenUntil.value, all.value.at(-1)?.time ?? -Infinity);
  };
  watch(chosen, lookAtAll, { immediate: true });
  // Records that are still being read were there before.
  watch([all, settled], (_now, [, wasSettled]) => {
    if (!wasSettled) lookAtAll();
  });
  const newer = computed(() => {
    if (chosen.value === undefined) return 0;
    const list = records.value;
    const seen = Math.max(seenUntil.value, since.value);
    const first = firstFrom(list, seen);
    const same = list.slice(first).findIndex(({ time }) => time > seen);
    return same < 0 ? 0 : list.length - first - same;
  });

  return {
    selected,
    following: computed(() => chosen.value === undefined),
    newer,
    select: (record: WireRecord): void => {
      choose(record === newest.value ? undefined : { flow: record.flow, index: record.index });
    },
    follow: () => choose(undefined),
  };
}
