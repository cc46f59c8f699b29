/** The dissection on this page, in slices that leave time for drawing and input, however much arrives. */
import { markRaw, onScopeDispose, readonly, ref } from 'vue';
import type { TapEvent } from '#dissect/model';
import { Progress } from '../model/progress.ts';
import { RecordLog } from '../model/record-log.ts';
import { Intake } from './intake.ts';
import { Slices } from './slices.ts';

export function useReading() {
  const log = markRaw(new RecordLog());
  const intake = new Intake();
  const progress = new Progress();
  /** Incremented when records change; everything that is derived from them reads it first. */
  const version = ref(0);
  const share = ref<number>();
  const held = ref(0);
  const add = (events: readonly TapEvent[]): void => log.add(events);

  const slices = new Slices({
    work(enough) {
      intake.handOn(add, enough);
      if (!enough()) log.readOn(enough);
      return intake.ready + log.unread > 0;
    },
    show() {
      share.value = progress.at(intake.ready + log.unread, performance.now());
      held.value = intake.held;
      version.value++;
    },
  });
  onScopeDispose(() => slices.stop());
  /** For changes that must show at once. */
  const change = (make: () => void): void => {
    make();
    slices.now();
  };

  return {
    log,
    version: readonly(version),
    /** The part of the work that is done, from 0 to 1, once reading takes noticeably long. */
    share: readonly(share),
    /** How many events wait while the view is paused. */
    held: readonly(held),
    /** Accepts events. False when a paused view can hold no more of them. */
    push(events: readonly TapEvent[]): boolean {
      intake.push(events);
      held.value = intake.held;
      slices.wake();
      return !intake.full;
    },
    /** The tap has dropped these flows. */
    forget(flows: readonly number[]): void {
      intake.drop(flows);
      log.forget(flows);
      slices.wake();
    },
    pause: (paused: boolean) => change(() => intake.pause(paused)),
    /** Called before everything is sent again. */
    reset: () =>
      change(() => {
        intake.clear();
        log.reset();
      }),
    setKeys: (visible: boolean) => change(() => log.setKeys(visible)),
    clear: () =>
      change(() => {
        intake.handOn(add, () => false);
        log.clear();
      }),
    undoClear: () => change(() => log.undoClear()),
  };
}
