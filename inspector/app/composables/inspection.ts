/** What has the attention inside one record: the field under the pointer or the cursor, and what lights up with it. */
import { type Ref, computed, shallowRef, watch } from 'vue';
import type { WireRecord } from '#dissect/model';
import { guardsOf } from '../model/guards.ts';
import { kindMapOf } from '../model/kind-map.ts';
import { DARK, lightOf, nodeAt } from '../model/light.ts';
import { type RecordView, type TreeNode, viewOf } from '#dissect/record-view';
import { usePrediction } from './prediction.ts';
import { useScrollTogether } from './scroll-together.ts';

/** The pane that the attention came from, so that the other panes scroll and this one stays. */
export type Origin = 'tree' | 'wire' | 'plain' | 'search';

interface Attention {
  readonly node: TreeNode;
  readonly origin: Origin;
}

export type Inspection = ReturnType<typeof useInspection>;

/** `hitOf`: the match of a search in the record, which has the attention until the person turns to something else. */
export function useInspection(
  record: Ref<WireRecord | undefined>,
  hitOf: (record: WireRecord, view: RecordView) => TreeNode | undefined = () => undefined,
) {
  const view = computed(() => record.value && viewOf(record.value));
  const hovered = shallowRef<Attention>();
  const focused = shallowRef<Attention>();
  const pinned = shallowRef<TreeNode>();
  watch(view, () => {
    hovered.value = undefined;
    focused.value = undefined;
    pinned.value = undefined;
  });

  const hit = computed(() => record.value && view.value && hitOf(record.value, view.value));
  const attention = computed<Attention | undefined>(
    () => hovered.value ?? focused.value ?? attend(pinned.value, 'tree') ?? attend(hit.value, 'search'),
  );
  const shown = useLight(view, attention);
  const together = useScrollTogether(view);
  const prediction = usePrediction(view);

  function attend(node: TreeNode | undefined, origin: Origin): Attention | undefined {
    return node && { node, origin };
  }
  function byteNode(space: number, offset: number): TreeNode | undefined {
    return view.value && nodeAt(view.value, space, offset);
  }
  return {
    view,
    attention,
    ...shown,
    together,
    prediction,
    pinned,
    hoverNode: (node: TreeNode | undefined) => (hovered.value = attend(node, 'tree')),
    focusNode: (node: TreeNode | undefined) => focus(attend(node, 'tree')),
    hoverByte: (space: number, offset: number | undefined, origin: Origin) =>
      (hovered.value = offset === undefined ? undefined : attend(byteNode(space, offset), origin)),
    focusByte: (space: number, offset: number | undefined, origin: Origin) =>
      focus(offset === undefined ? undefined : attend(byteNode(space, offset), origin)),
    pinByte: (space: number, offset: number) => pin(byteNode(space, offset)),
    pin,
    unpin: () => (pinned.value = undefined),
  };

  /** The last input counts: the keyboard takes the attention from a resting pointer. */
  function focus(attended: Attention | undefined): void {
    focused.value = attended;
    if (attended) hovered.value = undefined;
  }

  /** Pins the node, or releases it if it is pinned. */
  function pin(node: TreeNode | undefined): void {
    pinned.value = node?.id === pinned.value?.id ? undefined : node;
  }
}

/** What lights up with the attention, and the colours of all bytes. */
function useLight(
  view: Readonly<Ref<RecordView | undefined>>,
  attention: Readonly<Ref<Attention | undefined>>,
) {
  const node = computed(() => attention.value?.node);
  return {
    light: computed(() => (view.value && node.value ? lightOf(view.value, node.value) : DARK)),
    /** What protects the bytes that are lit. */
    guards: computed(() => (view.value && node.value ? guardsOf(view.value, node.value) : [])),
    /** What the bytes of each space are for. */
    kinds: computed(() => {
      const { value: shown } = view;
      return shown ? shown.spaces.map(({ id }) => kindMapOf(shown, id)) : [];
    }),
  };
}
