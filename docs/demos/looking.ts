/** What a reader looks at in the panes of one wire: the chosen record, and the filter. */
import { computed, ref, shallowRef } from 'vue';
import { type Chips, NO_CHIPS } from '../../inspector/app/model/filter.ts';
import type { RecordKey } from '../../inspector/app/reading/rows.ts';

export function useLooking(filter = '') {
  const chosen = shallowRef<RecordKey>();
  const search = ref(filter);
  const chips = ref<Chips>(NO_CHIPS);
  function showAll(): void {
    search.value = '';
    chips.value = NO_CHIPS;
  }
  return {
    chosen,
    showAll,
    /** For the props of `WireDetail`. */
    looked: computed(() => ({
      chosen: chosen.value,
      search: search.value,
      chips: chips.value,
      cleared: false,
    })),
    /** For its events. */
    looks: {
      choose: (record: RecordKey | undefined) => (chosen.value = record),
      search: (text: string) => (search.value = text),
      chips: (wanted: Chips) => (chips.value = wanted),
      reset: showAll,
    },
  };
}
