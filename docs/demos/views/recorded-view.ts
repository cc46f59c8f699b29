/** The place in a recorded view: the demo remembers it, as the address does in the workbench. */
import { computed, shallowRef, watch } from 'vue';
import { usePointer } from '../../../inspector/app/composables/pointer.ts';
import { useTraffic } from '../../../inspector/app/composables/traffic.ts';
import { type InspectRoute, parseInspectRoute } from '../../../inspector/app/inspect/inspect-route.ts';
import type { Mark } from '../../../inspector/app/model/marks.ts';
import type { DemoSource } from '../source.ts';

export type RecordedView = ReturnType<typeof useRecordedView>;

export function useRecordedView({ traffic: source }: DemoSource) {
  usePointer();
  const traffic = useTraffic(source);
  const route = shallowRef<InspectRoute>(parseInspectRoute(''));
  /** Those of this demo alone: the marks of the workbench belong to its own records. */
  const marks = shallowRef<readonly Mark[]>([]);
  function go(change: Partial<InspectRoute>): void {
    route.value = { ...route.value, ...change };
  }
  const role = computed({ get: () => route.value.role, set: (wanted) => go({ role: wanted }) });
  watch(
    () => role.value === 'eve',
    (eve) => traffic.setKeys(!eve),
    { immediate: true },
  );
  return { traffic, route, marks, role, go };
}
