/** Light or dark: what the system says until the person says otherwise, and then for good. */
import { usePreferredDark, useStorage } from '@vueuse/core';
import { computed, watchEffect } from 'vue';

export function useTheme() {
  const chosen = useStorage<'light' | 'dark' | 'system'>('wireglass-theme', 'system');
  const prefersDark = usePreferredDark();
  const isDark = computed(() => (chosen.value === 'system' ? prefersDark.value : chosen.value === 'dark'));
  watchEffect(() => {
    if (chosen.value === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = chosen.value;
  });
  /** The other one. Choosing what the system says goes back to following it. */
  function toggle(): void {
    const wanted = isDark.value ? 'light' : 'dark';
    chosen.value = (wanted === 'dark') === prefersDark.value ? 'system' : wanted;
  }
  return { isDark, toggle };
}
