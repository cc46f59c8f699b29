/** The selected record: the one that the card shows, until the person chooses another one. */
import { type Ref, computed, ref, watch } from 'vue';
import { type RecordKey, type Rows, sameKey } from '../reading/rows.ts';

type Chosen = RecordKey | undefined;

interface SelectionOptions {
  /** The records that the list shows, in order. */
  readonly rows: Ref<Rows>;
  /** Time of the newest of all records, even of those that the list leaves out; -Infinity without any. */
  readonly newestTime: Ref<number>;
  /** What the card of this wire shows; if the list lacks it, the last record of the list is used. */
  readonly latest: Ref<RecordKey | undefined>;
  /** When the tap's stream began: anything older was there before, whenever it is read. */
  readonly since: Ref<number>;
  /** False while the list is being built: until then the followed record stays, or waits. */
  readonly settled: Ref<boolean>;
  /** The person's choice; absent while the latest is followed. */
  readonly chosen: Ref<Chosen>;
  readonly choose: (record: Chosen) => void;
}

export function useSelection(options: SelectionOptions) {
  const { rows, newestTime, latest, since, settled, chosen, choose } = options;
  const isListed = (key: Chosen): boolean => rows.value.placeOf(key) >= 0;
  const newest = computed<Chosen>((before) => {
    const key = newestKey(before);
    return sameKey(key, before) ? before : key;
  });
  function newestKey(before: Chosen): Chosen {
    if (isListed(latest.value)) return latest.value;
    if (settled.value) return rows.value.at(rows.value.count - 1);
    return isListed(before) ? before : undefined;
  }
  /** Place of the selected record in the list; -1 if it is not there. */
  const place = computed(() => rows.value.placeOf(chosen.value ?? newest.value));
  const selected = computed(() => rows.value.at(place.value));
  /**
   * The time of the newest record when the person stopped following. A number of records would not work: a filter
   * removes records from the list and puts them back, and none of those are new.
   */
  const seenUntil = ref(-Infinity);
  const lookAtAll = (): void => {
    seenUntil.value = Math.max(seenUntil.value, newestTime.value);
  };
  watch(chosen, lookAtAll, { immediate: true });
  // Records that are still being read were there before.
  watch([newestTime, settled], (_now, [, wasSettled]) => {
    if (!wasSettled) lookAtAll();
  });
  const newer = computed(() =>
    chosen.value === undefined ? 0 : rows.value.countAfter(Math.max(seenUntil.value, since.value)),
  );

  return {
    place,
    selected,
    following: computed(() => chosen.value === undefined),
    newer,
    select: (key: RecordKey): void =>
      choose(sameKey(key, newest.value) ? undefined : { flow: key.flow, index: key.index }),
    follow: () => choose(undefined),
  };
}
