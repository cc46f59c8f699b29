/** Bytes that crossed on flow 1, for tests that do not care when. */
import type { Direction, TapEvent } from '#dissect/model';

export function chunk(dir: Direction, bytes: Uint8Array): TapEvent {
  return { kind: 'chunk', flow: 1, dir, time: 0, bytes };
}
