/**
 * Light or dark, and how much contrast: the system's choice until the person makes another, which is then remembered, for
 * the docs site, too.
 */
import { createGlobalState, usePreferredContrast, usePreferredDark, useStorage } from '@vueuse/core';
import { computed, watchEffect } from 'vue';

export const SCHEMES = ['auto', 'light', 'dark'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** Where the choices are kept. The docs site reads them before it is drawn: `docs/.vitepress/config.ts`. */
export const SCHEME_KEY = 'wireglass-theme';
export const CONTRAST_KEY = 'wireglass-contrast';

/** Puts the choices on the root element from its first use on. */
export const useTheme = createGlobalState(() => {
  const stored = useStorage<string>(SCHEME_KEY, 'auto', undefined, { writeDefaults: false });
  const storedContrast = useStorage<string>(CONTRAST_KEY, 'auto', undefined, { writeDefaults: false });
  const prefersDark = usePreferredDark();
  const preferredContrast = usePreferredContrast();

  const scheme = computed<Scheme>({
    get: () => SCHEMES.find((each) => each === stored.value) ?? 'auto',
    set: (wanted) => (stored.value = wanted),
  });
  const isDark = computed(() => (scheme.value === 'auto' ? prefersDark.value : scheme.value === 'dark'));
  const systemHasMore = computed(() => preferredContrast.value === 'more');
  const hasMoreContrast = computed<boolean>({
    get: () => (storedContrast.value === 'auto' ? systemHasMore.value : storedContrast.value === 'more'),
    // What the system has anyway is not kept: the page then follows the system again.
    set: (wanted) =>
      (storedContrast.value = wanted === systemHasMore.value ? 'auto' : wanted ? 'more' : 'normal'),
  });
  watchEffect(() => mark('theme', scheme.value === 'auto' ? undefined : scheme.value));
  watchEffect(() => mark('contrast', hasMoreContrast.value ? 'more' : undefined));
  return { scheme, isDark, hasMoreContrast };
});

function mark(name: 'theme' | 'contrast', value: string | undefined): void {
  const { dataset } = document.documentElement;
  if (value === undefined) delete dataset[name];
  else dataset[name] = value;
}
