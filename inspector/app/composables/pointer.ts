/**
 * Tells whether the person moved the pointer, or content came under a resting one. Whatever shows bytes later calls it early: it
 * must know where the pointer rests before they come.
 */
import { createGlobalState, useEventListener } from '@vueuse/core';

export const usePointer = createGlobalState(() => {
  let place = '';
  // Browsers report content that scrolls under a resting pointer like a move, with the position unchanged. `mouseover`
  // and `mouseenter` come before the `mousemove` that caused them.
  useEventListener(window, 'mousemove', (event) => (place = placeOf(event)), {
    capture: true,
    passive: true,
  });
  return { isMoved: (event: MouseEvent): boolean => placeOf(event) !== place };
});

function placeOf({ screenX, screenY }: MouseEvent): string {
  return `${screenX},${screenY}`;
}
