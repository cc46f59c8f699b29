/** Keeps the capture that is open and the address of the page together: for the component around all views. */
import { computed, watch } from 'vue';
import { useRouter } from 'vue-router';
import { addressWith, canShow, namedIn } from './capture-address.ts';
import { useCaptures } from './captures.ts';
import { openServed } from './served-capture.ts';

export function useCapturesInAddress(): void {
  const router = useRouter();
  const captures = useCaptures();
  const { open, query } = captures;

  const search = computed(() => {
    const { path, fullPath } = router.currentRoute.value;
    return canShow(path) ? (fullPath.split('#')[0]?.split('?')[1] ?? '') : '';
  });
  function look(now: string): void {
    query.value = now;
    const named = namedIn(now);
    if (!named || captures.shown.value) return;
    if (named.kind === 'capture') void openServed(named.name, captures);
    else if (!open.value) captures.expect(named);
    // Of files, only the newest is in the page.
    else void router.replace(addressWith(router.currentRoute.value.fullPath, open.value.name.value));
  }
  // At once: a view that comes up asks what it shows.
  watch(search, look, { immediate: true, flush: 'sync' });
  // Another file took the place of the one before.
  watch(
    () => open.value?.name.value,
    (now, before) => {
      const { fullPath } = router.currentRoute.value;
      if (now && before && namedIn(query.value)) void router.replace(addressWith(fullPath, now));
    },
  );
}

/** Opens files of the person's own, and leads to a view that shows them. */
export function useOpenFiles(): (files: readonly File[]) => void {
  const router = useRouter();
  const captures = useCaptures();
  return (files) => {
    captures.give(files);
    const { path, fullPath } = router.currentRoute.value;
    const address = addressWith(canShow(path) ? fullPath : '/inspect', captures.open.value?.name.value);
    if (address !== fullPath) void router.push(address);
  };
}
