/** What the lists have in common of which only the rows around what is in sight are in the page. */
import type { Range, Virtualizer } from '@tanstack/vue-virtual';
import { type Ref, computed, shallowRef } from 'vue';

/** The rows to draw, with the pixels from the top of the list; and how each is measured once it is in the page. */
export function useDrawnRows<T>(list: Ref<Virtualizer<HTMLElement, Element>>, rows: Ref<readonly T[]>) {
  return {
    drawn: computed(() =>
      list.value.getVirtualItems().flatMap(({ index, start }) => {
        const row = rows.value[index];
        return row === undefined ? [] : [{ row, index, top: start }];
      }),
    ),
    measure: (row: unknown): void => list.value.measureElement(row instanceof HTMLElement ? row : null),
  };
}

/** The row with the focus stays in the page when it is scrolled out of sight, or the focus would be lost. */
export function useHeldRow(keys: Ref<readonly string[]>) {
  const held = shallowRef<string>();
  const place = computed(() => (held.value === undefined ? -1 : keys.value.indexOf(held.value)));
  return {
    hold: (key: string) => void (held.value = key),
    /** For the options of a virtual list, which are a computed value: places of the rows to draw. */
    rangeExtractor: computed(() => {
      const kept = place.value;
      return (range: Range): number[] => withRow(kept, range);
    }),
  };
}

/** Places of the rows to draw, and one more, if there is one. */
function withRow(kept: number, { startIndex, endIndex, overscan, count }: Range): number[] {
  const first = Math.max(0, startIndex - overscan);
  const last = Math.min(count - 1, endIndex + overscan);
  const places = Array.from({ length: last - first + 1 }, (_, step) => first + step);
  if (kept >= 0 && kept < first) places.unshift(kept);
  if (kept > last && kept < count) places.push(kept);
  return places;
}
