/** A student asks for help from a lab’s page, over the page’s socket of the class. */
import { computed, ref } from 'vue';
import { useClass } from '../../inspector/app/class/use-class.ts';

export function useHelp() {
  const { state, ask: askClass } = useClass();
  const isAsking = computed(() => state.value?.help != null);
  /** The last request was not taken. */
  const isRefused = ref(false);

  async function ask(on: boolean): Promise<void> {
    isRefused.value = false;
    await askClass({ type: 'help', on }).catch(() => (isRefused.value = true));
  }

  return { isAsking, isRefused, ask };
}
