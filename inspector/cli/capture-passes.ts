/** The events of a capture, piece by piece, as often as it is read. */
import { captureReader } from '#dissect/capture-reader';
import type { TapEvent } from '#dissect/model';

/** What each chunk of the file gives. Reads it again, so nothing is said of what is odd in it. */
export function* eventsAgain(chunks: Iterable<Uint8Array>): Generator<readonly TapEvent[]> {
  let events: TapEvent[] = [];
  const reader = captureReader((event) => events.push(event));
  for (const chunk of chunks) {
    reader.push(chunk);
    yield events;
    events = [];
  }
  reader.finish();
  yield events;
}
