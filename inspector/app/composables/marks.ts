/** The marks of this tab. They survive a reload, and end with the tab. A capture has marks of its own, which end with it. */
import { createGlobalState } from '@vueuse/core';
import { type Ref, shallowRef, watch } from 'vue';
import { useCaptures } from '../captures/captures.ts';
import type { Row } from '../reading/rows.ts';
import { type Mark, markOf, readMarks, withMark, withoutMark } from '../model/marks.ts';

const KEY = 'wireglass-marks';

const useTabMarks = createGlobalState(() => {
  const marks = shallowRef<readonly Mark[]>(readMarks(sessionStorage.getItem(KEY)));
  watch(marks, (now) => sessionStorage.setItem(KEY, JSON.stringify(now)));
  return marks;
});

/** Of what the inspector shows when this is called. */
export function useMarks() {
  const marks: Ref<readonly Mark[]> = useCaptures().shown.value?.marks ?? useTabMarks();
  const note = (row: Row, text: string): void => {
    marks.value = withMark(marks.value, { flow: row.flow, index: row.index, time: row.time, note: text });
  };
  return {
    marks,
    note,
    /** Marks the record, or removes its mark. */
    toggle: (row: Row): void => {
      if (markOf(marks.value, row)) marks.value = withoutMark(marks.value, row);
      else note(row, '');
    },
  };
}
