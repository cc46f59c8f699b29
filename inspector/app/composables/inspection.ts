/** What is being looked at inside one record: the field under the pointer or the cursor, and what lights up with it. */
import { type Ref, computed, shallowRef, watch } from 'vue';
import type { WireRecord } from '#dissect/model';
import { DARK, lightOf, nodeAt } from '../model/light.ts';
import { type TreeNode, viewOf } from '../model/record-view.ts';

/** Where the attention came from, so that the others scroll and this one stays. */
export type Origin = 'tree' | 'wire' | 'plain';

interface Attention {
  readonly node: TreeNode;
  readonly origin: Origin;
}

export type Inspection = ReturnType<typeof useInspection>;

export function useInspection(record: Ref<WireRecord | undefined>) {
  const view = computed(() => record.value && viewOf(record.value));
  const hovered = shallowRef<Attention>();
  const focused = shallowRef<Attention>();
  const pinned = shallowRef<TreeNode>();
  watch(view, () => {
    hovered.value = undefined;
    focused.value = undefined;
    pinned.value = undefined;
  });

  const attention = computed<Attention | undefined>(
    () => hovered.value ?? focused.value ?? (pinned.value && { node: pinned.value, origin: 'tree' }),
  );
  const light = computed(() =>
    view.value && attention.value ? lightOf(view.value, attention.value.node) : DARK,
  );

  function byteNode(space: number, offset: number): TreeNode | undefined {
    return view.value && nodeAt(view.value, space, offset);
  }
  const attend = (node: TreeNode | undefined, origin: Origin): Attention | undefined =>
    node && { node, origin };

  return {
    view,
    attention,
    light,
    pinned,
    hoverNode: (node: TreeNode | undefined) => (hovered.value = attend(node, 'tree')),
    focusNode: (node: TreeNode | undefined) => (focused.value = attend(node, 'tree')),
    hoverByte: (space: number, offset: number | undefined, origin: Origin) =>
      (hovered.value = offset === undefined ? undefined : attend(byteNode(space, offset), origin)),
    focusByte: (space: number, offset: number | undefined, origin: Origin) =>
      (focused.value = offset === undefined ? undefined : attend(byteNode(space, offset), origin)),
    pinByte: (space: number, offset: number) => pin(byteNode(space, offset)),
    pin,
    unpin: () => (pinned.value = undefined),
  };

  /** Pins the node, or lets it go when it is the pinned one. */
  function pin(node: TreeNode | undefined): void {
    pinned.value = node?.id === pinned.value?.id ? undefined : node;
  }
}
