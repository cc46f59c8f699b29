/**
 * A list of rows, of which only those on the screen are drawn: keys, scrolling, and staying at the end while it grows. The
 * element that scrolls has the template ref `scroller`.
 */
import { useVirtualizer } from '@tanstack/vue-virtual';
import { type Ref, computed, nextTick, useId, useTemplateRef, watch } from 'vue';
import { type Row, type Rows, sameKey } from '../reading/rows.ts';

interface RowListOptions {
  readonly rows: Ref<Rows>;
  /** Place of the selected record; -1 for none. */
  readonly place: Ref<number>;
  /** True while the newest message is selected automatically. */
  readonly following: Ref<boolean>;
  /** False while the list is being built: until then it does not scroll. */
  readonly settled: Ref<boolean>;
  /** Pixels. */
  readonly rowHeight: number;
  readonly select: (row: Row) => void;
}

const STEPS: Readonly<Record<string, (at: number) => number>> = {
  ArrowUp: (at) => at - 1,
  ArrowDown: (at) => at + 1,
  PageUp: (at) => at - 8,
  PageDown: (at) => at + 8,
  Home: () => 0,
  End: () => Number.MAX_SAFE_INTEGER,
};

export function useRowList({ rows, place, following, settled, rowHeight, select }: RowListOptions) {
  const scroller = useTemplateRef<HTMLElement>('scroller');
  const id = useId();
  const virtual = useVirtualizer(
    computed(() => ({
      count: rows.value.count,
      getScrollElement: () => scroller.value ?? null,
      estimateSize: () => rowHeight,
      overscan: 8,
      initialRect: { width: 0, height: 400 },
    })),
  );
  const drawn = computed(() =>
    virtual.value.getVirtualItems().flatMap(({ index, start }) => {
      const row = rows.value.at(index);
      return row ? [{ row, index, top: start, isSelected: index === place.value }] : [];
    }),
  );

  /** False once the person has scrolled away from the end, so that nothing moves while they read. */
  let atEnd = true;
  function onScroll(): void {
    const box = scroller.value;
    if (box) atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 3 * rowHeight;
  }

  /** The record that the list has scrolled to. */
  let shown: Row | undefined;
  watch(
    [place, settled, rows],
    async ([at, isSettled, list]) => {
      if (!isSettled) return;
      const selected = list.at(at);
      const changed = selected !== undefined && !(shown && sameKey(selected, shown));
      shown = selected;
      const toEnd = following.value && (changed || atEnd);
      await nextTick();
      if (toEnd) virtual.value.scrollToIndex(list.count - 1);
      if (changed) virtual.value.scrollToIndex(at);
    },
    { immediate: true, flush: 'post' },
  );

  function onKey(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const last = rows.value.count - 1;
    const row = rows.value.at(Math.min(last, Math.max(0, step(place.value))));
    if (row) select(row);
  }

  return {
    id,
    drawn,
    /** Pixels of all rows. */
    height: computed(() => virtual.value.getTotalSize()),
    /** Id of the selected row, if it is drawn. */
    activeId: computed(() =>
      drawn.value.some(({ isSelected }) => isSelected) ? `${id}-${place.value}` : undefined,
    ),
    onScroll,
    onKey,
  };
}
