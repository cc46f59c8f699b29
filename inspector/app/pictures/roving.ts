/** One stop of the Tab key for many shapes, between which the arrow keys move. */
import { ref } from 'vue';

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowUp: -1,
  ArrowRight: 1,
  ArrowDown: 1,
  Home: -Infinity,
  End: Infinity,
};

/** Shapes carry `data-stop` with their name. `names`: all of them, in the order of the arrow keys. */
export function useRoving(names: () => readonly string[]) {
  const last = ref<string>();
  /** The shape that Tab leads to. */
  const stop = (): string | undefined =>
    last.value !== undefined && names().includes(last.value) ? last.value : names()[0];
  const tabIndex = (name: string): 0 | -1 => (name === stop() ? 0 : -1);

  function onKey(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    const { currentTarget: box } = event;
    if (step === undefined || !(box instanceof Element)) return;
    event.preventDefault();
    const all = names();
    const at = Math.max(0, all.indexOf(stop() ?? ''));
    focus(box, all[Math.max(0, Math.min(at + step, all.length - 1))]);
  }

  function focus(box: Element, name: string | undefined): void {
    if (name === undefined) return;
    last.value = name;
    box.querySelector<SVGElement>(`[data-stop="${CSS.escape(name)}"]`)?.focus();
  }

  return { tabIndex, onKey, onFocus: (name: string): void => void (last.value = name) };
}
