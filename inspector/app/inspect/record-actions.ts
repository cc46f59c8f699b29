/** What a person does with the selected record of the inspector, by button or by key. */
import { useClipboard } from '@vueuse/core';
import { type Ref, computed, watch } from 'vue';
import type { Browsing } from '../composables/browsing.ts';
import type { Records } from '../composables/traffic.ts';
import { type CopyFormId, RECIPE_FORM, copyOf } from '../model/copies.ts';
import { type Mark, markOf, neighbour, withMark, withoutMark } from '../model/marks.ts';
import { type RecordKey, type Row, sameKey } from '../reading/rows.ts';
import { notify } from '../../ui/notices.ts';
import type { InspectRoute } from './inspect-route.ts';

interface ActionOptions {
  readonly records: Records;
  readonly recipeOf: (key: RecordKey) => Promise<string>;
  readonly browsing: Browsing;
  readonly marks: Ref<readonly Mark[]>;
  readonly route: Readonly<Ref<InspectRoute>>;
  readonly go: (change: Partial<InspectRoute>) => void;
}

export function useRecordActions({ records, recipeOf, browsing, marks, route, go }: ActionOptions) {
  const { selected } = browsing;
  const marking = useMarking(marks, selected, go);

  watch(
    () => route.value.compared,
    (key) => records.open(key, 'compared'),
    { immediate: true },
  );
  const pair = computed(() => {
    const [first, second] = [records.compared.value, records.opened.value];
    if (!route.value.compared || !first?.record || !second?.record) return undefined;
    return sameKey(first.key, second.key) ? undefined : { first, second };
  });
  function compare(): void {
    const row = selected.value;
    if (row) go({ compared: { flow: row.flow, index: row.index } });
  }
  const stopComparing = (): void => go({ compared: undefined });

  function followConnection(): void {
    const { chips } = route.value;
    go({ chips: { ...chips, flow: chips.flow === undefined ? selected.value?.flow : undefined } });
  }

  const keys: Readonly<Record<string, () => void>> = {
    m: marking.toggleMark,
    c: () => (route.value.compared ? stopComparing() : compare()),
    f: followConnection,
    '[': () => marking.goToMark(-1),
    ']': () => marking.goToMark(1),
  };
  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    keys[event.key]?.();
  }
  const copyAs = useCopying(browsing, recipeOf);
  return { ...marking, pair, compare, stopComparing, copyAs, followConnection, onKey };
}

function useCopying({ selected, inspection, looked }: Browsing, recipeOf: ActionOptions['recipeOf']) {
  /** The older way also works where the page has no secure context. */
  const clipboard = useClipboard({ legacy: true });
  async function copyRecipe(): Promise<void> {
    if (!selected.value) return;
    try {
      const { flow, index } = selected.value;
      await copy(
        await recipeOf({ flow, index }),
        'Copied. Load it in CyberChef, and paste the hex of this record.',
      );
    } catch (error) {
      notify({ text: `There is no recipe. ${(error as Error).message}`, tone: 'bad' });
    }
  }
  async function copy(text: string, done: string): Promise<void> {
    await clipboard.copy(text);
    notify(
      clipboard.isSupported.value
        ? { text: done, tone: 'good' }
        : { text: 'This browser lets no page copy.', tone: 'bad' },
    );
  }
  return async function copyAs(form: CopyFormId | typeof RECIPE_FORM.id): Promise<void> {
    if (form === RECIPE_FORM.id) return copyRecipe();
    const node = inspection.pinned.value;
    const space = inspection.view.value?.spaces[node?.space ?? 0];
    if (!space) return;
    const bytes = node ? space.bytes.subarray(node.start, node.end) : space.bytes;
    await copy(
      copyOf(form, bytes, node?.name ?? looked.value?.title ?? 'record'),
      `Copied ${bytes.length} bytes.`,
    );
  };
}

function useMarking(marks: ActionOptions['marks'], selected: Browsing['selected'], go: ActionOptions['go']) {
  const note = (row: Row, text: string): void => {
    marks.value = withMark(marks.value, { flow: row.flow, index: row.index, time: row.time, note: text });
  };
  /** Marks the record, or removes its mark. */
  const toggle = (row: Row): void => {
    if (markOf(marks.value, row)) marks.value = withoutMark(marks.value, row);
    else note(row, '');
  };
  return {
    marks,
    mark: computed(() => selected.value && markOf(marks.value, selected.value)),
    writeNote: (text: string): void => {
      if (selected.value) note(selected.value, text);
    },
    toggleMark: (): void => {
      if (selected.value) toggle(selected.value);
    },
    goToMark: (step: 1 | -1): void => {
      const found = selected.value && neighbour(marks.value, selected.value.time, step);
      const side = step === 1 ? 'after' : 'before';
      if (found) go({ record: { flow: found.flow, index: found.index } });
      else notify({ text: `There is no mark ${side} this record.` });
    },
  };
}
