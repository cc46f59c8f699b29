/** The row with the focus stays in the page when it is scrolled out of sight, or the focus would be lost. */
import type { Range } from '@tanstack/vue-virtual';
import { type Ref, computed, shallowRef } from 'vue';

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

/** The rows to draw, and one more, if there is one. */
function withRow(kept: number, { startIndex, endIndex, overscan, count }: Range): number[] {
  const first = Math.max(0, startIndex - overscan);
  const last = Math.min(count - 1, endIndex + overscan);
  const places = Array.from({ length: last - first + 1 }, (_, step) => first + step);
  if (kept >= 0 && kept < first) places.unshift(kept);
  if (kept > last && kept < count) places.push(kept);
  return places;
}
