/**
 * The marks of the capture that is open. They begin with the comments in the file, or with those that were made when the same
 * file was open before in this browser.
 */
import { type Ref, computed, shallowRef, watch } from 'vue';
import { type KeptMarks, keptOf, readKept, withKept } from '../model/kept-marks.ts';
import type { Mark } from '../model/marks.ts';

const KEY = 'wireglass-capture-marks';

export interface CaptureMarks {
  readonly marks: Ref<readonly Mark[]>;
  /** This browser keeps them, until they are forgotten. */
  readonly isKept: Readonly<Ref<boolean>>;
  /** Back to the comments in the file. */
  forget(): void;
}

/** `identity`: of the file, once it is read. `notes`: the comments in it. */
export function useCaptureMarks(
  identity: Readonly<Ref<string | undefined>>,
  notes: Readonly<Ref<readonly Mark[]>>,
): CaptureMarks {
  const marks = shallowRef<readonly Mark[]>([]);
  const kept = shallowRef<readonly Mark[]>();
  let inFile: readonly Mark[] = [];
  watch(identity, (file) => {
    inFile = [];
    kept.value = file === undefined ? undefined : keptOf(read(), file);
    marks.value = kept.value ?? [];
  });
  watch(notes, (now) => {
    inFile = now;
    marks.value = kept.value ?? now;
  });

  const shown = computed({
    get: () => marks.value,
    set: (now) => {
      marks.value = now;
      kept.value = now;
      if (identity.value !== undefined && !keep(identity.value, now)) kept.value = undefined;
    },
  });
  return {
    marks: shown,
    isKept: computed(() => kept.value !== undefined),
    forget() {
      if (identity.value !== undefined) keep(identity.value, undefined);
      kept.value = undefined;
      marks.value = inFile;
    },
  };
}

/** A browser may refuse its storage; then the marks end with the page. */
function read(): KeptMarks {
  try {
    return readKept(localStorage.getItem(KEY));
  } catch {
    return [];
  }
}

/** False when the browser does not keep them. */
function keep(identity: string, marks: readonly Mark[] | undefined): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(withKept(read(), identity, marks)));
    return true;
  } catch {
    return false;
  }
}
