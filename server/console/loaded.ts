/** Something that is read from the server: at once, again and again while the page is in front of somebody, and on request. */
import { useDocumentVisibility } from '@vueuse/core';
import { type Ref, type ShallowRef, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { useSession } from './session.ts';

export interface Loaded<T> {
  readonly value: ShallowRef<T | undefined>;
  /** Why the last attempt failed. */
  readonly problem: Ref<string | undefined>;
  readonly reload: () => Promise<void>;
}

/** `every`: milliseconds between two readings; without it, only once. */
export function useLoaded<T>(read: () => Promise<T>, every?: number): Loaded<T> {
  const { noticeEnd } = useSession();
  const visibility = useDocumentVisibility();
  const value = shallowRef<T>();
  const problem = ref<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  let latest = 0;

  async function reload(): Promise<void> {
    clearTimeout(timer);
    const mine = ++latest;
    try {
      const got = await read();
      // An answer that was overtaken by a later request is old.
      if (mine !== latest || over) return;
      value.value = got;
      problem.value = undefined;
    } catch (error) {
      if (mine !== latest || over) return;
      problem.value = (error as Error).message;
      noticeEnd(error);
    }
    if (every !== undefined && visibility.value === 'visible') timer = setTimeout(() => void reload(), every);
  }

  void reload();
  watch(visibility, (now) => {
    if (now === 'visible' && every !== undefined) void reload();
    else clearTimeout(timer);
  });
  onScopeDispose(() => {
    over = true;
    clearTimeout(timer);
  });
  return { value, problem, reload };
}
