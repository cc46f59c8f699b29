/**
 * The capture that a person has opened. The views that can show it do so while their address names it, and it stays open
 * until it is closed or another one takes its place.
 */
import { createGlobalState } from '@vueuse/core';
import { type EffectScope, type Ref, computed, effectScope, ref, shallowRef, watch } from 'vue';
import { useRoute } from 'vue-router';
import { type Traffic, type TrafficSink, useTraffic } from '../composables/traffic.ts';
import { useWorkbenchTraffic } from '../composables/workbench.ts';
import { type CaptureName, isNamedIn } from './capture-address.ts';
import { type CaptureMarks, useCaptureMarks } from './capture-marks.ts';

export interface OpenCapture {
  /** Another one for each capture. */
  readonly number: number;
  /** What the address of a view calls it. */
  readonly name: Readonly<Ref<CaptureName>>;
  /** The address names the file, and the page does not have it yet. */
  readonly isMissing: Readonly<Ref<boolean>>;
  readonly traffic: Traffic;
  readonly marks: CaptureMarks;
  give(files: readonly File[]): void;
}

export const useCaptures = createGlobalState(() => {
  const open = shallowRef<OpenCapture>();
  /** The query of the address. */
  const query = ref('');
  const shown = computed(() =>
    open.value && isNamedIn(query.value, open.value.name.value) ? open.value : undefined,
  );
  let scope: EffectScope | undefined;
  let count = 0;

  /** Adds the files to the capture that is open, or opens them. */
  function give(
    files: readonly File[],
    name: CaptureName = { kind: 'file', name: files[0]?.name ?? '' },
  ): void {
    if (files.length === 0) return;
    open.value ??= begin(name);
    open.value.give(files);
  }

  function begin(name: CaptureName): OpenCapture {
    scope = effectScope(true);
    return scope.run(() => openCapture(++count, name)) as OpenCapture;
  }

  /** For a file that the address names and that is not in the page: it can only be given again. */
  function expect(name: CaptureName): void {
    open.value ??= begin(name);
  }

  /** Back to what the tap tells. */
  function close(): void {
    scope?.stop();
    scope = undefined;
    open.value = undefined;
  }
  return {
    open,
    /** The capture, where the address names it. */
    shown,
    query,
    give,
    expect,
    close,
  };
});

/** Reads files in a worker of its own. It ends with the scope. */
function openCapture(number: number, first: CaptureName): OpenCapture {
  let sink: TrafficSink | undefined;
  const traffic = useTraffic((to) => {
    sink = to;
    // Nothing in a file is new.
    to.ready({ wires: [], time: Infinity });
    return { state: shallowRef({ state: 'live' }), close: () => undefined, retry: () => undefined };
  });
  const identity = computed(() => traffic.given.value?.capture?.identity);
  const marks = useCaptureMarks(identity, traffic.notes);
  /** Another file takes the place of the one before, and its name. */
  const name = shallowRef(first);
  let file: string | undefined;
  watch(
    () => traffic.given.value?.capture?.name,
    (now) => {
      if (now === undefined) return;
      if (first.kind === 'file' || file !== undefined) name.value = { kind: 'file', name: now };
      file = now;
    },
  );
  const isMissing = ref(true);
  function give(files: readonly File[]): void {
    isMissing.value = false;
    sink?.files(files);
  }
  return { number, name, isMissing, traffic, marks, give };
}

/** What a view shows: a capture, or the tap's stream. It stays the same while the view is mounted. */
export function useShownTraffic(): Traffic {
  return useCaptures().shown.value?.traffic ?? useWorkbenchTraffic();
}

/** A view is made anew when this changes: for each capture that it is given, and for the tap's stream. */
export function useCaptureKey(): Readonly<Ref<number>> {
  const { shown } = useCaptures();
  const route = useRoute();
  const { path } = route;
  const key = ref(0);
  const look = (): void => {
    // A view that is being left stays as it is.
    if (route.path === path) key.value = shown.value?.number ?? 0;
  };
  watch(shown, look, { immediate: true, flush: 'sync' });
  return key;
}
