/** The marks of this tab. They survive a reload, and end with the tab. A capture has marks of its own. */
import { createGlobalState } from '@vueuse/core';
import { type Ref, shallowRef, watch } from 'vue';
import { useCaptures } from '../captures/captures.ts';
import { type Mark, readMarks } from '../model/marks.ts';

const KEY = 'wireglass-marks';

const useTabMarks = createGlobalState(() => {
  const marks = shallowRef<readonly Mark[]>(readMarks(sessionStorage.getItem(KEY)));
  watch(marks, (now) => sessionStorage.setItem(KEY, JSON.stringify(now)));
  return marks;
});

/** Of what the inspector shows when this is called. */
export function useShownMarks(): Ref<readonly Mark[]> {
  return useCaptures().shown.value?.marks.marks ?? useTabMarks();
}
