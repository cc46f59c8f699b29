/** The two panes of bytes scroll together: the one that the person moves leads, and the other one shows what corresponds. */
import { useStorage } from '@vueuse/core';
import { type Ref, shallowRef, watch } from 'vue';
import { correspondent } from '../model/light.ts';
import type { RecordView } from '#dissect/record-view';

/** How far a pane is scrolled: the first byte of its first row, and how many pixels of that row are out of sight. */
export interface ScrollPlace {
  readonly offset: number;
  readonly hidden: number;
}

interface Led extends ScrollPlace {
  readonly space: number;
}

export function useScrollTogether(view: Readonly<Ref<RecordView | undefined>>) {
  const isOn = useStorage('wireglass-scroll-together', true);
  const led = shallowRef<Led>();
  watch(view, () => (led.value = undefined));
  return {
    isOn,
    /** The person has scrolled the pane of this space. */
    lead: (space: number, place: ScrollPlace) => (led.value = { space, ...place }),
    /** Where the pane of this space has to be; `undefined` while it leads, or while nothing does. */
    placeIn(space: number): ScrollPlace | undefined {
      const { value: leader } = led;
      if (!isOn.value || !view.value || !leader || leader.space === space) return undefined;
      const offset = correspondent(view.value, leader.space, leader.offset, space);
      return { offset, hidden: leader.hidden };
    },
  };
}
