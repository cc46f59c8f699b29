/** The room that a picture has. */
import { useElementSize } from '@vueuse/core';
import { computed, useTemplateRef } from 'vue';

/** Narrower than this, a picture would say nothing. */
const LEAST = 280;

/** Whole pixels of the element with `ref="box"`. */
export function usePictureWidth() {
  const { width } = useElementSize(useTemplateRef<HTMLElement>('box'));
  return computed(() => Math.max(LEAST, Math.floor(width.value)));
}
