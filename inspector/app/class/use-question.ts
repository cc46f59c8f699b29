/** What the class is asked, and whether this page shows it in full: it does when there is something new. */
import { createGlobalState } from '@vueuse/core';
import { ref, watch } from 'vue';
import { useClass } from './use-class.ts';

export const useQuestion = createGlobalState(() => {
  const { question } = useClass();
  const isOpen = ref(true);
  watch(
    () => [question.value?.id, question.value?.outcome !== null],
    () => (isOpen.value = true),
  );
  return { question, isOpen };
});
