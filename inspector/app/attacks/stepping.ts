/** The steps of a play: shown one after the other, at a pace that can be read; back and forward over those that are there. */
import { type Ref, computed, ref, watch } from 'vue';
import { useIntervalFn } from '@vueuse/core';
import type { Pace } from '#dissect/page-attacks';
import { type Played, isGoingOn } from './plays.ts';

/** Milliseconds for which a step is the newest while they run. */
const READING_MS = 500;

/** `first`: how many are shown at the start. `pace`: tells the server whether the attack goes on. */
export function useStepping(
  played: Readonly<Ref<Played | undefined>>,
  first: number,
  pace: (played: Played, wanted: Pace) => void,
) {
  const wanted = ref(first);
  const isRunning = ref(first === 0);
  const count = computed(() => played.value?.steps.length ?? 0);
  const shown = computed(() => Math.min(wanted.value, count.value));
  const isOver = computed(() => played.value !== undefined && !isGoingOn(played.value));
  const isAtEnd = computed(() => shown.value >= count.value && isOver.value);

  useIntervalFn(() => {
    if (!isRunning.value) return;
    if (shown.value < count.value) wanted.value = shown.value + 1;
    else if (isOver.value) isRunning.value = false;
  }, READING_MS);
  // The same cell is played once more.
  watch(
    () => played.value?.id,
    (_, before) => {
      if (before === undefined) return;
      wanted.value = 0;
      isRunning.value = true;
    },
  );

  const tell = (how: Pace): void => {
    if (played.value && isGoingOn(played.value)) pace(played.value, how);
  };
  return {
    shown,
    isRunning,
    isAtEnd,
    ...moves({ wanted, isRunning, shown, count, isAtEnd }, tell),
  };
}

interface Position {
  readonly wanted: Ref<number>;
  readonly isRunning: Ref<boolean>;
  readonly shown: Readonly<Ref<number>>;
  readonly count: Readonly<Ref<number>>;
  readonly isAtEnd: Readonly<Ref<boolean>>;
}

/** What a person can do. */
function moves({ wanted, isRunning, shown, count, isAtEnd }: Position, tell: (how: Pace) => void) {
  const run = (): void => {
    if (isAtEnd.value) wanted.value = 0;
    isRunning.value = true;
    tell('run');
  };
  const pause = (): void => {
    wanted.value = shown.value;
    isRunning.value = false;
    tell('pause');
  };
  const to = (step: () => number): void => {
    if (isRunning.value) pause();
    wanted.value = step();
  };
  return {
    toggle: (): void => (isRunning.value ? pause() : run()),
    back: (): void => to(() => Math.max(0, shown.value - 1)),
    next: (): void => {
      to(() => shown.value);
      // Where nothing is recorded yet, the attack itself goes on by one step.
      if (shown.value >= count.value) tell('next');
      wanted.value = shown.value + 1;
    },
    toStart: (): void => to(() => 0),
    /** All that is there, and all that is still to come. */
    toEnd: (): void => {
      isRunning.value = false;
      wanted.value = Infinity;
      tell('run');
    },
  };
}
