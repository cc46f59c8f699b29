/** The events of a capture, piece by piece, as often as it is read. */
import { captureReader } from '#dissect/capture-reader';
import type { TapEvent } from '#dissect/model';
import type { Watch } from './progress.ts';

/** What each chunk of the file gives. Reads it again, so nothing is said of what is odd in it. */
export function* eventsAgain(chunks: Iterable<Uint8Array>, progress: Watch): Generator<readonly TapEvent[]> {
  let events: TapEvent[] = [];
  const reader = captureReader((event) => events.push(event));
  try {
    for (const chunk of chunks) {
      reader.push(chunk);
      yield events;
      events = [];
      progress.update(reader.progress.bytes, reader.progress.packets);
    }
    reader.finish();
    yield events;
  } finally {
    // Whoever has seen enough does not read to the end.
    progress.clear();
  }
}
