/** Bytes that a person marks, in strokes. */
import { type Ref, computed, shallowRef } from 'vue';
import { type Marks, withRange } from '#dissect/prediction';

export type Marking = ReturnType<typeof useMarking>;

/** `bytes`: those that can be marked. */
export function useMarking(bytes: Readonly<Ref<Uint8Array | undefined>>) {
  const marked = shallowRef<Marks>(new Uint8Array(0));
  /** The stroke under way: what was marked before it, and whether it marks or takes away. */
  let stroke: { readonly before: Marks; readonly from: number; readonly isSet: boolean } | undefined;

  function put(marks: Marks): void {
    stroke = undefined;
    marked.value = marks;
  }
  return {
    marked,
    count: computed(() => marked.value.reduce((sum, mark) => sum + mark, 0)),
    put,
    clear: () => put(new Uint8Array(bytes.value?.length ?? 0)),
    markAll: () => put(new Uint8Array(bytes.value?.length ?? 0).fill(1)),
    /** A stroke begins at a byte: it marks if that byte was not marked, or else takes marks away. */
    begin: (at: number): void => {
      stroke = { before: marked.value, from: at, isSet: marked.value[at] !== 1 };
      marked.value = withRange(marked.value, at, at, stroke.isSet);
    },
    /** The stroke reaches to this byte. */
    reach: (at: number): void => {
      if (stroke) marked.value = withRange(stroke.before, stroke.from, at, stroke.isSet);
    },
  };
}
