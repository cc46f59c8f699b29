/** Tells whether the person moved the pointer, or content scrolled away below one that rests. */
import { createSharedComposable, useEventListener } from '@vueuse/core';

export const usePointer = createSharedComposable(() => {
  let place = '';
  // Browsers report what comes under a resting pointer as they report a move, with the place unchanged. `mouseover`
  // and `mouseenter` are told before the `mousemove` that caused them.
  useEventListener(window, 'mousemove', (event) => (place = placeOf(event)), {
    capture: true,
    passive: true,
  });
  return { isMoved: (event: MouseEvent): boolean => placeOf(event) !== place };
});

function placeOf({ screenX, screenY }: MouseEvent): string {
  return `${screenX},${screenY}`;
}
