/** The keys that work in every view, and how the list of `?` names keys. */
import { useEventListener } from '@vueuse/core';

export interface KeyGroup {
  /** Where the focus must be: “In the list of records”. */
  readonly where: string;
  readonly keys: readonly { readonly keys: readonly string[]; readonly does: string }[];
}

export const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform);

export function pageKeys(): KeyGroup {
  return {
    where: 'Everywhere',
    keys: [
      { keys: [isMac() ? '⌘ K' : 'Ctrl K'], does: 'Find a view, an action, a record, a field or a page' },
      { keys: ['?'], does: 'This list' },
      { keys: ['Tab', 'Shift Tab'], does: 'To the next part of the page, to the one before' },
      { keys: ['Esc'], does: 'Close what is open' },
    ],
  };
}

/** What a key asks the shell for, or undefined. A question mark that is typed into a text is just that. */
export function askedBy(
  event: Pick<
    KeyboardEvent,
    'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'target' | 'isComposing' | 'defaultPrevented'
  >,
): 'palette' | 'shortcuts' | undefined {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (event.isComposing || event.defaultPrevented || altKey) return undefined;
  if ((ctrlKey || metaKey) && !shiftKey) return key.toLowerCase() === 'k' ? 'palette' : undefined;
  return key === '?' && !ctrlKey && !metaKey && !isTyping(event.target) ? 'shortcuts' : undefined;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('input, textarea, select, [contenteditable=true]') !== null
  );
}

/** Calls `ask` with what the person wants, while the calling component lives. */
export function useShellKeys(ask: (what: 'palette' | 'shortcuts') => void): void {
  useEventListener(window, 'keydown', (event) => {
    const what = askedBy(event);
    if (!what) return;
    event.preventDefault();
    ask(what);
  });
}
