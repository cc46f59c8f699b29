/** The rows of a pane of bytes, of which only those on the screen are drawn, and the place where it is scrolled to. */
import { useVirtualizer } from '@tanstack/vue-virtual';
import { useElementSize } from '@vueuse/core';
import { type Ref, computed } from 'vue';
import { type Guard, guardsInRow } from '../model/guards.ts';
import { litIn } from '../model/hex.ts';
import type { Range } from '#dissect/fields/locate';
import type { ScrollPlace } from './scroll-together.ts';

/** Pixels of a row. */
const ROW = 20;
/** Above the first row and below the last one. */
const PADDING = 16;
/** Pixels that 16 bytes need: offset, hex with a gap in the middle, text. */
const WIDE = 514;

interface HexRowsOptions {
  readonly scroller: Ref<HTMLElement | undefined>;
  /** Reactive: the props of the pane. */
  readonly shown: {
    readonly bytes: Uint8Array;
    readonly lit: readonly Range[];
    readonly guards?: readonly Guard[] | undefined;
    readonly kinds?: string | undefined;
    readonly marks?: string | undefined;
  };
  readonly cursor: Readonly<Ref<number | undefined>>;
}

export function useHexRows({ scroller, shown, cursor }: HexRowsOptions) {
  const { width } = useElementSize(scroller);
  const perRow = computed(() => (width.value === 0 || width.value >= WIDE ? 16 : 8));
  const virtual = useVirtualizer(
    computed(() => ({
      count: Math.ceil(shown.bytes.length / perRow.value),
      getScrollElement: () => scroller.value ?? null,
      estimateSize: () => ROW,
      overscan: 6,
      initialRect: { width: 0, height: 400 },
    })),
  );
  const rows = computed(() => {
    const size = perRow.value;
    return virtual.value.getVirtualItems().map(({ index, start }) => {
      const from = index * size;
      const bytes = shown.bytes.subarray(from, from + size);
      const at = cursor.value;
      return {
        index,
        top: start,
        from,
        bytes,
        mask: litIn(shown.lit, from, bytes.length),
        guards: guardsInRow(shown.guards ?? [], from, bytes.length),
        kinds: shown.kinds?.slice(from, from + size) ?? '',
        marks: shown.marks?.slice(from, from + size) ?? '',
        cursor: at !== undefined && at >= from && at < from + size ? at - from : -1,
      };
    });
  });
  const topOf = (offset: number): number => Math.floor(offset / perRow.value) * ROW;

  return {
    rows,
    perRow,
    /** Pixels of all rows. */
    height: computed(() => virtual.value.getTotalSize()),
    /** Of an offset. */
    digits: computed(() => Math.max(4, shown.bytes.length.toString(16).length)),

    /** Scrolls just as far as it takes to see a byte. Not by the virtualizer, which tries again some pictures later. */
    show: (offset: number): void => {
      const box = scroller.value;
      if (!box) return;
      const top = topOf(offset);
      const most = top + ROW + PADDING - box.clientHeight;
      if (top < box.scrollTop) box.scrollTop = top;
      else if (most > box.scrollTop) box.scrollTop = most;
    },
    put: (place: ScrollPlace): void => {
      if (scroller.value) scroller.value.scrollTop = topOf(place.offset) + place.hidden;
    },
    placeNow: (): ScrollPlace => {
      const top = scroller.value?.scrollTop ?? 0;
      const row = Math.floor(top / ROW);
      return { offset: row * perRow.value, hidden: top - row * ROW };
    },
  };
}

/** Where a key moves the cursor to, in rows of some bytes. */
export const HEX_STEPS: Readonly<Record<string, (at: number, row: number) => number>> = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowUp: (at, row) => at - row,
  ArrowDown: (at, row) => at + row,
  PageUp: (at, row) => at - 8 * row,
  PageDown: (at, row) => at + 8 * row,
  Home: () => 0,
  End: () => Number.MAX_SAFE_INTEGER,
};

/** The byte that an element of the pane stands for. */
export function byteOf(target: EventTarget | null): number | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-byte]') : null;
  return cell ? Number(cell.dataset['byte']) : undefined;
}
