/** Light or dark: the system's choice until the person makes another, which is then remembered, for the docs site, too. */
import { usePreferredDark, useStorage } from '@vueuse/core';
import { computed, watchEffect } from 'vue';

export function useTheme() {
  const chosen = useStorage<'light' | 'dark' | 'auto'>('wireglass-theme', 'auto');
  const prefersDark = usePreferredDark();
  const isDark = computed(() => (chosen.value === 'auto' ? prefersDark.value : chosen.value === 'dark'));
  watchEffect(() => {
    if (chosen.value === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = chosen.value;
  });
  /** Switches to the other theme. Choosing the system's theme makes the page follow the system again. */
  function toggle(): void {
    const wanted = isDark.value ? 'light' : 'dark';
    chosen.value = (wanted === 'dark') === prefersDark.value ? 'auto' : wanted;
  }
  return { isDark, toggle };
}
