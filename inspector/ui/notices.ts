/** Short notices about what has just happened, at the edge of the window. `Notices.vue`, in the shell, shows them. */
import { shallowRef } from 'vue';

export interface Notice {
  readonly text: string;
  /** `bad`: something did not work. A screen reader says it at once. */
  readonly tone?: 'plain' | 'good' | 'bad';
  readonly action?: { readonly label: string; readonly run: () => void };
}

export type ShownNotice = Notice & { readonly id: number };

/** More at a time are more than anyone reads. */
const SHOWN_AT_ONCE = 3;
const shown = shallowRef<readonly ShownNotice[]>([]);
let count = 0;

export function useNotices() {
  return { notices: shown, notify, dismiss };
}

/** Shows a notice, which goes away by itself after some seconds or when it is closed. */
export function notify(notice: Notice): void {
  shown.value = [...shown.value, { ...notice, id: ++count }].slice(-SHOWN_AT_ONCE);
}

function dismiss(id: number): void {
  shown.value = shown.value.filter((notice) => notice.id !== id);
}
