/** The reading of a page, as its components use it. */
import { onScopeDispose, shallowRef } from 'vue';
import { OwnReading } from './reading.ts';

/** Call it in the set-up of a component: the reading stops with that. */
export function useOwnReading() {
  /** Replaced whenever anything has changed. */
  const state = shallowRef<OwnReading['state']>();
  const reading = new OwnReading({
    changed: () => (state.value = reading.state),
    now: () => performance.now(),
    pause: () => new Promise((resolve) => setTimeout(resolve)),
  });
  onScopeDispose(() => reading.clear());
  return { reading, state };
}
