/** Which connections everyone in the class can read, for those who decide that: instructor and assistants. */
import { computed } from 'vue';
import { notify } from '../../ui/notices.ts';
import { useClass } from './use-class.ts';

export function useSharing() {
  const { state, act } = useClass();
  /** Undefined for everyone else. */
  const shared = computed(() =>
    state.value?.lead ? new Set(state.value.shared.map(({ flow }) => flow)) : undefined,
  );

  /** Shares a connection, or stops sharing it. */
  async function share(flow: number): Promise<void> {
    const on = shared.value?.has(flow) !== true;
    if (!(await act({ type: 'share', flow, on }))) return;
    const text = on ? `Everyone in the class can read connection ${flow} now.` : 'It is not shared any more.';
    notify({ text, tone: 'good' });
  }
  return { shared, share };
}
