/** The capture that the inspector shows instead of the tap's stream, if a person has given it one. */
import { createGlobalState } from '@vueuse/core';
import { type EffectScope, type Ref, effectScope, shallowRef, watch } from 'vue';
import { type Traffic, type TrafficSink, useTraffic } from '../composables/traffic.ts';
import { useWorkbenchTraffic } from '../composables/workbench.ts';
import type { Mark } from '../model/marks.ts';

export interface OpenCapture {
  /** Another one for each capture. */
  readonly number: number;
  readonly traffic: Traffic;
  /** Marks of its records; they begin with the comments that are in the file. */
  readonly marks: Ref<readonly Mark[]>;
  give(files: readonly File[]): void;
}

export const useCaptures = createGlobalState(() => {
  const open = shallowRef<OpenCapture>();
  let scope: EffectScope | undefined;
  let count = 0;

  /** Adds the files to the capture that is open, or opens them. */
  function give(files: readonly File[]): void {
    if (files.length === 0) return;
    open.value ??= begin();
    open.value.give(files);
  }

  function begin(): OpenCapture {
    scope = effectScope(true);
    return scope.run(() => openCapture(++count)) as OpenCapture;
  }

  /** Back to what the tap tells. */
  function close(): void {
    scope?.stop();
    scope = undefined;
    open.value = undefined;
  }
  return { open, give, close };
});

/** Reads files in a worker of its own. It ends with the scope. */
function openCapture(number: number): OpenCapture {
  let sink: TrafficSink | undefined;
  const traffic = useTraffic((to) => {
    sink = to;
    // Nothing in a file is new.
    to.ready({ wires: [], time: Infinity });
    return { state: shallowRef({ state: 'live' }), close: () => undefined, retry: () => undefined };
  });
  const marks = shallowRef<readonly Mark[]>([]);
  watch(traffic.notes, (now) => (marks.value = now));
  return { number, traffic, marks, give: (files) => sink?.files(files) };
}

/** What the inspector shows: a capture, or the tap's stream. It stays the same while a view is mounted. */
export function useShownTraffic(): Traffic {
  return useCaptures().open.value?.traffic ?? useWorkbenchTraffic();
}
