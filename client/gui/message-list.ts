/**
 * The list of a conversation, of which only the rows around what is shown are in the page. It stays at the newest row while
 * the reader is there; otherwise what the reader sees stays where it is, whatever comes above or below.
 */
import { type Virtualizer, useVirtualizer } from '@tanstack/vue-virtual';
import { useEventListener, useResizeObserver } from '@vueuse/core';
import { type Ref, computed, nextTick, watch } from 'vue';
import type { Row } from './model/rows.ts';
import { useDrawnRows, useHeldRow } from './virtual-rows.ts';

/** Pixels; a row is measured once it is in the page. */
const GUESSES: Readonly<Record<Row['kind'], number>> = {
  day: 36,
  unread: 36,
  note: 28,
  pending: 60,
  message: 58,
};
/** Rows in the page above and below those in sight. */
const BESIDE = 12;
/** Pixels from the end within which the reader is at the end. */
const AT_END = 40;
const PADDING_END = 12;
/** One for the new rows, one for what they measure, and one for those that are drawn then. */
const PASSES = 3;

interface MessageListOptions {
  readonly rows: Ref<readonly Row[]>;
  readonly box: Ref<HTMLElement | null>;
  /** Pixels that something else takes above the first row. */
  readonly above: Ref<number>;
  /** False while older messages are looked at: what is added then is not the newest. */
  readonly follows: Ref<boolean>;
}

export function useMessageList({ rows, box, above, follows }: MessageListOptions) {
  const { hold, rangeExtractor } = useHeldRow(computed(() => rows.value.map(({ key }) => key)));
  // Before the list itself hears of new rows.
  keepInSight({ rows, box, follows }, () => virtual.value);
  const virtual = useVirtualizer(
    computed(() => {
      const list = rows.value;
      return {
        count: list.length,
        getScrollElement: () => box.value,
        estimateSize: (at: number) => GUESSES[list[at]?.kind ?? 'message'],
        getItemKey: (at: number) => list[at]?.key ?? at,
        overscan: BESIDE,
        paddingStart: above.value,
        paddingEnd: PADDING_END,
        initialRect: { width: 0, height: 600 },
        anchorTo: 'end' as const,
        scrollEndThreshold: AT_END,
        rangeExtractor: rangeExtractor.value,
      };
    }),
  );

  return {
    ...useDrawnRows(virtual, rows),
    /** Pixels of all rows. */
    height: computed(() => virtual.value.getTotalSize()),
    hold,
    isAtEnd: () => follows.value && isAtEnd(box.value),
    left: () => leftIn(box.value),
    toEnd: async () => {
      await nextTick();
      virtual.value.scrollToEnd();
    },
    toRow: async (at: number) => {
      await nextTick();
      virtual.value.scrollToIndex(at, { align: 'center' });
    },
  };
}

/** Pixels from what is in sight to the first and to the last row. The element knows before the list does. */
function leftIn(box: HTMLElement | null): { readonly above: number; readonly below: number } {
  const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = box ?? {};
  return { above: scrollTop, below: scrollHeight - scrollTop - clientHeight };
}

function isAtEnd(box: HTMLElement | null): boolean {
  return leftIn(box).below <= AT_END;
}

/**
 * The end stays in sight, or else the first message in sight stays where it is when rows come above it. The list itself would
 * follow only what is added to the rows that were there: when many people come and go, notes between them are dropped, too.
 */
function keepInSight(
  { rows, box, follows }: Pick<MessageListOptions, 'rows' | 'box' | 'follows'>,
  list: () => Virtualizer<HTMLElement, Element>,
): void {
  /** Whether the reader has scrolled to the end, or not away from it. Neither more rows nor a lower window change that. */
  let isLeftAtEnd = true;
  const staysAtEnd = (): boolean => follows.value && (isLeftAtEnd || isAtEnd(box.value));
  useEventListener(box, 'scroll', () => (isLeftAtEnd = isAtEnd(box.value)), { passive: true });
  // Something beside the list has come or gone: a line about the connection, or what the instructor of a class says.
  useResizeObserver(box, () => {
    if (staysAtEnd()) list().scrollToEnd();
  });
  watch(rows, (now, before) => {
    if (staysAtEnd()) return void nextTick(() => list().scrollToEnd());
    const offset = box.value?.scrollTop ?? 0;
    const first = list()
      .getVirtualItems()
      .find(({ index, end }) => end > offset && before[index]?.kind === 'message');
    const at = now.findIndex(({ key }) => key === first?.key);
    if (first && at > first.index) void stay(at, offset - first.start);
  });

  /** Puts a row as many pixels above the edge as it was. Rows beside it are measured when they are drawn. */
  async function stay(at: number, above: number): Promise<void> {
    for (let pass = 0; pass < PASSES; pass++) {
      await nextTick();
      const row = list().measurementsCache[at];
      if (!box.value || !row) return;
      box.value.scrollTop = row.start + above;
      // Draws at once what is there now, not after a picture without rows.
      box.value.dispatchEvent(new Event('scroll'));
    }
  }
}
